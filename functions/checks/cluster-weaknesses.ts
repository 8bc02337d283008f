import type { Kubernetes, KubernetesObject } from '../clients/kubernetes/kubernetes.ts';
import type { ClusterWeaknessesDetails } from '../contract/evidence.ts';
import { record, text } from '../kit/json.ts';
import { short } from '../kit/words.ts';
import { type Answer, type Check, type Context, notChecked } from './check.ts';
import { eksConsole } from './parts/console.ts';
import { listPart } from './parts/listing.ts';
import { withoutText } from './parts/part.ts';
import { bindingOf, Roles } from './parts/role-bindings.ts';
import { anonymousBindings, defaultServiceAccountBindings, wideBindings } from './parts/weak-bindings.ts';

/** Below the deadline, so that what is known is told. */
const LIMITS = { ms: 6_000, max: 10_000 };
const SHOWN = 50;

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const KINDS = {
  namespaces: { label: 'namespaces', path: '/api/v1/namespaces' },
  networkPolicies: { label: 'NetworkPolicies', path: '/apis/networking.k8s.io/v1/networkpolicies' },
  clusterRoles: { label: 'ClusterRoles', path: `${RBAC}/clusterroles` },
  roles: { label: 'Roles', path: `${RBAC}/roles` },
  clusterRoleBindings: { label: 'ClusterRoleBindings', path: `${RBAC}/clusterrolebindings` },
  roleBindings: { label: 'RoleBindings', path: `${RBAC}/rolebindings` },
} as const;
type Kind = keyof typeof KINDS;

/**
 * Kubernetes' own: their pods need the rights that Pod Security would take, and the traffic that a policy would cut
 * (`kube-system`), or they have no pods (`kube-public`, `kube-node-lease`).
 */
const OWN_NAMESPACES = new Set(['kube-system', 'kube-public', 'kube-node-lease']);

/** What in the cluster itself makes an intruder's way easier: to be mended whatever comes of this finding. */
export const clusterWeaknesses: Check = {
  name: 'cluster-weaknesses',
  question: 'What do roles, network policies and Pod Security of the cluster leave open?',
  deadlineMs: 8_000,
  run,
  source({ cluster }) {
    const link = eksConsole(cluster, 'cluster-resources-tab');
    const command = ['kubectl', 'get', 'clusterrolebindings,rolebindings', '--all-namespaces', '--output', 'wide'];
    return { ...(link && { link }), command };
  },
};

async function run({ kubernetes, signal, now }: Context): Promise<Answer> {
  const cluster = await kubernetes();
  const completeUntil = new Date(now()).toISOString();
  const { objects, missing } = await listAll(cluster, signal);
  const details = detailsOf(objects, missing);
  const weaknesses = WORDS.flatMap(([key, words]) => {
    const total = details.totals[key] ?? 0;
    return total > 0 ? [`${total} ${words}${examples(details[key] ?? [])}`] : [];
  });
  const without = withoutText(missing);
  if (weaknesses.length === 0 && missing.length > 0)
    return notChecked(`nothing was found in what could be looked at.${without}`);
  return {
    status: weaknesses.length > 0 ? 'found' : 'clear',
    summary: `${weaknesses.length > 0 ? `Open: ${weaknesses.join('; ')}.` : 'Nothing of this kind is open.'}${without}`,
    details: { ...details },
    completeUntil,
  };
}

type Objects = Partial<Record<Kind, KubernetesObject[]>>;

/** A kind that could not be listed whole is absent: what is in one part may be undone in another. */
async function listAll(cluster: Kubernetes, signal: AbortSignal): Promise<{ objects: Objects; missing: string[] }> {
  const objects: Objects = {};
  const missing: string[] = [];
  await Promise.all(
    Object.entries(KINDS).map(async ([kind, listing]) => {
      const listed = await listPart(cluster, listing, LIMITS, signal);
      if (listed.missing === undefined) objects[kind as Kind] = listed.items;
      else missing.push(listed.missing);
    }),
  );
  return { objects, missing: missing.sort() };
}

function detailsOf(objects: Objects, missing: string[]): ClusterWeaknessesDetails {
  const { clusterRoleBindings, roleBindings, clusterRoles = [], roles = [] } = objects;
  const bindings =
    clusterRoleBindings || roleBindings
      ? [...(clusterRoleBindings ?? []), ...(roleBindings ?? [])].map((object) => bindingOf(object))
      : undefined;
  const known = new Roles([...clusterRoles, ...roles]);
  const namespaces = objects.namespaces?.filter(({ metadata }) => !OWN_NAMESPACES.has(nameOf(metadata)));
  const withPolicy =
    objects.networkPolicies && new Set(objects.networkPolicies.map(({ metadata }) => metadata.namespace));
  const all = {
    anonymousBindings: bindings && anonymousBindings(bindings, known),
    wideBindings: bindings && wideBindings(bindings, known),
    defaultServiceAccountBindings: bindings && defaultServiceAccountBindings(bindings),
    namespacesWithoutNetworkPolicy:
      withPolicy && namespaces?.map(({ metadata }) => nameOf(metadata)).filter((name) => !withPolicy.has(name)),
    namespacesWithoutPodSecurity: namespaces?.filter(isOpen).map(({ metadata }) => nameOf(metadata)),
  };
  const counted = Object.entries(all).filter(([, entries]) => entries !== undefined);
  return {
    ...Object.fromEntries(counted.map(([key, entries]) => [key, entries?.slice(0, SHOWN)])),
    totals: {
      ...(namespaces && { namespaces: namespaces.length }),
      ...Object.fromEntries(counted.map(([key, entries]) => [key, entries?.length])),
    },
    ...(missing.length > 0 && { missing }),
  };
}

const nameOf = ({ name }: KubernetesObject['metadata']): string => text(name) ?? '(no name)';

/** What the API server enforces without a label is its own configuration, which cannot be read; on EKS it is nothing. */
function isOpen({ metadata }: KubernetesObject): boolean {
  const level = text(record(metadata.labels)['pod-security.kubernetes.io/enforce']);
  return level === undefined || level === 'privileged';
}

const WORDS = [
  ['anonymousBindings', 'binding(s) to anonymous users'],
  ['wideBindings', 'binding(s) of wide roles to wide groups'],
  ['defaultServiceAccountBindings', 'binding(s) to default ServiceAccounts'],
  ['namespacesWithoutNetworkPolicy', 'namespace(s) without NetworkPolicy'],
  ['namespacesWithoutPodSecurity', 'namespace(s) where Pod Security enforces nothing'],
] as const;

function examples(entries: readonly (string | { binding: string; role: string })[]): string {
  const names = entries.slice(0, 3).map((entry) => short(typeof entry === 'string' ? entry : entry.binding, 80));
  return names.length > 0 ? ` (${names.join(', ')}${entries.length > 3 ? ', …' : ''})` : '';
}

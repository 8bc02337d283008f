import type { Kubernetes, KubernetesObject } from '../clients/kubernetes/kubernetes.ts';
import type { Read, Written } from '../contract/read.ts';
import * as field from '../contract/read.ts';
import type { Block } from '../kit/blocks.ts';
import * as block from '../kit/blocks.ts';
import { defined } from '../kit/defined.ts';
import { record, text } from '../kit/json.ts';
import { counted, firstOf, short } from '../kit/words.ts';
import { type CheckAnswer, type CheckContext, defineCheck, notChecked } from './check.ts';
import { eksConsole } from './parts/console.ts';
import { listPart } from './parts/listing.ts';
import { withoutText } from './parts/part.ts';
import { bindingOf, Roles, strongAccounts } from './parts/role-bindings.ts';
import { anonymousBindings, defaultServiceAccountBindings, wideBindings } from './parts/weak-bindings.ts';

/** Below the deadline, so that what is known is told. */
const LIMITS = { ms: 6_000, max: 10_000 };
const SHOWN = 50;
const MAX_ACCOUNTS = 200;

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

/**
 * What the cluster's own objects leave open. A binding in a namespace is written `namespace/binding`. At most 50 of each;
 * `totals` has the whole counts. What could not be looked at is absent.
 */
const schema = field.object({
  /** Bindings to anonymous or unauthenticated identities, beyond what Kubernetes ships. */
  anonymousBindings: field.optional(field.list(field.object({ binding: field.text, role: field.text }))),
  /** Bindings of wide roles to wide groups; `why` is what makes the role wide. */
  wideBindings: field.optional(
    field.list(field.object({ binding: field.text, role: field.text, subject: field.text, why: field.text })),
  ),
  /** Rights that default service accounts have. */
  defaultServiceAccountBindings: field.optional(
    field.list(field.object({ binding: field.text, role: field.text, namespace: field.text })),
  ),
  /** ServiceAccounts that are cluster-admin by whatever name, as `namespace/name`. At most 200. */
  strongAccounts: field.optional(field.texts),
  /** Those of Kubernetes itself left out. */
  namespacesWithoutNetworkPolicy: field.optional(field.texts),
  namespacesWithoutPodSecurity: field.optional(field.texts),
  /** By the names above; and of all namespaces, those of Kubernetes itself left out. */
  totals: field.part({
    namespaces: field.optional(field.number),
    anonymousBindings: field.optional(field.number),
    wideBindings: field.optional(field.number),
    defaultServiceAccountBindings: field.optional(field.number),
    namespacesWithoutNetworkPolicy: field.optional(field.number),
    namespacesWithoutPodSecurity: field.optional(field.number),
  }),
  /** Kinds that could not be looked at, or not all of them, and why. */
  missing: field.optional(field.texts),
});
type Details = Written<typeof schema>;

/** What in the cluster itself makes an intruder's way easier: to be fixed whatever comes of this finding. */
export const clusterWeaknesses = defineCheck({
  name: 'cluster-weaknesses',
  question: 'What do roles, network policies and Pod Security of the cluster leave open?',
  deadlineMs: 8_000,
  needs: {
    kubernetes: [
      'list clusterrolebindings.rbac.authorization.k8s.io',
      'list clusterroles.rbac.authorization.k8s.io',
      'list namespaces',
      'list networkpolicies.networking.k8s.io',
      'list rolebindings.rbac.authorization.k8s.io',
      'list roles.rbac.authorization.k8s.io',
    ],
    aws: [],
  },
  details: schema,
  run,
  show,
  source({ cluster }) {
    const link = eksConsole(cluster, 'cluster-resources-tab');
    const command = ['kubectl', 'get', 'clusterrolebindings,rolebindings', '--all-namespaces', '--output', 'wide'];
    return { ...defined({ link: link || undefined }), command };
  },
});

async function run({ kubernetes, signal, now }: CheckContext): Promise<CheckAnswer<Details>> {
  const cluster = await kubernetes();
  const completeUntil = new Date(now()).toISOString();
  const { objects, missing } = await listAll(cluster, signal);
  const details = detailsOf(objects, missing);
  const weaknesses = WORDS.flatMap(([key, what, rest]) => {
    const total = details.totals[key] ?? 0;
    return total > 0 ? [`${counted(total, what)} ${rest}${examples(details[key] ?? [])}`] : [];
  });
  const without = withoutText(missing);
  if (weaknesses.length === 0 && missing.length > 0)
    return notChecked(
      `nothing was found in the part that could be read.${without}`,
      'only a part of roles, bindings and namespaces could be read',
    );
  return {
    status: weaknesses.length > 0 ? 'found' : 'clear',
    summary: `${weaknesses.length > 0 ? `Open: ${weaknesses.join('; ')}.` : 'No such weakness was found.'}${without}`,
    brief: inShort(details.totals),
    details,
    completeUntil,
  };
}

/** Without the names. */
function inShort(totals: Details['totals']): string {
  const open = WORDS.flatMap(([key, what, rest]) => {
    const total = totals[key] ?? 0;
    return total > 0 ? [`${counted(total, what)} ${rest}`] : [];
  });
  return open.length > 0 ? `Open: ${firstOf(open, 80)}.` : 'No such weakness was found.';
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

function detailsOf(objects: Objects, missing: string[]): Details {
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
  const strong = strongAccounts(bindings ?? [], known).slice(0, MAX_ACCOUNTS);
  const counted = Object.entries(all).filter(([, entries]) => entries !== undefined);
  return {
    ...Object.fromEntries(counted.map(([key, entries]) => [key, entries?.slice(0, SHOWN)])),
    ...defined({ strongAccounts: strong.length > 0 ? strong.map((account) => short(account)) : undefined }),
    totals: {
      ...defined({ namespaces: namespaces?.length }),
      ...Object.fromEntries(counted.map(([key, entries]) => [key, entries?.length])),
    },
    ...defined({ missing: missing.length > 0 ? missing : undefined }),
  };
}

const nameOf = ({ name }: KubernetesObject['metadata']): string => text(name) ?? '(no name)';

/** What the API server enforces without a label is its own configuration, which cannot be read; on EKS it is nothing. */
function isOpen({ metadata }: KubernetesObject): boolean {
  const level = text(record(metadata.labels)['pod-security.kubernetes.io/enforce']);
  return level === undefined || level === 'privileged';
}

const WORDS = [
  ['anonymousBindings', 'binding', 'to anonymous users'],
  ['wideBindings', 'binding', 'of wide roles to wide groups'],
  ['defaultServiceAccountBindings', 'binding', 'to default ServiceAccounts'],
  ['namespacesWithoutNetworkPolicy', 'namespace', 'without NetworkPolicy'],
  ['namespacesWithoutPodSecurity', 'namespace', 'where Pod Security enforces nothing'],
] as const;

function examples(entries: readonly (string | { binding: string; role: string })[]): string {
  const names = entries.slice(0, 3).map((entry) => short(typeof entry === 'string' ? entry : entry.binding, 80));
  return names.length > 0 ? ` (${names.join(', ')}${entries.length > 3 ? ', …' : ''})` : '';
}

function show({ totals = {}, ...details }: Read<typeof schema>): Block[] {
  const { namespacesWithoutNetworkPolicy: withoutPolicy, namespacesWithoutPodSecurity: withoutSecurity } = details;
  const binding = {
    Binding: ({ binding }: { binding?: string }) => block.value(binding),
    Role: ({ role }: { role?: string }) => block.value(role),
  };
  return [
    ...block.facts(
      ['Namespaces', block.amount(totals.namespaces)],
      ['Without NetworkPolicy', withoutPolicy?.length ? block.inLine(withoutPolicy) : undefined],
      ['Without Pod Security', withoutSecurity?.length ? block.inLine(withoutSecurity) : undefined],
      ['Not looked at', block.sentences(details.missing)],
    ),
    ...block.table('Bindings for anonymous requests', details.anonymousBindings, binding, totals.anonymousBindings),
    ...block.facts([
      'Accounts with full control',
      details.strongAccounts?.length ? block.inLine(details.strongAccounts) : undefined,
    ]),
    ...block.table(
      'Wide rights for many identities',
      details.wideBindings,
      { ...binding, 'Given to': ({ subject }) => block.value(subject), Why: ({ why }) => block.sentence(why) },
      totals.wideBindings,
    ),
    ...block.table(
      'Rights of default service accounts',
      details.defaultServiceAccountBindings,
      { ...binding, Namespace: ({ namespace }) => block.value(namespace) },
      totals.defaultServiceAccountBindings,
    ),
  ];
}

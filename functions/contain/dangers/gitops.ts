import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { command } from '../../contract/commands/command.ts';
import type { Target } from '../../contract/containment.ts';
import { andMore, counted, messageOf } from '../../kit/words.ts';
import { rights } from '../framework/needs.ts';
import { groupOf, resourceName } from '../isolation/api-kinds.ts';
import type { Danger, DangerKind, Surroundings } from './danger.ts';
import { TOOLS, type Tool } from './gitops-tools.ts';

/** Kinds whose objects carry marks, as a rule. */
const KINDS: readonly [string, string][] = [
  ['v1', 'services'],
  ['v1', 'serviceaccounts'],
  ['apps/v1', 'deployments'],
  ['apps/v1', 'statefulsets'],
  ['apps/v1', 'daemonsets'],
  ['networking.k8s.io/v1', 'networkpolicies'],
  ['rbac.authorization.k8s.io/v1', 'rolebindings'],
];
/** How many owners of a tool are named by marks alone: an intruder may write as many as there are objects. */
const MAX_MARKED = 5;

const CONSEQUENCE =
  'Where nothing freezes the namespace, it restores what is removed, and on release it may overwrite what is restored.';

/** EKS runs it in an account of AWS, with an IAM role of this one that trusts `capabilities.eks.amazonaws.com`. */
const OUTSIDE =
  'It runs outside the cluster, where only the freeze stops it; it obeys the pause all the same, and the access entry of its role can be deleted.';

/** Looks which capabilities the cluster has, and with which roles. */
const capabilitiesOf = ({ name, region }: Target['cluster']): string[][] =>
  name ? [command('aws eks list-capabilities', [], { '--region': region, '--cluster-name': name })] : [];

/** kro makes objects from a definition, and makes them again; also as a capability of EKS. Anybody may write the label. */
const isOfKro = ({ metadata: { labels = {} } }: KubernetesObject): boolean =>
  ['kro.run/owned', 'internal.kro.run/owned'].some((label) => labels[label] === 'true');

const composedBy = (objects: readonly KubernetesObject[], { cluster }: Target): Danger => ({
  id: 'gitops/kro',
  what: `${counted(objects.length, 'object')} of the namespace ${objects.length === 1 ? 'says' : 'say'} that kro made ${objects.length === 1 ? 'it' : 'them'}: ${andMore(
    objects.map(({ metadata }) => metadata.name ?? ''),
    MAX_MARKED,
  )}.`,
  consequence: `${CONSEQUENCE} It knows no pause for one object: before release, delete the instance that asks for them, or, where kro is a capability of EKS, take the access entry of its role away. The label proves nothing by itself.`,
  blocking: false,
  commands: capabilitiesOf(cluster),
});

/** What puts objects back as they are in a repository: it works against containment until it is paused. */
export const gitops: DangerKind = {
  about: 'owners that put objects back (Argo CD, Flux, kro)',
  needs: {
    kubernetes: rights(
      ['list'],
      'namespaces',
      ...KINDS.map(([apiVersion, resource]) => resourceName({ apiVersion, resource })),
      ...TOOLS.map(({ group, resource }) => `${resource}.${group}`),
    ),
  },
  async find(surroundings) {
    const { namespace } = surroundings.target;
    const lists = await Promise.all(KINDS.map(([apiVersion, resource]) => surroundings.here(apiVersion, resource)));
    const namespaces = await surroundings.all('v1', 'namespaces');
    const objects = [...namespaces.filter(({ metadata }) => metadata.name === namespace), ...lists.flat()];
    const dangers: Danger[] = [];
    for (const tool of TOOLS) dangers.push(...(await dangersOf(tool, objects, surroundings)));
    const managers = [...new Set(objects.flatMap(managersOf))];
    if (dangers.length === 0 && managers.length > 0) dangers.push(managedBy(managers));
    const composed = objects.filter(isOfKro);
    if (composed.length > 0) dangers.push(composedBy(composed, surroundings.target));
    return { dangers };
  },
};

/** What a tool says itself, and what only marks say of it. */
async function dangersOf(
  tool: Tool,
  objects: readonly KubernetesObject[],
  surroundings: Surroundings,
): Promise<Danger[]> {
  const { owners, unknown } = await ownersBy(tool, surroundings);
  const resource = `${tool.resource}.${tool.group}`;
  const known = new Set(owners.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  const marked = objects.flatMap((object) => tool.mark(object) ?? []);
  const claimed = [...new Map(marked.map((each) => [`${each.namespace}/${each.name}`, each])).values()].filter(
    ({ namespace, name }) => !known.has(`${namespace}/${name}`),
  );
  return [
    ...owners.map((owner) => ownedBy(tool, resource, owner, surroundings.target)),
    ...(claimed.length > 0 ? [markedBy(tool, resource, claimed, unknown)] : []),
  ];
}

/** Those that say themselves that they apply objects of the namespace, or the namespace. */
async function ownersBy(
  { group, resource, namespaces }: Tool,
  surroundings: Surroundings,
): Promise<{ owners: KubernetesObject[]; unknown?: string }> {
  const { target, signal } = surroundings;
  try {
    const kind = (await surroundings.kinds()).find(
      (each) => groupOf(each.apiVersion) === group && each.resource === resource,
    );
    if (!kind) return { owners: [], unknown: 'the cluster has no such kind' };
    const all = await surroundings.all(kind.apiVersion, resource);
    return { owners: all.filter((owner) => namespaces(owner, target.cluster.name).includes(target.namespace)) };
  } catch (error) {
    signal.throwIfAborted();
    return { owners: [], unknown: messageOf(error) };
  }
}

function ownedBy(tool: Tool, resource: string, owner: KubernetesObject, { namespace: here, cluster }: Target): Danger {
  const { name = '', namespace } = owner.metadata;
  const outside = tool.isOutside?.(owner) === true;
  const others = tool.namespaces(owner, cluster.name).filter((each) => each !== here).length;
  return {
    id: `gitops/${resource}/${namespace}/${name}`,
    what: `${tool.name}${outside ? ', as a capability of EKS,' : ''} applies objects of the namespace, as ${namespace}/${name} says itself.`,
    consequence: [
      CONSEQUENCE,
      ...(outside ? [OUTSIDE] : []),
      ...(others > 0 ? [`Paused, it leaves ${counted(others, 'object')} elsewhere alone as well.`] : []),
    ].join(' '),
    blocking: false,
    commands: [tool.pause(resource, name, namespace), ...(outside ? capabilitiesOf(cluster) : [])],
  };
}

/** To look, and nothing more: anybody can mark an object as another's. */
function markedBy(
  tool: Tool,
  resource: string,
  claimed: readonly { namespace: string; name: string }[],
  unknown: string | undefined,
): Danger {
  const shown = claimed.slice(0, MAX_MARKED);
  const names = andMore(
    claimed.map(({ namespace, name }) => `${namespace}/${name}`),
    MAX_MARKED,
  );
  const why = unknown === undefined ? 'none of these says so itself' : `whether it is so is not known: ${unknown}`;
  return {
    id: `gitops/${resource}/marks`,
    what: `Objects of the namespace are marked as applied by ${tool.name} (${names}), but ${why}.`,
    consequence:
      'The marks prove nothing, because anybody who can write an object can write them: check before you pause anything.',
    blocking: false,
    commands: shown.map(({ namespace, name }) =>
      command('kubectl get', [resource, name], { '--namespace': namespace, '-o': 'yaml' }),
    ),
  };
}

const MANAGERS = ['argocd-controller', 'argocd-application-controller', 'kustomize-controller', 'helm-controller'];
const managersOf = ({ metadata }: KubernetesObject): string[] =>
  (metadata.managedFields ?? []).flatMap(({ manager }) => (manager && MANAGERS.includes(manager) ? manager : []));

const managedBy = (managers: string[]): Danger => ({
  id: 'gitops/field-managers',
  what: `Objects of the namespace say that ${managers.join(', ')} wrote them, and not for which application.`,
  consequence: CONSEQUENCE,
  blocking: false,
});

import type { KubernetesObject, ServedKind } from '../../clients/kubernetes/kubernetes.ts';
import { records, texts } from '../../kit/json.ts';
import { allNeeds } from '../framework/needs.ts';
import { groupOf, servedKinds } from '../isolation/api-kinds.ts';
import { selectorMatches } from '../isolation/label-selector.ts';
import { CLAIMED, LINK_NEEDS, type Link, linkOf } from './client-config.ts';
import type { Danger, DangerKind, Surroundings } from './danger.ts';
import { removalCommand, showCommand, WEBHOOK_RIGHTS } from './webhook-commands.ts';

const TYPES = ['validating', 'mutating'] as const;

/**
 * Webhooks whose backend is in the namespace. Cut off, one with the policy Fail refuses all that it is asked about: for
 * everything, that is every write in the cluster, access reviews included.
 */
export const webhooks: DangerKind = {
  about: 'webhooks that lead into the namespace',
  needs: allNeeds(LINK_NEEDS, { kubernetes: ['list namespaces', ...WEBHOOK_RIGHTS] }),
  async find(surroundings) {
    const found = await Promise.all(TYPES.map((type) => findOf(type, surroundings)));
    return { dangers: found.flat() };
  },
};

async function findOf(type: (typeof TYPES)[number], surroundings: Surroundings): Promise<Danger[]> {
  const resource = `${type}webhookconfigurations`;
  const configurations = await surroundings.all('admissionregistration.k8s.io/v1', resource);
  const all = await Promise.all(
    configurations.map(async (configuration) => ({
      configuration,
      ...(await leadingInto(configuration, surroundings)),
    })),
  );
  const concerned = all.filter(({ proven, claimed }) => proven.length + claimed.length > 0);
  if (concerned.length === 0) return [];
  // The usual kinds will do where the cluster does not give its own: who blocks all writes blocks those of them.
  const [namespaces, { kinds }] = await Promise.all([
    surroundings.all('v1', 'namespaces'),
    servedKinds(surroundings.kubernetes, surroundings.signal),
  ]);
  return concerned.flatMap(({ configuration, proven, claimed }): Danger[] => {
    const { name = '' } = configuration.metadata;
    const webhooks = records(configuration['webhooks']);
    const ours = webhooks.filter((_, position) => proven.includes(position));
    const failing = ours.filter(({ failurePolicy }) => failurePolicy !== 'Ignore');
    const reaching = failing.filter((webhook) =>
      reachesOthers(webhook, surroundings.target.namespace, namespaces, kinds),
    );
    const what = `The ${type} webhook configuration ${name} calls`;
    return [
      ...(proven.length > 0
        ? [
            {
              id: `webhook/${type}/${name}`,
              what: `${what} something in the namespace.`,
              consequence: consequenceOf(failing.length, reaching),
              blocking: reaching.length > 0,
              commands: [removalCommand(resource, configuration, proven)],
            },
          ]
        : []),
      ...(claimed.length > 0
        ? [
            {
              id: `webhook/${type}/${name}/address`,
              what: `${what} an address that something in the namespace claims to have.`,
              consequence: CLAIMED,
              blocking: false,
              commands: [showCommand(resource, name)],
            },
          ]
        : []),
    ];
  });
}

/** The positions of webhooks that lead into the namespace. */
async function leadingInto(
  { webhooks }: KubernetesObject,
  surroundings: Surroundings,
): Promise<Record<Link, number[]>> {
  const links = await Promise.all(records(webhooks).map(({ clientConfig }) => linkOf(clientConfig, surroundings)));
  const positions = (wanted: Link) => links.flatMap((link, position) => (link === wanted ? [position] : []));
  return { proven: positions('proven'), claimed: positions('claimed') };
}

function consequenceOf(failing: number, reaching: Record<string, unknown>[]): string {
  if (reaching.length > 0) {
    const rules = reaching.flatMap((webhook) => records(webhook['rules']).map(inWords));
    return `Without its backend, these requests are refused beyond this namespace: ${[...new Set(rules)].join('; ')}.`;
  }
  if (failing > 0) return 'Without its backend it refuses what it is asked about in this namespace, and only there.';
  return 'Without its backend, requests are handled without it (failurePolicy Ignore), each after its time-out.';
}

const inWords = ({ operations, apiGroups, resources }: Record<string, unknown>): string =>
  `${texts(operations).join('/')} of ${texts(resources).join(', ')} in ${named(apiGroups)}`;

/** The core group is an empty text. */
const named = (groups: unknown): string =>
  (Array.isArray(groups) ? groups.map((group) => group || 'the core group') : []).join(', ');

/**
 * Whether it is asked about anything outside the namespace. Its object selector and conditions are not weighed: what they
 * leave out is up to whoever writes the objects.
 */
function reachesOthers(
  { rules, namespaceSelector }: Record<string, unknown>,
  namespace: string,
  namespaces: readonly KubernetesObject[],
  kinds: readonly ServedKind[],
): boolean {
  const others = namespaces.filter(({ metadata }) => metadata.name !== namespace);
  const elsewhere = others.some(({ metadata }) => selectorMatches(namespaceSelector, metadata.labels));
  return records(rules).some(({ apiGroups, resources, scope }) => {
    const asked = kinds.filter((kind) => isAskedAbout(kind, apiGroups, resources));
    const inNamespaces = scope !== 'Cluster' && elsewhere && asked.some((kind) => kind.namespaced);
    // The selector is not asked about objects of the cluster itself, except for namespaces.
    const ofCluster = asked.some(({ namespaced, resource }) => !namespaced && (resource !== 'namespaces' || elsewhere));
    return inNamespaces || (scope !== 'Namespaced' && ofCluster);
  });
}

function isAskedAbout({ apiVersion, resource }: ServedKind, apiGroups: unknown, resources: unknown): boolean {
  const groups = Array.isArray(apiGroups) ? apiGroups : [];
  const ofGroup = groups.includes('*') || groups.includes(groupOf(apiVersion));
  return ofGroup && texts(resources).some((each) => ['*', resource].includes(each.split('/')[0] ?? ''));
}

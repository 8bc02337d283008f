import { texts } from '../../kit/json.ts';
import { outOfReach } from '../isolation/out-of-reach.ts';
import { type Danger, type DangerKind, nameList } from './danger.ts';

/** Pods that are not cut off, or not stopped, like others. */
export const pods: DangerKind = {
  about: 'pods that policies do not reach, or that nothing would bring back',
  async find(surroundings) {
    const all = await surroundings.here('v1', 'pods');
    const reasons = Map.groupBy(all, outOfReach);
    const unreached = [...reasons].flatMap(([why, some]): Danger[] =>
      why === undefined
        ? []
        : [
            {
              id: `pods/${why.replaceAll(/[^a-z]+/gi, '-')}`,
              what: `Pods of which each ${why}: ${nameList(some.map(({ metadata }) => metadata.name))}.`,
              consequence: 'Network policies do not reach them: only their end cuts them off.',
              blocking: false,
            },
          ],
    );
    const bare = all.filter(({ metadata }) => (metadata.ownerReferences ?? []).length === 0);
    return { dangers: [...unreached, ...bareDanger(bare.map(({ metadata }) => metadata.name))] };
  },
};

const bareDanger = (names: (string | undefined)[]): Danger[] =>
  names.length === 0
    ? []
    : [
        {
          id: 'pods/no-owner',
          what: `Pods without an owner: ${nameList(names)}.`,
          consequence:
            'The VPC CNI does not enforce policies for them; once removed, only release brings them back, without what they held in memory.',
          blocking: false,
        },
      ];

/** Objects that outlive their deletion until somebody takes a finalizer off. */
export const finalizers: DangerKind = {
  about: 'finalizers in the namespace',
  async find(surroundings) {
    const lists = await Promise.all(
      KINDS.map(async ([apiVersion, resource, usual]) => {
        const objects = await surroundings.here(apiVersion, resource);
        const held = objects.flatMap(({ metadata }) => {
          const unusual = texts(metadata['finalizers']).filter((finalizer) => !usual.includes(finalizer));
          return unusual.length > 0 ? [`${metadata.name} (${unusual.join(', ')})`] : [];
        });
        return { resource, held };
      }),
    );
    return {
      dangers: lists
        .filter(({ held }) => held.length > 0)
        .map(({ resource, held }) => ({
          id: `finalizers/${resource}`,
          what: `Finalizers on ${resource}: ${nameList(held)}.`,
          consequence: 'Deleted, they stay until the finalizer is taken off.',
          blocking: false,
        })),
    };
  },
};

/** With the finalizers that Kubernetes and EKS set themselves. */
const KINDS: readonly [apiVersion: string, resource: string, usual: readonly string[]][] = [
  ['v1', 'pods', ['batch.kubernetes.io/job-tracking']],
  ['v1', 'persistentvolumeclaims', ['kubernetes.io/pvc-protection']],
  [
    'v1',
    'services',
    ['service.kubernetes.io/load-balancer-cleanup', 'service.k8s.aws/resources', 'service.eks.amazonaws.com/resources'],
  ],
  ['v1', 'serviceaccounts', []],
  ['v1', 'replicationcontrollers', ['orphan', 'foregroundDeletion']],
  ['apps/v1', 'deployments', ['foregroundDeletion']],
  ['apps/v1', 'statefulsets', ['foregroundDeletion']],
  ['apps/v1', 'daemonsets', ['foregroundDeletion']],
  ['networking.k8s.io/v1', 'networkpolicies', ['networking.k8s.aws/resources']],
  ['rbac.authorization.k8s.io/v1', 'rolebindings', []],
];

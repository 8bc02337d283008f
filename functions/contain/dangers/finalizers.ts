import { texts } from '../../kit/json.ts';
import { rights } from '../framework/needs.ts';
import { resourceName } from '../isolation/api-kinds.ts';
import { type DangerKind, nameList } from './danger.ts';

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

/** Objects that outlive their deletion until somebody takes a finalizer off. */
export const finalizers: DangerKind = {
  about: 'finalizers in the namespace',
  needs: {
    kubernetes: rights(['list'], ...KINDS.map(([apiVersion, resource]) => resourceName({ apiVersion, resource }))),
  },
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
          consequence: 'Once deleted, they stay until the finalizer is removed.',
          blocking: false,
        })),
    };
  },
};

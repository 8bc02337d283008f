/** What runs in the namespace, and what makes it run. */
import type { Kubernetes, KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { record, records, text } from '../../kit/json.ts';
import { listPath } from '../../kubernetes/object-path.ts';
import { type ContainmentForm, rightsOn, servedAt } from '../forms/form.ts';
import { WORKLOAD_FORMS } from '../forms/index.ts';
import { type Needs, rights } from '../framework/needs.ts';
import { resourceName } from '../isolation/api-kinds.ts';

export interface Workloads {
  /** HorizontalPodAutoscalers: they have no form, because they are deleted. */
  scalers: KubernetesObject[];
  /** In the order of the forms. */
  owners: { form: ContainmentForm; objects: KubernetesObject[] }[];
  pods: KubernetesObject[];
  /** Kinds whose objects could not all be listed. */
  incomplete: string[];
}

/** As it is since version 1.23 of Kubernetes. */
export const SCALER = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  resource: 'horizontalpodautoscalers',
};
export const POD = { apiVersion: 'v1', kind: 'Pod', resource: 'pods' };

/** What {@link readWorkloads} asks. */
export const WORKLOAD_NEEDS: Needs = {
  kubernetes: [
    ...rights(['list'], resourceName(SCALER), resourceName(POD)),
    ...WORKLOAD_FORMS.flatMap((form) => rightsOn(form, 'list')),
  ],
};

/** @throws KubernetesError where a kind cannot be listed: without it, nobody knows what runs */
export async function readWorkloads(
  kubernetes: Kubernetes,
  namespace: string,
  signal: AbortSignal,
): Promise<Workloads> {
  const incomplete: string[] = [];
  const all = async (kind: string, served: { apiVersion: string; resource: string }) => {
    const { items, complete } = await kubernetes.list(listPath({ ...served, namespace }), signal);
    if (!complete) incomplete.push(kind);
    return items;
  };
  const [scalers, pods, owners] = await Promise.all([
    all(SCALER.kind, SCALER),
    all(POD.kind, POD),
    Promise.all(WORKLOAD_FORMS.map(async (form) => ({ form, objects: await all(form.kind, servedAt(form)) }))),
  ]);
  return { scalers, owners, pods, incomplete };
}

/** Who makes an object, and would make it again. */
export function controllerOf({ metadata }: KubernetesObject): { kind: string; name: string; uid: string } | undefined {
  return metadata.ownerReferences?.find((owner) => 'controller' in owner && owner.controller === true);
}

/** Whether it counts as ended. Its deletion is then a forced one, whatever the grace period. */
export function isTerminal({ status }: KubernetesObject): boolean {
  const phase = text(record(status)['phase']);
  return phase === 'Succeeded' || phase === 'Failed';
}

const CONTAINERS = ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses'];

/**
 * Whether its containers have ended, all of them and for good. It is kept: it runs nothing, and is evidence. The pod
 * collector may say so of a pod whose node is gone; its containers then still have the kubelet's last word.
 */
export const hasEnded = (pod: KubernetesObject): boolean =>
  isTerminal(pod) &&
  !CONTAINERS.flatMap((kind) => records(record(pod['status'])[kind])).some(
    (each) => 'running' in record(each['state']),
  );

/**
 * Whether it mirrors a file on a node: deleting the object stops nothing, it only hides what runs. Marked by an annotation
 * that the API server lets nobody add later; of a pod that was made with it without a file, a kubelet runs nothing.
 */
export const isStatic = ({ metadata }: KubernetesObject): boolean =>
  metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;

/** Which containers have written a log. */

import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { defined } from '../../kit/defined.ts';
import { number, record, records, text } from '../../kit/json.ts';

/** One log that can be asked for. */
export interface ContainerLogSource {
  pod: string;
  container: string;
  /** Of the container that ran before this one. */
  previous: boolean;
}

/** What the node says of a container. */
export interface ContainerOnNode {
  pod: string;
  container: string;
  image?: string;
  /** With the digest, as the node tells it. */
  imageID?: string;
  /** By which the node's runtime knows it: `containerd://…`. */
  containerID?: string;
  /** Whether it began again, and how often. */
  restarts?: number;
  /** As the kubelet tells it: running since when, or how it ended. */
  state: Record<string, unknown>;
  /** Of the one that ran before. */
  before?: Record<string, unknown>;
}

/** Every kind of container: the ordinary ones, those that initialise, and those that were added later for debugging. */
const KINDS = ['initContainer', 'container', 'ephemeralContainer'] as const;

const statusesOf = ({ status }: KubernetesObject): Record<string, unknown>[] =>
  KINDS.flatMap((kind) => records(record(status)[`${kind}Statuses`]));

/** A container that never ran has no log; one that began again has two. */
export function logSources(pod: KubernetesObject): ContainerLogSource[] {
  const statuses = new Map(statusesOf(pod).map((status) => [text(status['name']), status]));
  const name = pod.metadata.name ?? '';
  return KINDS.flatMap((kind) => records(record(pod['spec'])[`${kind}s`])).flatMap((spec): ContainerLogSource[] => {
    const container = text(spec['name']);
    const status = record(statuses.get(container));
    const state = record(status['state']);
    if (!container) return [];
    const hadOne = (number(status['restartCount']) ?? 0) > 0 || 'terminated' in record(status['lastState']);
    return [
      ...('running' in state || 'terminated' in state ? [{ pod: name, container, previous: false }] : []),
      ...(hadOne ? [{ pod: name, container, previous: true }] : []),
    ];
  });
}

export function containersOn(pod: KubernetesObject): ContainerOnNode[] {
  return statusesOf(pod).map((status) => {
    const [image, imageID, containerID] = ['image', 'imageID', 'containerID'].map((field) => text(status[field]));
    const before = record(status['lastState']);
    return {
      pod: pod.metadata.name ?? '',
      container: text(status['name']) ?? '',
      ...defined({ image, imageID, containerID, restarts: number(status['restartCount']) }),
      state: record(status['state']),
      ...defined({ before: Object.keys(before).length > 0 ? before : undefined }),
    };
  });
}

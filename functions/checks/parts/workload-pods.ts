/** What the pods that exist tell: images by digest, and addresses. */

import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { defined } from '../../kit/defined.ts';
import { record, records, text } from '../../kit/json.ts';
import { short } from '../../kit/words.ts';
import { digestOf, parseImage } from '../../kubernetes/names/image.ts';

const CONTAINERS = [
  ['containers', 'containerStatuses'],
  ['initContainers', 'initContainerStatuses'],
  ['ephemeralContainers', 'ephemeralContainerStatuses'],
] as const;

export interface RunningImage {
  image: string;
  /** Where the kubelet told it. */
  digest?: string;
  registry: string;
  pods: number;
}

/** Those of most pods first. Until a kubelet has pulled an image, only its name is known. */
export function runningImages(pods: readonly KubernetesObject[]): RunningImage[] {
  const found = new Map<string, RunningImage>();
  for (const pod of pods) {
    for (const { image, digest } of new Map(
      imagesOf(pod).map((used) => [`${used.image} ${used.digest}`, used]),
    ).values()) {
      const key = `${image} ${digest}`;
      const known = found.get(key) ?? {
        image: short(image, 300),
        ...defined({ digest: digest || undefined }),
        registry: short(parseImage(image).registry),
        pods: 0,
      };
      known.pods++;
      found.set(key, known);
    }
  }
  return [...found.values()].sort((a, b) => b.pods - a.pods || a.image.localeCompare(b.image));
}

function imagesOf({ spec, status }: KubernetesObject): { image: string; digest: string | undefined }[] {
  return CONTAINERS.flatMap(([field, statuses]) => {
    const pulled = new Map(
      records(record(status)[statuses]).map(({ name, imageID }) => [name, digestOf(text(imageID) ?? '')]),
    );
    return records(record(spec)[field]).flatMap(({ name, image: value }) => {
      const image = text(value);
      return image ? [{ image, digest: pulled.get(name) ?? parseImage(image).digest }] : [];
    });
  });
}

export const podIpsOf = (pods: readonly KubernetesObject[]): string[] => [
  ...new Set(
    pods.flatMap(({ spec, status }) =>
      // A pod in the node's network has the node's address.
      record(spec)['hostNetwork'] === true ? [] : records(record(status)['podIPs']).flatMap(({ ip }) => text(ip) ?? []),
    ),
  ),
];

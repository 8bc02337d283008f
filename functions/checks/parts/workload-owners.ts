/** Which workload a pod belongs to: what a person would act on is its topmost controller. */

import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { defined } from '../../kit/defined.ts';
import { record, records, text } from '../../kit/json.ts';

export interface Owner {
  kind: string;
  name: string;
  /** Where it was listed. */
  object?: KubernetesObject;
}

/** Deeper chains are somebody's game. */
const MAX_DEPTH = 5;

export class Owners {
  readonly #objects = new Map<string, KubernetesObject>();

  constructor(objects: Iterable<{ kind: string; object: KubernetesObject }>) {
    for (const { kind, object } of objects) this.#objects.set(key(kind, nameOf(object)), object);
  }

  /** Follows the controllers as far as they were listed; the last one's name is known where it was not. */
  top(kind: string, object: KubernetesObject): Owner {
    let owner: Owner = { kind, name: nameOf(object), object };
    for (let depth = 0; owner.object && depth < MAX_DEPTH; depth++) {
      const next = controllerOf(owner.object);
      if (!next) break;
      const listed = this.#objects.get(key(next.kind, next.name));
      owner = { ...next, ...defined({ object: listed }) };
    }
    return owner;
  }
}

const key = (kind: string, name: string): string => `${kind}/${name}`;

const nameOf = ({ metadata }: KubernetesObject): string => text(metadata.name) ?? '(no name)';

/**
 * Whoever makes a pod writes its owners. A node owns only what the kubelet mirrors of its own (static pods): any other
 * pod that claims so is a bare one.
 */
function controllerOf({ metadata }: KubernetesObject): { kind: string; name: string } | undefined {
  const { ownerReferences, annotations } = metadata;
  const reference = records(ownerReferences).find(({ controller }) => controller === true);
  const [kind, name] = [text(reference?.['kind']), text(reference?.['name'])];
  if (!kind || !name) return undefined;
  if (kind === 'Node' && !text(record(annotations)['kubernetes.io/config.mirror'])) return undefined;
  return { kind, name };
}

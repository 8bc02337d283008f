import type { Kubernetes, KubernetesObject, ServedKind } from '../../../clients/kubernetes/kubernetes.ts';
import { record } from '../../../kit/json.ts';
import { LABEL, SUBDOMAIN } from '../../../kubernetes/names/kubernetes.ts';
import { listPath } from '../../../kubernetes/object-path.ts';

/** What is looked for: all of a kind, or the one of a name, in all namespaces or in one. */
interface Wanted {
  group: string;
  kind: string;
  name?: string | undefined;
  namespace?: string | undefined;
}

/** What there is. `isServed` is false where the cluster does not know the kind: then nothing can be said of its objects. */
interface Found {
  items: KubernetesObject[];
  complete: boolean;
  isServed: boolean;
}

/** So many objects of a kind are read where the name is not known. */
const MAX = 2_000;

/** Reads objects of kinds that a cluster may serve, or not, in the version in which it does. */
export class ServedObjects {
  readonly #cluster: Kubernetes;
  readonly #kinds: readonly ServedKind[];
  readonly #signal: AbortSignal;

  constructor(cluster: Kubernetes, kinds: readonly ServedKind[], signal: AbortSignal) {
    this.#cluster = cluster;
    this.#kinds = kinds;
    this.#signal = signal;
  }

  async find({ group, kind, name, namespace }: Wanted): Promise<Found> {
    const served = this.#kinds.find((each) => each.kind === kind && each.apiVersion.split('/')[0] === group);
    if (!served) return { items: [], complete: false, isServed: false };
    // No object has such a name: what is looked for was written by somebody, not read from an object.
    if ((name !== undefined && !SUBDOMAIN.test(name)) || (namespace !== undefined && !LABEL.test(namespace)))
      return { items: [], complete: true, isServed: true };
    const { apiVersion, resource } = served;
    const path = listPath({ apiVersion, resource, ...(namespace === undefined ? {} : { namespace }) });
    const { items, complete } = await this.#cluster.list(path, this.#signal, {
      max: MAX,
      ...(name === undefined ? {} : { fieldSelector: `metadata.name=${name}` }),
    });
    return { items: items.map((item) => ({ ...item, metadata: record(item.metadata) })), complete, isServed: true };
  }
}

/** What of an object release needs, and which objects come back by themselves. */

import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { defined } from '../../kit/defined.ts';
import { record, text } from '../../kit/json.ts';
import { Addresses, isMirror } from '../isolation/addresses.ts';

/** What the API server generates for each object. */
const MADE_UP = new Set(['managedFields', 'resourceVersion', 'generation', 'selfLink']);

/** Kinds whose status says what a restored object was bound to, or ran on. */
const STATUS_KEPT = new Set(['Pod', 'Service', 'PersistentVolumeClaim', 'Ingress']);

/** Without what the API server makes by itself. */
export function withoutServerFields<T extends KubernetesObject>(object: T): T {
  const { status, ...rest } = object;
  const metadata = Object.fromEntries(Object.entries(object.metadata).filter(([key]) => !MADE_UP.has(key)));
  const keep = status !== undefined && STATUS_KEPT.has(object.kind ?? '');
  return { ...rest, metadata, ...defined({ status: keep ? status : undefined }) } as T;
}

/** Which kinds of owner make an object again, by the object's kind. */
const MADE_BY: Readonly<Record<string, readonly string[]>> = {
  Pod: ['ReplicaSet', 'ReplicationController', 'StatefulSet', 'DaemonSet', 'Job'],
  ReplicaSet: ['Deployment'],
  ControllerRevision: ['StatefulSet', 'DaemonSet'],
  PolicyEndpoint: ['NetworkPolicy'],
};

/** The objects of a namespace, to tell which of them others make. */
export class DerivedObjects {
  readonly #kinds: ReadonlyMap<string, string>;
  readonly #addresses: Addresses;

  constructor(objects: readonly KubernetesObject[]) {
    this.#kinds = new Map(objects.map(({ kind = '', metadata }) => [metadata.uid ?? '', kind]));
    this.#addresses = new Addresses(
      objects.filter(({ kind, apiVersion }) => kind === 'Service' && apiVersion === 'v1'),
    );
  }

  /**
   * Whether an object comes back by itself with another one. Anybody can name an owner: it has to be there, and of a kind
   * that does make such objects.
   */
  has(object: KubernetesObject): boolean {
    const { kind = '', metadata } = object;
    if (kind === 'ConfigMap') return metadata.name === 'kube-root-ca.crt';
    if (kind === 'Endpoints') return this.#addresses.keepsEndpoints(object);
    if (kind === 'EndpointSlice')
      return this.#addresses.keepsSlice(object) || (isMirror(object) && this.#isMadeBy(object, ['Endpoints']));
    const makers = MADE_BY[kind];
    return makers !== undefined && this.#isMadeBy(object, makers);
  }

  #isMadeBy({ metadata }: KubernetesObject, makers: readonly string[]): boolean {
    return (metadata.ownerReferences ?? []).map(record).some(({ controller, uid }) => {
      const owner = this.#kinds.get(text(uid) ?? '');
      return controller === true && owner !== undefined && makers.includes(owner);
    });
  }
}

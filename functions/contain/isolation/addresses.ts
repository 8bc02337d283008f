/** Addresses behind Services: those that the control plane keeps, by a selector, and those that somebody wrote by hand. */
import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { record, records, text } from '../../kit/json.ts';

const SERVICE_NAME = 'kubernetes.io/service-name';
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const CONTROLLER = 'endpointslice-controller.k8s.io';
const MIRROR = 'endpointslicemirroring-controller.k8s.io';

/** Tells addresses apart, by the Services of the namespace. */
export class Addresses {
  readonly #byUid = new Map<string, KubernetesObject>();
  readonly #byName = new Map<string, KubernetesObject>();

  constructor(services: Iterable<KubernetesObject>) {
    for (const service of services) {
      this.#byUid.set(service.metadata.uid ?? '', service);
      this.#byName.set(service.metadata.name ?? '', service);
    }
  }

  /**
   * Whether the control plane keeps an EndpointSlice. Its labels say so, but anybody can set those: the control plane
   * heeds only slices that are labelled with the name of a Service that has a selector.
   */
  keepsSlice({ metadata }: KubernetesObject): boolean {
    if (metadata.labels?.[MANAGED_BY] !== CONTROLLER) return false;
    return (metadata.ownerReferences ?? []).some((owner) => {
      const service = this.#byUid.get(text(record(owner)['uid']) ?? '');
      return hasSelector(service) && service?.metadata.name === metadata.labels?.[SERVICE_NAME];
    });
  }

  /** Whether the control plane keeps an Endpoints object: it is named like a Service that has a selector. */
  keepsEndpoints({ metadata }: KubernetesObject): boolean {
    return hasSelector(this.#byName.get(metadata.name ?? ''));
  }
}

/** Whether it says that it is the mirror of an Endpoints object. */
export const isMirror = ({ metadata }: KubernetesObject): boolean => metadata.labels?.[MANAGED_BY] === MIRROR;

/** Whether an EndpointSlice or Endpoints object has addresses. */
export const hasAddresses = ({ endpoints, subsets }: KubernetesObject): boolean =>
  records(endpoints).length > 0 ||
  records(subsets).some(
    (subset) => records(subset['addresses']).length + records(subset['notReadyAddresses']).length > 0,
  );

const hasSelector = (service: KubernetesObject | undefined): boolean =>
  Object.keys(record(record(service?.['spec'])['selector'])).length > 0;

/** Stands in for the controllers that write down where Services lead. */
import type { KubernetesObject } from '../../../functions/clients/kubernetes/kubernetes.ts';
import { record, records, text } from '../../../functions/kit/json.ts';

const SERVICE_NAME = 'kubernetes.io/service-name';

/** What there is in a namespace for these controllers to go by. */
interface Contents {
  services: readonly KubernetesObject[];
  pods: readonly KubernetesObject[];
}

/** What is to be changed in an EndpointSlice or Endpoints; undefined where it is right, or where no Service leads by a selector. */
export function endpointChange(object: KubernetesObject, { services, pods }: Contents): object | undefined {
  const isSlice = object['endpoints'] !== undefined;
  const name = isSlice ? object.metadata.labels?.[SERVICE_NAME] : object.metadata.name;
  const service = services.find(({ metadata }) => metadata.name === name);
  const selector = record(record(service?.['spec'])['selector']);
  if (Object.keys(selector).length === 0) return undefined;
  const wanted = pods.flatMap(({ metadata, status }) => {
    const ip = text(record(status)['podIP']);
    return ip && Object.entries(selector).every(([key, value]) => metadata.labels?.[key] === value) ? [ip] : [];
  });
  if (addressesOf(object).join() === wanted.toSorted().join()) return undefined;
  if (isSlice) return { endpoints: wanted.map((ip) => ({ addresses: [ip], conditions: { ready: true } })) };
  const { ports } = Object(records(object['subsets'])[0]) as { ports?: unknown };
  return {
    subsets: wanted.length === 0 ? [] : [{ addresses: wanted.map((ip) => ({ ip })), ...(ports ? { ports } : {}) }],
  };
}

function addressesOf(object: KubernetesObject): string[] {
  const ofSlice = records(object['endpoints']).flatMap(({ addresses }) => (Array.isArray(addresses) ? addresses : []));
  const ofSubsets = records(object['subsets']).flatMap(({ addresses }) => records(addresses).map(({ ip }) => ip));
  return [...ofSlice, ...ofSubsets].map(String).toSorted();
}

import { isIP } from 'node:net';
import { record, records, text, texts } from '../../kit/json.ts';
import type { Surroundings } from './danger.ts';

/**
 * Whether the API server calls something in the namespace: a Service by its name, or a URL with the name that DNS gives
 * it or with an address of a Service or pod of the namespace.
 */
export async function leadsInto(clientConfig: unknown, surroundings: Surroundings): Promise<boolean> {
  const { namespace } = surroundings.target;
  const { service, url } = record(clientConfig);
  if (record(service)['namespace'] === namespace) return true;
  const address = text(url);
  if (!address || !URL.canParse(address)) return false;
  const host = new URL(address).hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) return (await addressesOf(surroundings)).has(host);
  const [, of, svc] = host.split('.');
  return of === namespace && svc === 'svc';
}

/** The addresses of its Services and pods. @throws when they cannot all be read: then it is not known */
async function addressesOf(surroundings: Surroundings): Promise<Set<string>> {
  const [services, pods] = await Promise.all(['services', 'pods'].map((kind) => surroundings.here('v1', kind)));
  const ofServices = (services ?? []).flatMap(({ spec, status }) => [
    ...texts(record(spec)['clusterIPs']),
    ...texts(record(spec)['externalIPs']),
    ...records(record(record(status)['loadBalancer'])['ingress']).flatMap(({ ip }) => text(ip) ?? []),
  ]);
  const ofPods = (pods ?? []).flatMap(({ status }) =>
    records(record(status)['podIPs']).flatMap(({ ip }) => text(ip) ?? []),
  );
  return new Set([...ofServices, ...ofPods]);
}

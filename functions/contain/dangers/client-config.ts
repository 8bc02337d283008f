import { isIP } from 'node:net';
import { record, records, text, texts } from '../../kit/json.ts';
import { type Needs, rights } from '../framework/needs.ts';
import type { Surroundings } from './danger.ts';

/**
 * How the API server comes to something in the namespace:
 *
 * - `proven`: whoever made the configuration names it, or the address is one that the cluster itself has given.
 * - `claimed`: the address is one that somebody in the namespace has written, as anybody may who makes a Service, or one
 *   that a pod shares with its node. It may be another's.
 */
export type Link = 'proven' | 'claimed';

/** What {@link linkOf} asks. */
export const LINK_NEEDS: Needs = { kubernetes: rights(['list'], 'services', 'pods') };

/** Whether a client configuration leads into the namespace: to a Service by its name or its DNS name, or to an address. */
export async function linkOf(clientConfig: unknown, surroundings: Surroundings): Promise<Link | undefined> {
  const { namespace } = surroundings.target;
  const { service, url } = record(clientConfig);
  if (record(service)['namespace'] === namespace) return 'proven';
  const address = text(url);
  if (!address || !URL.canParse(address)) return undefined;
  const host = new URL(address).hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) return linkByAddress(host, surroundings);
  const [, of, svc] = host.split('.');
  return of === namespace && svc === 'svc' ? 'proven' : undefined;
}

/** @throws when its Services and pods cannot all be read: then it is not known */
async function linkByAddress(address: string, surroundings: Surroundings): Promise<Link | undefined> {
  const [services, pods] = await Promise.all([surroundings.here('v1', 'services'), surroundings.here('v1', 'pods')]);
  const given = [
    ...services.flatMap(({ spec }) => texts(record(spec)['clusterIPs'])),
    ...pods.filter((pod) => !sharesNode(pod.spec)).flatMap(({ status }) => podIps(status)),
  ];
  if (given.includes(address)) return 'proven';
  const written = [
    ...services.flatMap(({ spec, status }) => [
      ...texts(record(spec)['externalIPs']),
      ...records(record(record(status)['loadBalancer'])['ingress']).flatMap(({ ip }) => text(ip) ?? []),
    ]),
    ...pods.flatMap(({ status }) => podIps(status)),
  ];
  return written.includes(address) ? 'claimed' : undefined;
}

const sharesNode = (spec: unknown): boolean => record(spec)['hostNetwork'] === true;
const podIps = (status: unknown): string[] => records(record(status)['podIPs']).flatMap(({ ip }) => text(ip) ?? []);

/** What follows of a link that is only claimed, for a reader. */
export const CLAIMED =
  "That proves nothing: whoever makes a Service or a pod in the network of its node may name an address of others. Look whose it is; if it is the namespace's, this goes without an answer once it is cut off.";

/**
 * What a person accepts of a creator: which indicators its ordinary work shows, and from where it comes. All that is
 * outside of it alerts as if nothing had been accepted.
 */
import { BlockList, isIP } from 'node:net';

/** What can never be accepted: these are told whoever says what. */
export const NEVER_ACCEPTED: readonly string[] = [
  'anonymous-creator',
  'attack-sequence',
  'break-glass',
  'guardduty',
  'miner',
  'own-identity',
];

/** How wide an acceptance is. */
export interface AcceptanceScope {
  /** Ids of the indicators that belong to it. */
  indicators?: string[];
  /** Networks from which the creator comes, as `10.0.0.0/16`. */
  addresses?: string[];
}

const INDICATOR = /^[a-z][a-z0-9-]{1,60}$/;
const MAX_INDICATORS = 40;
const MAX_ADDRESSES = 40;

/** What is wrong with an acceptance, each in one sentence; none where nothing is. */
export function scopeProblems({ indicators, addresses }: AcceptanceScope): string[] {
  if (indicators === undefined)
    return addresses === undefined ? [] : ['Addresses are accepted together with indicators only.'];
  const never = indicators.filter((id) => NEVER_ACCEPTED.includes(id));
  const wrong = indicators.filter((id) => !INDICATOR.test(id));
  const networks = addresses?.filter((network) => !isNetwork(network)) ?? [];
  return [
    ...(wrong.length > 0 || indicators.length > MAX_INDICATORS ? ['The indicators are not ids, or too many.'] : []),
    ...(never.length > 0 ? [`This can never be accepted: ${never.join(', ')}.`] : []),
    ...(addresses === undefined || addresses.length === 0 ? ['It names no addresses to come from.'] : []),
    ...(networks.length > 0 || (addresses?.length ?? 0) > MAX_ADDRESSES
      ? ['The addresses are not networks as 10.0.0.0/16, or too many.']
      : []),
  ];
}

/** The most that a network may hold: more is not the address range of anybody. */
const LEAST_PREFIX = { 4: 8, 6: 32 } as const;

function isNetwork(text: string): boolean {
  const [address = '', prefix, more] = text.split('/');
  const family = isIP(address) as 0 | 4 | 6;
  if (family === 0 || more !== undefined || !/^\d{1,3}$/.test(prefix ?? '')) return false;
  return Number(prefix) >= LEAST_PREFIX[family] && Number(prefix) <= (family === 4 ? 32 : 128);
}

const PRIVATE = new BlockList();
PRIVATE.addSubnet('10.0.0.0', 8, 'ipv4');
PRIVATE.addSubnet('172.16.0.0', 12, 'ipv4');
PRIVATE.addSubnet('192.168.0.0', 16, 'ipv4');
PRIVATE.addSubnet('100.64.0.0', 10, 'ipv4');

/**
 * The network that an address stands for: a VPC's worth of a private one (a /16, which is the largest that a VPC has), and
 * else a /24, or the /64 of IPv6. Undefined for what is not an address.
 */
export function networkOf(address: string | undefined): string | undefined {
  const family = isIP(address ?? '');
  if (address === undefined || family === 0) return undefined;
  if (family === 4) {
    const parts = address.split('.');
    return PRIVATE.check(address, 'ipv4')
      ? `${parts.slice(0, 2).join('.')}.0.0/16`
      : `${parts.slice(0, 3).join('.')}.0/24`;
  }
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped === undefined ? `${address}/64` : networkOf(mapped);
}

/** Whether the address is in one of the networks; false for what is not an address, or where there are none. */
export function isWithinNetworks(address: string | undefined, networks: readonly string[]): boolean {
  const family = isIP(address ?? '');
  if (address === undefined || family === 0) return false;
  const list = new BlockList();
  for (const network of networks.filter(isNetwork)) {
    const [net = '', prefix = ''] = network.split('/');
    list.addSubnet(net, Number(prefix), isIP(net) === 4 ? 'ipv4' : 'ipv6');
  }
  return list.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

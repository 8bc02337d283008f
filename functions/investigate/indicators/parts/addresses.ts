import { BlockList, isIP } from 'node:net';

/** Addresses that no packet from the internet has: private, shared (RFC 6598), loopback, link-local, benchmarking. */
const INTERNAL = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
] as const)
  INTERNAL.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  INTERNAL.addSubnet(net, prefix, 'ipv6');

/**
 * Whether this is an address of the internet; false for text that is not an address at all. IPv4 within IPv6 counts as
 * IPv4.
 */
export function isPublicAddress(text: string): boolean {
  const [address = ''] = text.split('%');
  const family = isIP(address);
  return family !== 0 && !INTERNAL.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

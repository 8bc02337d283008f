/** What flow records give away about the peers of the namespace's pods. */
import type { Talker } from './flow-records.ts';

interface TrafficSignEntry<Name extends string = string> {
  sign: Name;
  /** For people. */
  words: string;
  is(talker: Talker): boolean;
}

const defineTraffic = <const Name extends string>(sign: TrafficSignEntry<Name>): TrafficSignEntry<Name> => sign;

/**
 * Ports at which the large pools of Monero and Dero take Stratum, beside 80 and 443, by their own connection guides (Falco's
 * `miner_ports` has the same and more). None is registered for a service that pods commonly use outside of their VPC.
 */
const POOL_PORTS = new Set([3333, 3334, 4444, 5555, 7777, 8888, 9999, 10128, 13333, 14433, 14444, 20128, 45560, 45700]);

/** EC2's instance metadata service. Flow logs leave it out where a pod uses its node's interface (VPC user guide). */
const METADATA = new Set(['169.254.169.254', 'fd00:ec2::254']);

/** HTTPS, HTTP, DNS and NTP. */
const USUAL_PORTS = new Set([443, 80, 53, 123]);

/** So many places refused are a search, not a mistake in a configuration. */
const SCAN = 10;

export const TRAFFIC_SIGNS = [
  defineTraffic({
    sign: 'pool-port',
    words: 'a port of mining pools, outside the VPC',
    is: ({ outsideVpc, outgoing, port }) => outgoing && outsideVpc && POOL_PORTS.has(port),
  }),
  defineTraffic({
    sign: 'metadata-address',
    words: 'the instance metadata service',
    is: ({ address, outgoing }) => outgoing && METADATA.has(address),
  }),
  defineTraffic({
    sign: 'unusual-port-outside',
    words: 'outside the VPC, on a port that is not usual',
    is: ({ address, outsideVpc, outgoing, port }) =>
      outgoing && outsideVpc && !USUAL_PORTS.has(port) && !METADATA.has(address),
  }),
  defineTraffic({
    sign: 'outside-peer',
    words: 'outside the VPC',
    is: ({ address, outsideVpc, outgoing }) => outgoing && outsideVpc && !METADATA.has(address),
  }),
  defineTraffic({
    sign: 'rejected-inside',
    words: 'refused inside the VPC: the API server, nodes, other pods',
    is: ({ outsideVpc, rejectedOut }) => !outsideVpc && rejectedOut > 0,
  }),
] as const;

export type TrafficSign = (typeof TRAFFIC_SIGNS)[number]['sign'] | 'scan';

/** Of how many peers (addresses and ports), and the first of them. */
export interface FoundTraffic {
  sign: TrafficSign;
  peers: number;
  addresses: string[];
}

const SHOWN = 3;

/** By all peers, however many are shown. */
export function trafficSigns(talkers: readonly Talker[]): FoundTraffic[] {
  const found = TRAFFIC_SIGNS.flatMap(({ sign, is }): FoundTraffic[] => {
    const peers = talkers.filter(is);
    if (peers.length === 0) return [];
    const addresses = peers.slice(0, SHOWN).map(({ address, port }) => `${address} port ${port}`);
    return [{ sign, peers: peers.length, addresses }];
  });
  const refused = found.find(({ sign }) => sign === 'rejected-inside');
  return refused && refused.peers >= SCAN ? [...found, { ...refused, sign: 'scan' }] : found;
}

const WORDS: ReadonlyMap<string, string> = new Map<string, string>([
  ...TRAFFIC_SIGNS.map(({ sign, words }): [string, string] => [sign, words]),
  ['scan', `refused at ${SCAN} places or more inside the VPC`],
]);

/** For people. */
export const trafficWords = (sign: string): string => WORDS.get(sign) ?? 'unknown';

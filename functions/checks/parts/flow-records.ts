/** VPC flow logs: what their lines say of pods, and where they can be read. Field names are those of the VPC user guide. */
import { BlockList, type IPVersion, isIP } from 'node:net';
import type { LogEntry } from '../../clients/logs/log-search.ts';

export interface Talker {
  address: string;
  port: number;
  bytes: number;
  /** Packets that were rejected. */
  rejected: number;
  /** Records of what a pod sent and was rejected. */
  rejectedOut: number;
  /** A pod sent something to it, and not only answered: the lower port is the peer's. */
  outgoing: boolean;
  outsideVpc: boolean;
}

/** Pods have addresses that only these fields hold: `srcaddr` is of the interface, which is the node's. */
const NEEDED = ['pkt-srcaddr', 'pkt-dstaddr', 'srcport', 'dstport', 'action', 'bytes'];

export const missingFields = (fields: readonly string[]): string[] => NEEDED.filter((field) => !fields.includes(field));

/**
 * The peers that the pods talked to, by address and port, those that moved the most data first. The port is the one of
 * the server's side.
 */
export function talkersOf(
  entries: readonly LogEntry[],
  fields: readonly string[],
  podIps: readonly string[],
  vpc: readonly string[],
): Talker[] {
  const pods = new Set(podIps);
  const inVpc = blockListOf(vpc);
  const columns = new Map(fields.map((field, index) => [field, index]));
  const talkers = new Map<string, Talker>();
  for (const { message } of entries) {
    const values = message.trim().split(/\s+/);
    const value = (field: string): string => values[columns.get(field) ?? -1] ?? '-';
    const [source, target] = [value('pkt-srcaddr'), value('pkt-dstaddr')];
    const outgoing = pods.has(source);
    const address = outgoing ? target : source;
    if ((!outgoing && !pods.has(target)) || isIP(address) === 0) continue;
    const [from, to] = [Number(value('srcport')), Number(value('dstport'))];
    const port = serverPort(from, to);
    const key = `${address} ${port}`;
    const { bytes = 0, rejected = 0, rejectedOut = 0, outgoing: sent = false } = talkers.get(key) ?? {};
    const isRejected = value('action') === 'REJECT';
    talkers.set(key, {
      address,
      port,
      bytes: bytes + (Number(value('bytes')) || 0),
      rejected: rejected + Number(isRejected),
      rejectedOut: rejectedOut + Number(outgoing && isRejected),
      outgoing: sent || (outgoing ? to : from) === port,
      outsideVpc: !inVpc(address),
    });
  }
  return [...talkers.values()].sort((a, b) => b.rejected - a.rejected || b.bytes - a.bytes);
}

/** Both directions of a connection count together: clients take high ports, so the lower one is the server's. */
const serverPort = (a: number, b: number): number => Math.min(a || 0, b || 0) || Math.max(a || 0, b || 0);

function blockListOf(cidrs: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  const family = (address: string): IPVersion => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
  for (const cidr of cidrs) {
    const [address = '', prefix = ''] = cidr.split('/');
    if (isIP(address) !== 0 && /^\d{1,3}$/.test(prefix)) list.addSubnet(address, Number(prefix), family(address));
  }
  return (address) => list.check(address, family(address));
}

/**
 * For flow logs in S3, in the table that the VPC user guide has made ("Query flow logs using Amazon Athena").
 *
 * @param podIps addresses, which are put into the query as they are
 * @param from epoch milliseconds
 */
export function athenaQuery(podIps: readonly string[], from: number): string {
  const list = podIps
    .filter((ip) => isIP(ip) !== 0)
    .map((ip) => `'${ip}'`)
    .join(', ');
  return [
    'SELECT pkt_srcaddr, pkt_dstaddr, srcport, dstport, action, sum(bytes) AS bytes, count(*) AS records',
    'FROM vpc_flow_logs',
    `WHERE (pkt_srcaddr IN (${list}) OR pkt_dstaddr IN (${list})) AND "start" >= ${Math.floor(from / 1000)}`,
    'GROUP BY pkt_srcaddr, pkt_dstaddr, srcport, dstport, action ORDER BY bytes DESC LIMIT 100',
  ].join('\n');
}

/** Who wrote to what the sentinel rests on in a cluster, as its audit log tells. */
import type { ClusterLog } from '../../clients/logs/cluster-log.ts';
import type { Cluster } from '../../contract/finding.ts';
import { MINUTE_MS } from '../../contract/schedule.ts';
import { defined } from '../../kit/defined.ts';
import { isRecord, parseJson, texts } from '../../kit/json.ts';
import { auditEventOf } from '../../kubernetes/audit-event.ts';
import { CLUSTER_SIDE_WRITES } from '../../kubernetes/filter-pattern.ts';
import { isDryRun } from '../../kubernetes/request-query.ts';
import type { JobContext } from '../job.ts';
import { shown } from './shown.ts';

/** A write that was allowed. */
export interface ClusterChange {
  /** Of CloudWatch Logs: the audit id is the client's choice, and would let a write pass for one that was told. */
  id: string;
  /** Epoch milliseconds, by CloudWatch Logs. */
  at: number;
  to: 'installed' | 'aws-auth';
  /** Who did what and when, in one line. */
  says: string;
}

/** EKS delivers within some minutes; a write is read again until it cannot be late any more. */
export const BACK_MS = 15 * MINUTE_MS;
/** After so long no other page is asked for: a busy log has many, most of them empty. */
const READING_MS = 40_000;
/** What is kept of those that were told must fit into an item. Later ones are read when these are too old to be. */
const MOST = 1_000;

/**
 * The writes of the last minutes, the oldest first.
 *
 * @returns also whether the log was read to its end
 * @throws what CloudWatch Logs answers
 */
export async function changesOf(
  cluster: Cluster,
  { clients: { clusterLog }, now, signal }: JobContext<{ clusterLog: ClusterLog }>,
): Promise<{ changes: ClusterChange[]; isWhole: boolean }> {
  const [from, to, end] = [now() - BACK_MS, now(), performance.now() + READING_MS];
  const changes: ClusterChange[] = [];
  let token: string | undefined;
  do {
    const page = { from, to, pattern: CLUSTER_SIDE_WRITES, ...defined({ token }) };
    const { events, token: next } = await clusterLog.events(cluster, page, signal);
    for (const { id, timestamp: at, message } of events)
      changes.push(...changeIn(message).map((each) => ({ ...each, id, at })));
    token = next;
  } while (token !== undefined && changes.length < MOST && performance.now() < end);
  return {
    changes: changes.sort((a, b) => a.at - b.at).slice(0, MOST),
    isWhole: token === undefined && changes.length <= MOST,
  };
}

/**
 * Without those that were refused or changed nothing, and what controllers write into a status. A deletion of a whole collection
 * names no object.
 */
function changeIn(line: string): Pick<ClusterChange, 'to' | 'says'>[] {
  const json = parseJson(line);
  if (!isRecord(json)) return [];
  const event = auditEventOf(json, false);
  const { code = 0, user, impersonatedUser, verb = 'changed', objectRef } = event;
  if (code < 200 || code > 299 || isDryRun(event) || objectRef?.subresource) return [];
  const { resource = 'an object', name = '(all)' } = objectRef ?? {};
  const who = texts(user.extra['arn'])[0] ?? user.username ?? 'somebody without a name';
  const as = impersonatedUser ? ` as ${shown(impersonatedUser.username ?? 'somebody without a name')}` : '';
  const at = event.requestReceivedTimestamp ?? 'a time not known';
  // The last one is that of the peer; clients can choose the others.
  const address = event.sourceIps?.at(-1) ?? 'an address not known';
  return [
    {
      to: resource === 'configmaps' ? 'aws-auth' : 'installed',
      says: `${shown(who)}${as}: ${shown(verb)} ${shown(resource)} ${shown(name)} at ${shown(at)}, from ${shown(address)}`,
    },
  ];
}

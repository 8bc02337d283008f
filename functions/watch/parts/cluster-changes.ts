/** Who changed our objects in a cluster, as its audit log tells. */
import type { ClusterLog } from '../../clients/logs/cluster-log.ts';
import type { Cluster } from '../../contract/finding.ts';
import { MINUTE_MS } from '../../contract/schedule.ts';
import { parseJson, record, text, texts } from '../../kit/json.ts';
import { CLUSTER_SIDE_WRITES } from '../../kubernetes/filter-pattern.ts';
import type { JobContext } from '../job.ts';

export interface ClusterChange {
  who: string;
  verb: string;
  resource: string;
  name: string;
  at: string;
  address: string;
}

/** A change is seen within a run of the schedule; its line may have come in before or after. */
const BACK_MS = 15 * MINUTE_MS;
/** A busy log has empty pages; what is not found in so many is not waited for. */
const MAX_PAGES = 10;
const MOST = 10;

/** The latest changes that were allowed, the oldest first. */
export async function changesOf(
  cluster: Cluster,
  { clients: { clusterLog }, now, signal }: JobContext<{ clusterLog: ClusterLog }>,
): Promise<ClusterChange[]> {
  const [from, to] = [now() - BACK_MS, now()];
  const found: ClusterChange[] = [];
  let token: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = { from, to, pattern: CLUSTER_SIDE_WRITES, ...(token !== undefined && { token }) };
    const { events, token: next } = await clusterLog.events(cluster, query, signal);
    found.push(...events.flatMap(({ message }) => changeIn(message)));
    token = next;
    if (token === undefined) break;
  }
  return found.slice(-MOST);
}

/** Without those that were refused. A deletion of a whole collection names no object. */
function changeIn(line: string): ClusterChange[] {
  const event = record(parseJson(line));
  const code = record(event['responseStatus'])['code'];
  if (typeof code !== 'number' || code < 200 || code > 299) return [];
  const [user, object] = [record(event['user']), record(event['objectRef'])];
  const arn = texts(record(user['extra'])['arn'])[0];
  return [
    {
      who: arn ?? text(user['username']) ?? 'somebody without a name',
      verb: text(event['verb']) ?? 'changed',
      resource: text(object['resource']) ?? 'an object',
      name: text(object['name']) ?? '(all)',
      at: text(event['requestReceivedTimestamp']) ?? 'a time not known',
      // The last one is that of the peer; clients can choose the others.
      address: texts(event['sourceIPs']).at(-1) ?? 'an address not known',
    },
  ];
}

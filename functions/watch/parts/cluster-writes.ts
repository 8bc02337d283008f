/** Tells the health topic who wrote to what the sentinel rests on in a cluster: each write once. */
import type { ClusterLog } from '../../clients/logs/cluster-log.ts';
import type { ChainState } from '../../contract/chain-state.ts';
import { command } from '../../contract/commands/command.ts';
import type { Cluster } from '../../contract/finding.ts';
import { counted, linesAndMore } from '../../kit/words.ts';
import type { JobContext } from '../job.ts';
import { BACK_MS, type ClusterChange, changesOf } from './cluster-changes.ts';
import type { DifferenceClients } from './differences.ts';
import { fixLines } from './fix-lines.ts';

type Context = JobContext<DifferenceClients & { clusterLog: ClusterLog }>;

/** The writes of the last minutes. */
export interface LoggedWrites {
  all: readonly ClusterChange[];
  /** Those that were not told yet. */
  fresh: readonly ClusterChange[];
  kept: ChainState | undefined;
}

const placeOf = (cluster: Cluster) => ({ ...cluster, about: 'cluster-writes' as const });

/** Where the log does not answer there are none: that is in the log of *watch*, and the next run reads the same minutes again. */
export async function writesIn(cluster: Cluster, context: Context): Promise<LoggedWrites> {
  const what = `who changed the cluster side of ${cluster.name}`;
  try {
    const { changes, isWhole } = await changesOf(cluster, context);
    if (!isWhole)
      context.unknown(what, new Error('the audit log of the last minutes is too long to be read to its end'));
    const kept = await context.clients.chainStates.read(placeOf(cluster));
    return { all: changes, fresh: changes.filter(({ id }) => !Object.hasOwn(kept?.broken ?? {}, id)), kept };
  } catch (error) {
    context.unknown(what, error);
    return { all: [], fresh: [], kept: undefined };
  }
}

/** @param named those that a message has named already */
export async function tellWrites(
  cluster: Cluster,
  { all, fresh, kept }: LoggedWrites,
  named: readonly ClusterChange['to'][],
  { clients: { health, chainStates }, now }: Context,
): Promise<void> {
  if (fresh.length === 0) return;
  for (const { to, subject, before, todo } of ROWS) {
    const writes = fresh.filter((each) => each.to === to);
    if (writes.length === 0 || named.includes(to)) continue;
    const text = [before(cluster), ...whoLines(writes), ...todo].join('\n');
    await health.tell(`${cluster.name}: ${counted(writes.length, 'write')} to ${subject}`, text);
  }
  // Told first, and then kept: who dies in between reports it twice. What cannot be read again is forgotten.
  const later = Object.entries(kept?.broken ?? {}).filter(([, { since }]) => since > now() - BACK_MS);
  const told = all.map(({ id, at }): [string, ChainState['broken'][string]] => [id, { since: at, says: '' }]);
  const broken = Object.fromEntries([...later, ...told]);
  await chainStates.write(placeOf(cluster), { watchedSince: kept?.watchedSince ?? now(), broken });
}

/** No more lines than a mail is read with. */
const MOST = 20;

export const whoLines = (writes: readonly ClusterChange[]): string[] =>
  linesAndMore(
    writes.map(({ says }) => says),
    MOST,
  ).map((each) => `- ${each}`);

interface Row {
  to: ClusterChange['to'];
  subject: string;
  before(cluster: Cluster): string;
  todo: readonly string[];
}

const ATTACK = 'If nobody of yours did this, treat it as an attack';

/** What is written to, and how it is told. */
const ROWS: readonly Row[] = [
  {
    to: 'installed',
    subject: 'what Namespace Sentinel installed',
    before: ({ name }) =>
      `What the manifests of Namespace Sentinel install in ${name} was written. What is not as it is shipped since then is told by itself; what was changed and put back in between is told by this alone.`,
    todo: [
      `${ATTACK} on the containment: look at what was done in the cluster between these requests, and take the access from who did it.`,
    ],
  },
  {
    to: 'aws-auth',
    subject: 'aws-auth, which lets IAM identities in',
    before: ({ name }) =>
      `The ConfigMap aws-auth of ${name}, by which IAM identities come into the cluster with the groups that it gives them, was written.`,
    todo: [
      'What was written is with these requests in the audit log, where its level for this ConfigMap is RequestResponse, as AWS publishes it. What it holds now:',
      ...fixLines([
        command('kubectl get', ['configmaps', 'aws-auth'], { '--namespace': 'kube-system', '--output': 'yaml' }),
      ]),
      `${ATTACK}: put it back, and take the access from who did it and from whom it let in.`,
    ],
  },
];

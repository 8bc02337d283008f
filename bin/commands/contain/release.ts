import { UNCONFIRMED } from '../../../functions/contain/release/confirmed-snapshots.ts';
import type { Snapshot } from '../../../functions/contain/snapshot/snapshot.ts';
import { InputError } from '../../input/input.ts';
import { evidenceFolders, evidenceHome } from '../../local/evidence-home.ts';
import { localClients } from '../../local/playbooks.ts';
import { type ClusterChoice, LONG_MS } from '../cluster.ts';
import { checkFolder } from '../files.ts';
import { harmlessInTerminal } from '../harmless.ts';
import { EXIT, type ExitCode } from '../io.ts';
import type { Task } from '../task.ts';
import { ChosenCluster } from './cluster.ts';
import { confirm } from './question.ts';
import { start } from './start.ts';
import { readSnapshots } from './target.ts';

export interface ReleaseOptions extends ClusterChoice {
  namespace?: string;
  from?: string;
  uid?: string;
  plan?: boolean;
  overwrite?: boolean;
  unconfirmed?: boolean;
  yes?: boolean;
  json?: boolean;
  asMyself?: boolean;
}

/** @throws {InputError}, and what the kubeconfig or the cluster answers */
export async function runRelease(options: ReleaseOptions, task: Task): Promise<ExitCode> {
  const { plan = false, overwrite = false, yes = false, json = false, asMyself = false } = options;
  const asks = !plan && !yes;
  if (asks && !task.isInteractive)
    throw new InputError('release asks at the terminal, and this is not a terminal: use --yes or --plan');
  const cluster = await ChosenCluster.open(task, options);
  const from = options.from ?? (await folderOf(cluster.cluster.name, options));
  const { target, takenAt } = await snapshotIn(from, options.uid);
  await checkFolder(from, '--from');
  // Tells what cannot be reached before anything is asked.
  await cluster.own.read(`/api/v1/namespaces/${encodeURIComponent(target.namespace)}`, AbortSignal.timeout(LONG_MS));
  task.note(
    harmlessInTerminal(`Namespace ${target.namespace}, UID ${target.uid}, as it was at ${takenAt}; kept in ${from}`),
  );
  if (asks && !(await confirm(task, 'It gets back what it had: what was contained can run again.'))) {
    task.note('Nothing was done.');
    return EXIT.attention;
  }
  const input = { mode: plan ? 'plan' : 'release', overwrite, accept: options.unconfirmed ? [UNCONFIRMED] : [] };
  return start({ playbook: 'release', target, cluster, asMyself, directory: from, json, input }, task);
}

/** The folder that `contain` has used for the namespace. */
async function folderOf(cluster: string, { namespace, uid }: ReleaseOptions): Promise<string> {
  if (namespace === undefined) throw new InputError('say what to release: --namespace, or the folder with --from');
  const all = await evidenceFolders(cluster, namespace);
  const [folder, ...others] = uid === undefined ? all : all.filter((each) => each.endsWith(`-${uid}`));
  const where = `${evidenceHome()}, for cluster ${cluster}`;
  if (folder === undefined)
    throw new InputError(
      `nothing is kept about the namespace ${namespace}${uid === undefined ? '' : ` with UID ${uid}`} in ${where}; if it is elsewhere, name the folder with --from`,
    );
  if (others.length === 0) return folder;
  const uids = all.map((each) => each.slice(-UID_LENGTH)).join(', ');
  throw new InputError(`${namespace} was contained several times, in ${where}: choose one with --uid: ${uids}`);
}

const UID_LENGTH = 36;

async function snapshotIn(directory: string, uid: string | undefined): Promise<Snapshot> {
  const kept = await readSnapshots(localClients(directory).store);
  const meant = kept.filter(({ target }) => uid === undefined || target.uid === uid);
  const [snapshot, ...others] = meant;
  if (!snapshot) throw new InputError(`${directory} holds no snapshot${uid === undefined ? '' : ` of ${uid}`}`);
  if (others.length === 0) return snapshot;
  const list = meant.map(({ target }) => `${target.uid} (${target.namespace})`).join(', ');
  throw new InputError(`${directory} holds several snapshots: choose one with --uid: ${list}`);
}

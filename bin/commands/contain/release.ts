import type { Snapshot } from '../../../functions/contain/snapshot/snapshot.ts';
import { InputError } from '../../input/input.ts';
import { localClients } from '../../local/playbooks.ts';
import { harmless } from '../harmless.ts';
import { EXIT, type ExitCode, type Io } from '../io.ts';
import { KubeconfigCluster } from './cluster.ts';
import { confirmed, isTerminal } from './question.ts';
import { start } from './start.ts';
import { keptSnapshots } from './target.ts';

export interface ReleaseOptions {
  kubeconfig: string;
  from: string;
  uid?: string;
  plan?: boolean;
  overwrite?: boolean;
  yes?: boolean;
  json?: boolean;
  asMyself?: boolean;
}

/** @throws {InputError}, and what the kubeconfig or the cluster answers */
export async function runRelease(options: ReleaseOptions, io: Io): Promise<ExitCode> {
  const { from, plan = false, overwrite = false, yes = false, json = false, asMyself = false } = options;
  const asks = !plan && !yes;
  if (asks && !isTerminal(io))
    throw new InputError('release asks at the terminal, and this is none: use --yes or --plan');
  const { target, takenAt } = await snapshotIn(from, options.uid);
  const cluster = await KubeconfigCluster.open(options.kubeconfig);
  // Tells what cannot be reached before anything is asked.
  await cluster.own.read(`/api/v1/namespaces/${encodeURIComponent(target.namespace)}`, AbortSignal.timeout(30_000));
  const about = `Namespace ${target.namespace}, UID ${target.uid}, as it was at ${takenAt}.`;
  io.stderr.write(`${harmless(about)}\n`);
  if (asks && !(await confirmed(io, 'It gets back what it had: what was contained can run again.'))) {
    io.stderr.write('Nothing was done.\n');
    return EXIT.attention;
  }
  const input = { mode: plan ? 'plan' : 'release', overwrite };
  return start({ ...{ playbook: 'release', target, cluster, asMyself, directory: from, json, input } }, io);
}

async function snapshotIn(directory: string, uid: string | undefined): Promise<Snapshot> {
  const kept = await keptSnapshots(localClients(directory).store);
  const meant = kept.filter(({ target }) => uid === undefined || target.uid === uid);
  const [snapshot, ...others] = meant;
  if (!snapshot) throw new InputError(`${directory} holds no snapshot${uid === undefined ? '' : ` of ${uid}`}`);
  if (others.length === 0) return snapshot;
  const list = meant.map(({ target }) => `${target.uid} (${target.namespace})`).join(', ');
  throw new InputError(`${directory} holds several snapshots: choose one with --uid: ${list}`);
}

import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Folder, folderKey } from '../../../functions/contain/framework/folder.ts';
import { runStep } from '../../../functions/contain/framework/run-step.ts';
import type { StepRecord } from '../../../functions/contract/containment.ts';
import { newExecution } from '../../local/executions.ts';
import { localClients, SETTINGS, STEPS } from '../../local/playbooks.ts';
import { harmless, harmlessJson } from '../harmless.ts';
import { EXIT, type ExitCode, type Io, Output } from '../io.ts';
import { KubeconfigCluster } from './cluster.ts';
import { folderFor, targetIn, uidOf } from './target.ts';
import { proofsText } from './wording.ts';

export interface VerifyOptions {
  kubeconfig: string;
  namespace: string;
  uid?: string;
  from?: string;
  json?: boolean;
  asMyself?: boolean;
}

/** @throws {InputError}, and what the kubeconfig or the cluster answers */
export async function runVerify(options: VerifyOptions, io: Io): Promise<ExitCode> {
  const { kubeconfig, namespace, json = false } = options;
  const cluster = await KubeconfigCluster.open(kubeconfig);
  const uid = await uidOf(namespace, options.uid, cluster.own, AbortSignal.timeout(30_000));
  const usual = folderFor(namespace, uid);
  const from = options.from ?? (existsSync(usual) ? usual : undefined);
  const directory = from ?? (await mkdtemp(join(tmpdir(), 'sentinel-verify-')));
  try {
    if (from === undefined) io.stderr.write('There is no snapshot to compare with: some proofs need --from.\n');
    const { proofs } = await verified(cluster, directory, { ...options, uid }, io);
    await new Output(io.stdout).write(json ? `${harmlessJson(proofs)}\n` : proofsText(proofs));
    const holds = proofs.some(({ decisive }) => decisive);
    return holds && proofs.every(({ decisive, verdict }) => !decisive || verdict !== 'not-proven')
      ? EXIT.done
      : EXIT.attention;
  } finally {
    if (from === undefined) await rm(directory, { recursive: true, force: true });
  }
}

/** Runs the verification alone. @returns what it wrote down */
async function verified(
  cluster: KubeconfigCluster,
  directory: string,
  { namespace, uid, asMyself = false }: VerifyOptions & { uid: string },
  io: Io,
): Promise<StepRecord> {
  const clients = localClients(directory);
  const target = await targetIn(clients.store, cluster.cluster, namespace, uid);
  const { kubernetes, own } = await cluster.identity('probe', namespace, asMyself, AbortSignal.timeout(30_000));
  if (own !== undefined) io.stderr.write(`Acts as yourself, not as namespace-sentinel:probe: ${harmless(own)}\n`);
  const step = STEPS.probe.find(({ key }) => key === 'verifyIsolation');
  if (!step) throw new TypeError('there is no step verifyIsolation');
  const { name, id } = newExecution();
  await runStep(
    step,
    {
      ...{ step: step.key, execution: id, name, startedAt: new Date().toISOString(), results: {} },
      input: { ...target, mode: 'isolate' },
    },
    { ...clients, kubernetes: { connect: async () => kubernetes } },
    SETTINGS,
  );
  const record = await new Folder(clients.store, folderKey(target), name).record(step.key);
  if (!record) throw new TypeError('the step wrote nothing down');
  return record;
}

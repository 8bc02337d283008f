import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runFolder } from '../../../functions/contain/framework/execution.ts';
import { Folder } from '../../../functions/contain/framework/folder.ts';
import { runStep } from '../../../functions/contain/framework/run-step.ts';
import type { StepRecord } from '../../../functions/contract/containment.ts';
import { defined } from '../../../functions/kit/defined.ts';
import { evidenceFolder } from '../../local/evidence-home.ts';
import { newExecution } from '../../local/executions.ts';
import { localClients, SETTINGS, STEPS } from '../../local/playbooks.ts';
import { auditLogOf, checkAuditLogs } from '../audit-logs.ts';
import { type ClusterChoice, LONG_MS } from '../cluster.ts';
import { checkFolder } from '../files.ts';
import { harmlessInTerminal, harmlessJson } from '../harmless.ts';
import { EXIT, type ExitCode } from '../io.ts';
import type { Task } from '../task.ts';
import { ChosenCluster } from './cluster.ts';
import { targetIn, uidOf } from './target.ts';
import { proofsText } from './wording.ts';

export interface VerifyOptions extends ClusterChoice {
  namespace: string;
  uid?: string;
  from?: string;
  json?: boolean;
  asMyself?: boolean;
  auditLog: string[];
}

/** @throws {InputError}, and what the kubeconfig or the cluster answers */
export async function runVerify(options: VerifyOptions, task: Task): Promise<ExitCode> {
  const { namespace, json = false } = options;
  await checkAuditLogs(options.auditLog);
  if (options.from !== undefined) await checkFolder(options.from, '--from');
  const cluster = await ChosenCluster.open(task, options);
  const uid = await uidOf(namespace, options.uid, cluster.own, AbortSignal.timeout(LONG_MS));
  const usual = evidenceFolder({ cluster: cluster.cluster.name, namespace, uid });
  const from = options.from ?? (existsSync(usual) ? usual : undefined);
  const directory = from ?? (await mkdtemp(join(tmpdir(), 'sentinel-verify-')));
  try {
    const about =
      from === undefined ? 'There is no snapshot to compare with: some proofs need --from.' : `Compared with ${from}`;
    task.note(harmlessInTerminal(about));
    const { proofs } = await verified(cluster, directory, { ...options, uid }, task);
    await task.print(json ? `${harmlessJson(proofs)}\n` : proofsText(proofs));
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
  cluster: ChosenCluster,
  directory: string,
  { namespace, uid, auditLog, asMyself = false }: VerifyOptions & { uid: string },
  task: Task,
): Promise<StepRecord> {
  const clients = localClients(directory);
  const target = await targetIn(clients.store, cluster.cluster, namespace, uid);
  const { kubernetes, own } = await cluster.identity('probe', namespace, asMyself, AbortSignal.timeout(LONG_MS));
  if (own !== undefined) task.note(`Acts as yourself, not as namespace-sentinel:probe: ${harmlessInTerminal(own)}`);
  task.waitFor('Verify isolation');
  const step = STEPS.probe.find(({ key }) => key === 'verifyIsolation');
  if (!step) throw new TypeError('there is no step verifyIsolation');
  const { name, id } = newExecution();
  await runStep(
    step,
    {
      step: step.key,
      execution: id,
      name,
      startedAt: new Date().toISOString(),
      results: {},
      input: { ...target, mode: 'isolate' },
    },
    {
      ...clients,
      kubernetes: { connect: async () => kubernetes },
      ...defined({ auditLog: auditLogOf(auditLog) }),
    },
    SETTINGS,
  );
  const record = await new Folder(clients.store, target, runFolder(id, name)).record(step.key);
  if (!record) throw new TypeError('the step wrote nothing down');
  return record;
}

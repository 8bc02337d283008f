import type { Mode, Scope } from '../../../functions/contract/containment.ts';
import { defined } from '../../../functions/kit/defined.ts';
import { InputError } from '../../input/input.ts';
import { evidenceFolder } from '../../local/evidence-home.ts';
import { localClients } from '../../local/playbooks.ts';
import { checkAuditLogs } from '../audit-logs.ts';
import { type ClusterChoice, LONG_MS } from '../cluster.ts';
import { checkFolder } from '../files.ts';
import { harmlessInTerminal } from '../harmless.ts';
import type { ExitCode } from '../io.ts';
import type { Task } from '../task.ts';
import { ChosenCluster } from './cluster.ts';
import { askAtTerminal } from './question.ts';
import { start } from './start.ts';
import { targetIn, uidOf } from './target.ts';

export interface ContainCommandOptions extends ClusterChoice {
  namespace: string;
  uid?: string;
  mode: Mode;
  scope?: Scope;
  accept: string[];
  yes?: boolean;
  out?: string;
  json?: boolean;
  asMyself?: boolean;
  auditLog: string[];
  auditLogMinutes: number;
}

/** @throws {InputError}, and what the kubeconfig or the cluster answers */
export async function runContain(options: ContainCommandOptions, task: Task): Promise<ExitCode> {
  const { namespace, mode, scope, accept, out, yes = false, json = false, asMyself = false } = options;
  const { auditLog, auditLogMinutes } = options;
  await checkAuditLogs(auditLog);
  if (scope !== undefined && mode === 'isolate')
    throw new InputError('--scope is what the mode "remove" stops: leave it out, or say --mode remove');
  if (mode === 'remove' && !yes && !task.isInteractive)
    throw new InputError(
      'the mode "remove" asks at the terminal, and this is not a terminal: use --yes, or another mode',
    );
  if (out !== undefined) await checkFolder(out, '--out');
  const cluster = await ChosenCluster.open(task, options);
  const uid = await uidOf(namespace, options.uid, cluster.own, AbortSignal.timeout(LONG_MS));
  const directory = out ?? evidenceFolder({ cluster: cluster.cluster.name, namespace, uid });
  if (out === undefined) await checkFolder(directory, '--out');
  const target = await targetIn(localClients(directory).store, cluster.cluster, namespace, uid);
  task.note(harmlessInTerminal(`Namespace ${namespace}, UID ${uid}, cluster ${target.cluster.name}; mode ${mode}`));
  task.note(harmlessInTerminal(`Snapshot and evidence are kept in ${directory}`));
  return start(
    {
      playbook: 'contain',
      target,
      cluster,
      asMyself,
      directory,
      json,
      auditLog,
      input: { mode, accept, auditLogMinutes, ...defined({ scope }) },
      answer: (question) => askAtTerminal(question, task, yes),
    },
    task,
  );
}

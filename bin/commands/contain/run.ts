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
import { checkCluster, deployedFinding, type KnownFinding, recordedFinding, recordsOfAlert } from './known-finding.ts';
import { askAtTerminal } from './question.ts';
import { start } from './start.ts';
import { targetIn, uidOf } from './target.ts';

export interface ContainCommandOptions extends ClusterChoice {
  namespace?: string;
  uid?: string;
  /** Of a deployment: its id, or the beginning of it. */
  finding?: string;
  stack?: string;
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
  const { mode, scope, accept, out, yes = false, json = false, asMyself = false } = options;
  const { auditLog, auditLogMinutes } = options;
  await checkAuditLogs(auditLog);
  if (scope !== undefined && mode === 'isolate')
    throw new InputError('--scope is what the mode "remove" stops: leave it out, or say --mode remove');
  if (mode === 'remove' && !yes && !task.isInteractive)
    throw new InputError(
      'the mode "remove" asks at the terminal, and this is not a terminal: use --yes, or another mode',
    );
  if (out !== undefined) await checkFolder(out, '--out');
  const deployed = options.finding === undefined ? undefined : await deployedFinding(options.finding, options, task);
  const { namespace, given } = subjectOf(options, deployed);
  const cluster = await ChosenCluster.open(task, { ...options, ...clusterOf(options, deployed) });
  if (deployed) checkCluster(deployed, cluster.cluster);
  const uid = await uidOf(namespace, given, cluster.own, AbortSignal.timeout(LONG_MS));
  const directory = out ?? evidenceFolder({ cluster: cluster.cluster.name, namespace, uid });
  if (out === undefined) await checkFolder(directory, '--out');
  const target = await targetIn(localClients(directory).store, cluster.cluster, namespace, uid);
  task.note(harmlessInTerminal(`Namespace ${namespace}, UID ${uid}, cluster ${target.cluster.name}; mode ${mode}`));
  task.note(harmlessInTerminal(`Snapshot and evidence are kept in ${directory}`));
  const about = { namespace, cluster: target.cluster, kubernetes: cluster.own, auditLog };
  // A plan looks for no root cause.
  const known =
    deployed ?? (mode !== 'plan' && auditLog.length > 0 ? await recordedFinding(about, uid, task) : undefined);
  return start(
    {
      playbook: 'contain',
      target,
      cluster,
      asMyself,
      directory,
      json,
      auditLog,
      input: { mode, accept, auditLogMinutes, ...defined({ scope, findingId: known?.alert?.id }) },
      ...defined({ findings: known?.alert && recordsOfAlert(known.alert) }),
      answer: (question) => askAtTerminal(question, task, yes),
    },
    task,
  );
}

/** Which namespace is meant, and its UID where that is said. */
function subjectOf(
  { namespace: named, uid }: ContainCommandOptions,
  deployed: KnownFinding | undefined,
): { namespace: string; given: string | undefined } {
  const { name, uid: found } = deployed?.finding.namespace ?? {};
  const namespace = named ?? name;
  if (namespace === undefined) throw new InputError('say what to contain: --namespace, or the finding with --finding');
  if ((name ?? namespace) !== namespace || (uid !== undefined && found !== undefined && uid !== found))
    throw new InputError(`the finding is about the namespace ${name}, UID ${found}: leave --namespace and --uid out`);
  return { namespace, given: uid ?? found };
}

/** The cluster of the finding, unless a person has named one. */
function clusterOf({ kubeconfig, context, cluster }: ContainCommandOptions, deployed: KnownFinding | undefined) {
  if (!deployed || [kubeconfig, context, cluster].some((each) => each !== undefined)) return {};
  const { name, region } = deployed.finding.cluster;
  if (name === undefined)
    throw new InputError(`the finding ${deployed.finding.id} does not give its cluster: give --cluster or --context`);
  return defined({ cluster: name, region });
}

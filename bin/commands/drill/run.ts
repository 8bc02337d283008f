/** `sentinel drill`: opens what the drill needs, holds it, and tells what it came to. */
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Severity } from '../../../functions/contract/vocabulary.ts';
import { defined } from '../../../functions/kit/defined.ts';
import { parseArn } from '../../../functions/kubernetes/names/arn.ts';
import { InputError } from '../../input/input.ts';
import { checkAuditLogs } from '../audit-logs.ts';
import type { ClusterChoice } from '../cluster.ts';
import { ChosenCluster } from '../contain/cluster.ts';
import { harmlessInTerminal, harmlessJson } from '../harmless.ts';
import { EXIT, type ExitCode } from '../io.ts';
import { awsClients } from '../preflight/aws/clients.ts';
import { stackOutputs } from '../table.ts';
import type { Task } from '../task.ts';
import { hand, NOT_PROVEN, syntheticRecord } from './alert-only.ts';
import type { Audience, DrillLimits, DrillReport, DrillWorld } from './course.ts';
import { clustersOf, deployedWay, outputOf } from './deployed.ts';
import { DeployedPlaybooks, machinesOf } from './deployed-playbooks.ts';
import { followAlert } from './follow.ts';
import { holdDrill } from './hold.ts';
import { type DrillClock, type DrillLink, linkOf } from './link.ts';
import { LocalDrillPlaybooks, RecordedLinks } from './local.ts';
import { drillName } from './stage.ts';
import { stoppable } from './stop.ts';
import { isWell, linkLine, reportText } from './wording.ts';

export interface DrillCommandOptions extends ClusterChoice {
  stack?: string;
  alertOnly?: boolean;
  severity: Severity;
  askOnCall?: boolean;
  auditLog: string[];
  image: string;
  asMyself?: boolean;
  /** Minutes. */
  wait: number;
  json?: boolean;
}

const MINUTE_MS = 60_000;

/** @param minutes how long one link is waited for at most */
export function limitsOf(minutes: number, pollMs = 2_000): DrillLimits {
  const most = minutes * MINUTE_MS;
  const atMost = (ms: number): number => Math.min(ms, most);
  return {
    requestMs: atMost(MINUTE_MS),
    logMs: most,
    findingMs: atMost(3 * MINUTE_MS),
    investigationMs: atMost(3 * MINUTE_MS),
    alertMs: atMost(3 * MINUTE_MS),
    subscribersMs: atMost(2 * MINUTE_MS),
    playbookMs: 2 * most,
    cleanUpMs: 2 * most,
    pollMs,
  };
}

const clock: DrillClock = { now: Date.now, pause: (ms, signal) => sleep(ms, undefined, { signal }) };

/** @throws {InputError}, and what the cluster or AWS answers before anything was made */
export async function runDrill(options: DrillCommandOptions, task: Task): Promise<ExitCode> {
  const isDeployed = options.stack !== undefined || options.alertOnly === true;
  if (options.askOnCall && !isDeployed) throw new InputError('--ask-on-call needs a deployment: give --stack');
  if (options.askOnCall && options.alertOnly)
    throw new InputError('--alert-only contains nothing: leave --ask-on-call out');
  if (isDeployed && options.auditLog.length > 0)
    throw new InputError('a deployment reads its audit log itself: leave --audit-log out, or --stack');
  await checkAuditLogs(options.auditLog);
  const limits = limitsOf(options.wait, task.limits.pollMs);
  const stop = stoppable(task);
  try {
    const report = await (options.alertOnly
      ? alertOnly(options, limits, stop.signal, task)
      : whole(options, limits, stop, task));
    task.waitFor(undefined);
    await task.print(options.json ? `${harmlessJson(report)}\n` : reportText(report));
    if (options.alertOnly) task.note(`It does not prove: ${NOT_PROVEN}.`);
    return isWell(report) ? EXIT.done : EXIT.attention;
  } finally {
    task.waitFor(undefined);
    stop.end();
  }
}

const audience = (task: Task): Audience => ({
  waiting: (what) => task.waitFor(what),
  seen: (link) => task.note(harmlessInTerminal(linkLine(link))),
});

async function whole(
  options: DrillCommandOptions,
  limits: DrillLimits,
  stop: ReturnType<typeof stoppable>,
  task: Task,
): Promise<DrillReport> {
  const name = drillName(randomBytes(4).toString('hex'));
  const world =
    options.stack === undefined
      ? await localWorld(options, limits, task)
      : await deployedWorld(options, options.stack, limits, task);
  stop.about(name);
  task.note(
    harmlessInTerminal(
      `Drill in cluster ${world.cluster.name}: namespace ${name}. Ctrl-C takes everything away again.`,
    ),
  );
  const { image, askOnCall = false } = options;
  return holdDrill(world, { name, nonce: randomUUID(), image, askOnCall, limits }, audience(task), stop.signal);
}

async function localWorld(options: DrillCommandOptions, limits: DrillLimits, task: Task): Promise<DrillWorld> {
  const { auditLog, asMyself = false } = options;
  const chosen = await ChosenCluster.open(task, options);
  const recorded = auditLog.length > 0 ? new RecordedLinks(chosen, auditLog, limits, task) : undefined;
  const playbooks = await LocalDrillPlaybooks.open(
    chosen,
    { auditLog, asMyself, alert: () => recorded?.alert() },
    task,
  );
  return { cluster: chosen.cluster, kubernetes: chosen.own, clock, playbooks, ...defined({ recorded }) };
}

async function deployedWorld(
  options: DrillCommandOptions,
  stack: string,
  limits: DrillLimits,
  task: Task,
): Promise<DrillWorld> {
  const { region } = options;
  const outputs = await stackOutputs(task, defined({ stack, region }));
  const cluster = clusterOf(options, clustersOf(outputs));
  const chosen = await ChosenCluster.open(task, { ...options, cluster });
  const place = placeOf(outputs);
  const about = { name: cluster, ...place };
  const clients = awsClients(region);
  const deployed = deployedWay(clients, outputs, about);
  const machines = machinesOf(outputs);
  const playbooks =
    machines &&
    new DeployedPlaybooks(
      clients,
      async () => machinesOf(outputs, await machineInAlert()) ?? machines,
      { bucket: outputOf(outputs, 'EvidenceBucketName'), cluster: about, pollMs: limits.pollMs },
      clock.pause,
    );
  let machine: string | undefined;
  return {
    cluster: about,
    kubernetes: chosen.own,
    clock,
    deployed: {
      ...deployed,
      chain: {
        logged: (...asked) => deployed.chain.logged(...asked),
        trace: (...asked) => deployed.chain.trace(...asked),
        async alert(...asked) {
          const alert = await deployed.chain.alert(...asked);
          if (alert?.contain && 'stateMachine' in alert.contain) machine = alert.contain.stateMachine;
          return alert;
        },
      },
    },
    ...defined({ playbooks }),
  };

  /** The alert names the state machine of the cluster's own network. */
  async function machineInAlert(): Promise<string | undefined> {
    return machine ?? outputs.get('ContainPlaybookArn');
  }
}

function clusterOf({ cluster }: DrillCommandOptions, all: readonly string[]): string {
  if (cluster !== undefined) return cluster;
  const [only, ...others] = all;
  if (only === undefined || others.length > 0)
    throw new InputError(`choose a cluster with --cluster${all.length > 0 ? `: ${all.join(', ')}` : ''}`);
  return only;
}

function placeOf(outputs: ReadonlyMap<string, string>): { region: string; account: string } {
  const { region = '', account = '' } = parseArn(outputOf(outputs, 'AlertTopicArn')) ?? {};
  return { region, account };
}

async function alertOnly(
  options: DrillCommandOptions,
  limits: DrillLimits,
  signal: AbortSignal,
  task: Task,
): Promise<DrillReport> {
  const { region, stack, severity } = options;
  const outputs = await stackOutputs(task, defined({ stack, region }));
  const cluster = { name: clusterOf(options, clustersOf(outputs)), ...placeOf(outputs) };
  const clients = awsClients(region);
  const { Arn: caller } = await clients.sts.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
  const namespace = drillName(randomBytes(4).toString('hex'));
  const at = clock.now();
  const about = { cluster, namespace, nonce: randomUUID(), severity, ...defined({ caller }) };
  const { finding, record } = syntheticRecord(about, at);
  const report: DrillReport = {
    ...{ namespace, cluster, startedAt: new Date(at).toISOString(), findingId: finding.id },
    ...{ links: [], subscribers: [], stopped: false, remains: [] },
  };
  const told = audience(task);
  const add = (link: DrillLink): DrillLink => {
    report.links.push(link);
    told.seen(link);
    return link;
  };
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(limits.requestMs)]);
  await hand(clients.lambda, outputOf(outputs, 'AlertFunctionName'), record, bounded);
  const handed = {
    says: `Lambda has the record of a ${severity} finding for alert: ${finding.id}, marked as a drill.`,
  };
  add(linkOf({ id: 'handed', name: 'handed to alert' }, handed, clock.now(), at));
  try {
    await followAlert(
      {
        chain: deployedWay(clients, outputs, cluster).chain,
        destinations: deployedWay(clients, outputs, cluster).destinations,
      },
      { findingId: finding.id, namespace, madeAt: at },
      { clock, signal, limits, report, add, waiting: told.waiting },
    );
  } catch (error) {
    if (!signal.aborted) throw error;
    report.stopped = true;
  }
  return report;
}

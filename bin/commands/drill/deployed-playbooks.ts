/** The deployed state machines, as a drill runs them. */
import { GetObjectCommand } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  type HistoryEvent,
  paginateGetExecutionHistory,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { runFolder } from '../../../functions/contain/framework/execution.ts';
import { folderKey } from '../../../functions/contain/framework/folder-keys.ts';
import { containmentReportSchema } from '../../../functions/contract/containment-report.ts';
import type { Cluster } from '../../../functions/contract/finding.ts';
import { CONTAIN_STEPS } from '../../../functions/contract/playbook-steps.ts';
import { readJson } from '../../../functions/contract/read.ts';
import { defined } from '../../../functions/kit/defined.ts';
import type { AwsClients } from '../preflight/aws/clients.ts';
import type { LinkAnswer } from './link.ts';
import { type DrillPlaybooks, endOf, type RunEnd, type RunStart } from './playbooks.ts';

/** Between two looks at an execution, in milliseconds. */
const POLL_MS = 2_000;
/** After so long the step that asks has done it, whatever the history says of it, in milliseconds. */
const ASKED_AFTER_MS = 15_000;
/** As the service shows a failed execution by the names of our Fail states. */
const ENDED_AS: Readonly<Record<string, string>> = { SUCCEEDED: 'succeeded' };

export interface StateMachines {
  contain: string;
  release: string;
  decide?: string;
}

/** The state machines that are for a cluster: of the first network unless the alert names another. */
export function machinesOf(
  outputs: ReadonlyMap<string, string>,
  contain = outputs.get('ContainPlaybookArn'),
): StateMachines | undefined {
  const [name] = [...outputs].find(([key, arn]) => arn === contain && key.endsWith('PlaybookArn')) ?? [];
  const release = name === undefined ? undefined : outputs.get(name.replace(/^Contain/, 'Release'));
  if (contain === undefined || release === undefined) return undefined;
  return { contain, release, ...defined({ decide: outputs.get('DecidePlaybookArn') }) };
}

/** The deployed state machines. */
export class DeployedPlaybooks implements DrillPlaybooks {
  readonly where = 'the Step Functions console';
  readonly seesSessions = true;
  hasIsolated = false;
  readonly #clients: AwsClients;
  readonly #machines: () => Promise<StateMachines>;
  readonly #place: { bucket: string; cluster: Cluster; pollMs: number };
  readonly #pause: (ms: number, signal: AbortSignal) => Promise<void>;
  #running: string | undefined;
  /** The run is one that asks on-call. */
  #mayAsk = false;
  #findingId: string | undefined;

  /** @param machines found when they are needed: an alert may name those of another network */
  constructor(
    clients: AwsClients,
    machines: () => Promise<StateMachines>,
    place: { bucket: string; cluster: Cluster; pollMs?: number },
    pause: (ms: number, signal: AbortSignal) => Promise<void>,
  ) {
    this.#clients = clients;
    this.#machines = machines;
    this.#place = { pollMs: POLL_MS, ...place };
    this.#pause = pause;
  }

  async run({ playbook, mode, target, findingId }: RunStart, signal: AbortSignal): Promise<RunEnd> {
    await this.settled(signal);
    const { [playbook]: stateMachineArn } = await this.#machines();
    if (mode !== 'plan') this.hasIsolated = true;
    this.#findingId = findingId;
    this.#mayAsk = mode === 'remove';
    const { name, region, account } = this.#place.cluster;
    const whole = { ...target, cluster: defined({ name, region, account }) };
    const input = JSON.stringify({ ...whole, mode, reason: 'A drill.', ...defined({ findingId }) });
    const { executionArn = '' } = await this.#clients.sfn.send(new StartExecutionCommand({ stateMachineArn, input }), {
      abortSignal: signal,
    });
    this.#running = executionArn;
    const { status = '', error, cause } = await this.#end(executionArn, signal);
    this.#running = undefined;
    const report = await this.#report(executionArn, { ...target, cluster: this.#place.cluster }, signal);
    if (report) return endOf(report);
    return {
      outcome: error ?? ENDED_AS[status] ?? status.toLowerCase(),
      summary: cause ?? 'It ended without a report.',
      open: [],
      proofs: [],
    };
  }

  async #end(executionArn: string, signal: AbortSignal) {
    for (;;) {
      const execution = await this.#clients.sfn.send(new DescribeExecutionCommand({ executionArn }), {
        abortSignal: signal,
      });
      if (execution.status !== 'RUNNING' && execution.status !== 'PENDING_REDRIVE') return execution;
      await this.#pause(this.#place.pollMs, signal);
    }
  }

  async #report(
    executionArn: string,
    target: { namespace: string; uid: string; cluster: Cluster },
    signal: AbortSignal,
  ) {
    const name = executionArn.slice(executionArn.lastIndexOf(':') + 1);
    const Key = `${folderKey(target)}runs/${runFolder(executionArn, name)}/report.json`;
    try {
      const { Body } = await this.#clients.s3.send(new GetObjectCommand({ Bucket: this.#place.bucket, Key }), {
        abortSignal: signal,
      });
      const text = await Body?.transformToString();
      return text === undefined ? undefined : readJson(containmentReportSchema, text, 'report of a playbook');
    } catch (error) {
      // Refused input has none.
      if (Object(error).name === 'NoSuchKey') return undefined;
      throw error;
    }
  }

  /** One that waits for an answer, or has no end in its time, is stopped: the namespace must be released in any case. */
  async settled(signal: AbortSignal): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    const hasEnded = await this.#settles(running, signal).catch(() => false);
    if (!hasEnded)
      await this.#clients.sfn.send(new StopExecutionCommand({ executionArn: running, cause: 'The drill is over.' }));
    this.#running = undefined;
  }

  /** @returns whether it has ended, and does not wait for an answer */
  async #settles(executionArn: string, signal: AbortSignal): Promise<boolean> {
    for (;;) {
      const { status } = await this.#clients.sfn.send(new DescribeExecutionCommand({ executionArn }), {
        abortSignal: signal,
      });
      if (status !== 'RUNNING') return true;
      if (this.#mayAsk && (await this.#asks(executionArn, signal))) return false;
      await this.#pause(this.#place.pollMs, signal);
    }
  }

  /** Whether its task waits for a token: before that there is no question, and *decide* would end as refused. */
  async #asks(executionArn: string, signal: AbortSignal): Promise<boolean> {
    const events: HistoryEvent[] = [];
    for await (const page of paginateGetExecutionHistory(
      { client: this.#clients.sfn },
      { executionArn },
      { abortSignal: signal },
    ))
      events.push(...(page.events ?? []));
    const entered = events.find(
      ({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === CONTAIN_STEPS.askOnCall,
    );
    if (!entered) return false;
    const isSubmitted = events.some(({ type, id = 0 }) => type === 'TaskSubmitted' && id > (entered.id ?? 0));
    return isSubmitted || Date.now() - (entered.timestamp?.getTime() ?? Date.now()) > ASKED_AFTER_MS;
  }

  /** Refuses what the run asks, by its finding. */
  async refuse(signal: AbortSignal): Promise<LinkAnswer | undefined> {
    const { decide } = await this.#machines();
    const findingId = this.#findingId;
    if (decide === undefined || findingId === undefined)
      return { state: 'not-seen', says: 'Without its finding nobody can answer the question from here.' };
    if (this.#running === undefined || !(await this.#asks(this.#running, signal))) return undefined;
    const input = JSON.stringify({ decision: 'refuse', findingId, reason: 'A drill.', by: 'sentinel drill' });
    const { executionArn = '' } = await this.#clients.sfn.send(
      new StartExecutionCommand({ stateMachineArn: decide, input }),
      { abortSignal: signal },
    );
    const { status, stopDate, cause } = await this.#end(executionArn, signal);
    if (status !== 'SUCCEEDED')
      return {
        state: 'failed',
        says: `decide did not take the answer: ${cause ?? status}`,
        fix: 'look at the execution of decide',
      };
    return {
      ...defined({ at: stopDate?.getTime() }),
      says: 'On-call was asked, and the answer "refuse" arrived: a task token was answered (task-token in docs/unverified.md).',
    };
  }

  async forget(): Promise<undefined> {
    return undefined;
  }
}

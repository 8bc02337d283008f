import { setTimeout as sleep } from 'node:timers/promises';
import type { WritableKubernetes } from '../../clients/kubernetes/kubernetes-writer.ts';
import {
  CONTAINMENT_SCHEMA_VERSION,
  MAX_OPEN,
  type Mode,
  type StepRecord,
  type StepResult,
  type StoredFile,
} from '../../contract/containment.ts';
import { ClusterOutOfReach, PlaybookInputError } from '../../contract/errors.ts';
import type { Cluster } from '../../contract/finding.ts';
import { CONTAIN_TABLE, type ContainStepKey } from '../../contract/playbook-steps.ts';
import { defined } from '../../kit/defined.ts';
import { linesAndMore, messageOf, short } from '../../kit/words.ts';
import { Actuator } from './actuator.ts';
import { Deletions } from './deletions.ts';
import { runFolder } from './execution.ts';
import { Folder } from './folder.ts';
import { liveTarget } from './live-target.ts';
import type { StepPayload } from './payload.ts';
import { runOf } from './run.ts';
import type { ContainClients, ContainSettings, PlaybookStep, StepContext, StepOutcome } from './step.ts';

const isContainStep = (key: string): key is ContainStepKey => Object.hasOwn(CONTAIN_TABLE, key);

/** Some of it failed in a way that may pass: the state machine tries the step again, then goes on. */
class StepIncomplete extends Error {
  override name = 'StepIncomplete';
}

/** Longest sentence in a result, in characters: with {@link MAX_OPEN} of them, all steps together stay below 256 KB. */
const MAX_SENTENCE = 300;
/** Longest message of an error, in characters: Step Functions keeps each. */
const MAX_MESSAGE = 2_000;

/**
 * Runs one step and writes down what it did, whatever becomes of it.
 *
 * @throws {PlaybookInputError} where the person's input is wrong, or names a cluster that cannot be reached from here
 * @throws {StepIncomplete} where a write failed for the moment; everything else that could be done is done
 */
export async function runStep(
  step: PlaybookStep,
  payload: StepPayload,
  clients: ContainClients,
  settings: ContainSettings,
  now: () => number = Date.now,
): Promise<StepResult> {
  const { run, subject } = await runOf(payload, clients.lookup);
  const startedAt = new Date(now()).toISOString();
  const timeout = new AbortController();
  const signal = timeout.signal;
  const timer = setTimeout(
    () => timeout.abort(new Error(`not finished within ${settings.budgetMs} ms`)),
    settings.budgetMs,
  );
  try {
    const kubernetes = step.target === 'none' ? undefined : await connect(clients, run.target.cluster, signal);
    const folder = new Folder(clients.store, run.target, runFolder(run.execution, run.name));
    const deletions = isContainStep(step.key) ? new Deletions(folder, step.key) : undefined;
    const cluster =
      kubernetes &&
      new Actuator(kubernetes, signal, {
        dryRun: run.mode === 'plan',
        liftedBefore: step.liftedBefore,
        asSent: isContainStep(step.key),
        deletions,
      });
    const apart: Omit<StepContext, 'cluster'> = {
      run,
      results: payload.results,
      folder,
      clients,
      settings,
      signal,
      now,
      ...defined({ failure: payload.failure, taskToken: payload.taskToken || undefined }),
    };
    let outcome: StepOutcome;
    try {
      outcome = await outcomeOf(step, apart, cluster);
    } catch (error) {
      const why = messageOf(error);
      const failed: StepOutcome = { status: 'failed', summary: `It broke off: ${why}`, open: [] };
      await keep(folder, recordOf(step, failed, cluster, startedAt, now)).catch(() => undefined);
      throw bounded(error);
    }
    const record = recordOf(step, outcome, cluster, startedAt, now);
    const file = await keep(folder, record);
    await deletions?.settle();
    if (cluster?.transient !== undefined)
      throw new StepIncomplete(`${record.summary} ${cluster.transient}`.slice(0, MAX_MESSAGE));
    return { ...resultFrom(record, run.mode, folder.placeOf(file)), ...defined({ subject }) };
  } finally {
    clearTimeout(timer);
  }
}

async function connect(
  { kubernetes }: ContainClients,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<WritableKubernetes> {
  try {
    return await kubernetes.connect(cluster, signal);
  } catch (error) {
    if (!(error instanceof ClusterOutOfReach)) throw error;
    throw new PlaybookInputError(
      `This playbook cannot reach the cluster ${cluster.name ?? ''}: ${error.message}. It reaches the clusters of its configuration, from their network. ` +
        'Take the input and the playbook from the mail, or add the cluster to the configuration.',
    );
  }
}

async function outcomeOf(
  step: PlaybookStep,
  apart: Omit<StepContext, 'cluster'>,
  cluster: Actuator | undefined,
): Promise<StepOutcome> {
  if (step.target === 'none') return step.run(apart);
  if (!cluster) throw new TypeError(`the step ${step.key} was given no cluster`);
  const context = { ...apart, cluster };
  if (step.target === undefined) return step.run(context);
  const { namespace, gone } = await liveTarget(context);
  return namespace
    ? step.run(context, namespace)
    : { status: 'failed', summary: `Nothing was done. ${gone}`, open: [gone] };
}

function recordOf(
  step: PlaybookStep,
  outcome: StepOutcome,
  cluster: Actuator | undefined,
  startedAt: string,
  now: () => number,
): StepRecord {
  const actions = cluster?.actions ?? [];
  const failed = actions.filter((action) => action.outcome === 'failed');
  const {
    status,
    summary,
    open = [],
    proposals = [],
    proofs = [],
    files = [],
    details,
    again,
    round,
    settlesAt,
    outcome: ended,
    override,
  } = outcome;
  return {
    schemaVersion: CONTAINMENT_SCHEMA_VERSION,
    step: step.key,
    status: status === 'done' && (failed.length > 0 || open.length > 0) ? 'partly' : status,
    summary,
    startedAt,
    finishedAt: new Date(now()).toISOString(),
    actions,
    open: [...failed.map(({ verb, kind, name, reason = '' }) => `${verb} ${kind} ${name} failed: ${reason}`), ...open],
    proposals,
    proofs,
    files,
    ...defined({ details, again, round, settlesAt, outcome: ended, override }),
  };
}

/** Tried twice: without it, nobody knows what was done. */
async function keep(folder: Folder, record: StepRecord): Promise<StoredFile> {
  const body = `${JSON.stringify(record, undefined, 2)}\n`;
  const add = () => folder.add(`steps/${record.step}.json`, body, 'application/json');
  return add().catch(async () => {
    await sleep(300);
    return add();
  });
}

function resultFrom(record: StepRecord, mode: Mode, details: string): StepResult {
  const { step, status, summary, actions, open, proofs, again, round, settlesAt, outcome } = record;
  return {
    step,
    status,
    mode,
    summary: shortSentence(summary),
    actions: actions.filter(({ outcome }) => outcome === 'done').length,
    open: shortList(open),
    details,
    ...defined({
      proofs: proofs.length > 0 ? proofs.map(({ id, verdict }) => ({ id, verdict })) : undefined,
      again,
      round,
      settlesAt,
      outcome,
    }),
  };
}

/** The first of what is open, and how many more there are. */
export function shortList(open: readonly string[]): string[] {
  return linesAndMore(open.map(shortSentence), MAX_OPEN);
}

/** Control characters are six times as long as JSON, and no name has them: a webhook's refusal may. */
export const shortSentence = (text: string): string =>
  short(text.replace(/\p{Cc}/gu, ' ').toWellFormed(), MAX_SENTENCE);

function bounded(error: unknown): unknown {
  if (!(error instanceof Error) || error.message.length <= MAX_MESSAGE) return error;
  const shorter = new Error(error.message.slice(0, MAX_MESSAGE), { cause: error });
  shorter.name = error.name;
  return shorter;
}

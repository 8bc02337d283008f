/** What became of the steps of an execution, as its last step finds it. */

import type { Proof, Proposal, StepKey, StepRecord, StepStatus } from '../../contract/containment.ts';
import type { Answer } from '../../contract/follow-up.ts';
import { defined } from '../../kit/defined.ts';
import { type Context, type Failure, resultOf } from './step.ts';

/** What became of one step. */
export interface Passed {
  step: StepKey;
  status: StepStatus;
  /** One sentence. */
  summary: string;
  /** How many writes it made, or would make. */
  writes: number;
  open: string[];
  proofs: Proof[];
  proposals: Proposal[];
  /** The whole of it; absent where it did not get so far. */
  record?: StepRecord;
}

/** The steps that were run, by their keys. */
export type Course = Readonly<Partial<Record<StepKey, Passed>>>;

/** @param keys of the playbook's steps, but the last one */
export async function courseOf(context: Context, keys: readonly StepKey[]): Promise<Course> {
  const course: Partial<Record<StepKey, Passed>> = {};
  for (const step of keys) {
    let unread: string | undefined;
    const record = await context.folder.record(step).catch((error: unknown) => {
      unread = `What it has written down could not be read: ${error instanceof Error ? error.message : error}`;
      return undefined;
    });
    const passed = passedOf(step, context, keys[0] === step, record);
    if (passed) course[step] = { ...passed, open: [...passed.open, ...(unread === undefined ? [] : [unread])] };
  }
  return course;
}

function passedOf(step: StepKey, context: Context, first: boolean, record?: StepRecord): Passed | undefined {
  const result = resultOf(context.results, step);
  const failure = failureOf(context.results[step]) ?? (first ? context.failure : undefined);
  if (!record && !result && !failure) return undefined;
  const passed: Passed = {
    step,
    // An answer is no result, and a step that is told apart by its record alone was killed.
    status: result?.status ?? (answerOf(context.results[step]) ? 'done' : 'failed'),
    summary: record?.summary ?? result?.summary ?? '',
    writes: record?.actions.filter(({ outcome }) => outcome === 'done').length ?? result?.actions ?? 0,
    open: record?.open ?? result?.open ?? [],
    proofs: record?.proofs ?? [],
    proposals: record?.proposals ?? [],
    ...defined({ record }),
  };
  if (!failure) return passed;
  const summary = `It failed in all tries: ${causeOf(failure)}`;
  return { ...passed, status: 'failed', summary, open: [...passed.open, summary] };
}

export const failureOf = (result: unknown): Failure | undefined =>
  typeof result === 'object' && result !== null && 'Error' in result ? (result as Failure) : undefined;

/** A person's answer to the question; undefined where there is none. */
export const answerOf = (result: unknown): Answer | undefined =>
  typeof result === 'object' && result !== null && 'decision' in result ? (result as Answer) : undefined;

/** The message alone: Lambda gives the error as JSON, with a stack. */
export function causeOf({ Error: name, Cause }: Failure): string {
  try {
    const { errorMessage } = JSON.parse(Cause) as { errorMessage?: unknown };
    if (typeof errorMessage === 'string' && errorMessage !== '') return errorMessage;
  } catch {
    // It is no JSON: the cause is the message.
  }
  return Cause || name;
}

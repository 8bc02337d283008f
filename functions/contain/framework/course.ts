/** What became of the steps of an execution so far: for the message that asks, and for the one at its end. */
import type { Failure, Proof, Proposal, StepRecord, StepStatus } from '../../contract/containment.ts';
import type { FollowUp } from '../../contract/follow-up.ts';
import type { StepKey } from '../../contract/playbook-steps.ts';
import { defined } from '../../kit/defined.ts';
import { messageOf } from '../../kit/words.ts';
import { byUrgency, withAims } from './proposal-order.ts';
import { answerOf, causeOf, failureOf, type Results, resultOf } from './results.ts';

/** What became of one step. */
export interface StepSummary {
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
export type Course = Readonly<Partial<Record<StepKey, StepSummary>>>;

/** What is known of the steps of an execution. */
export interface Trace {
  results: Results;
  /** What the first step failed at: then there are no results. */
  failure?: Failure;
  /** Where steps write down what they did; absent where they do not. */
  folder?: { record(step: StepKey): Promise<StepRecord | undefined> };
}

/** @param keys of the playbook's steps, in their order, as far as they are asked for */
export async function courseOf(trace: Trace, keys: readonly StepKey[]): Promise<Course> {
  const passed = await Promise.all(keys.map((step, index) => passedOf(step, trace, index === 0)));
  return Object.fromEntries(passed.flatMap((each) => (each ? [[each.step, each]] : [])));
}

async function passedOf(
  step: StepKey,
  { results, failure: atStart, folder }: Trace,
  first: boolean,
): Promise<StepSummary | undefined> {
  let unread: string[] = [];
  const record = await folder?.record(step).catch((error: unknown) => {
    unread = [`What it has written down could not be read: ${messageOf(error)}`];
    return undefined;
  });
  const result = resultOf(results, step);
  const failure = failureOf(results[step]) ?? (first ? atStart : undefined);
  if (!record && !result && !failure) return undefined;
  const summary = record?.summary ?? result?.summary ?? '';
  const failed = failure && `It failed in all tries: ${causeOf(failure)}`;
  return {
    step,
    status: failed !== undefined ? 'failed' : statusOf(step, results),
    summary: failed ?? summary,
    writes: record?.actions.filter(({ outcome }) => outcome === 'done').length ?? result?.actions ?? 0,
    open: [...(record?.open ?? result?.open ?? []), ...(failed === undefined ? [] : [failed]), ...unread],
    proofs: record?.proofs ?? [],
    proposals: record?.proposals ?? [],
    ...defined({ record }),
  };
}

/** The question's state holds a person's answer in place of a result. A step that left a record alone was killed. */
function statusOf(step: StepKey, results: Results): StepStatus {
  const answered = step === 'askOnCall' && answerOf(results) !== undefined;
  return resultOf(results, step)?.status ?? (answered ? 'done' : 'failed');
}

/**
 * What became of each claim: as it was tested last. After a removal all are tested again, as it matters no longer whether a
 * policy held pods that have ended; and what rests on the audit log when that has arrived.
 */
export function latestProofs(course: Course): Proof[] {
  const latest = new Map<string, Proof>();
  for (const { proofs } of Object.values(course)) for (const proof of proofs) latest.set(proof.id, proof);
  return [...latest.values()];
}

/** What a message says of them. @param names of the steps, for people */
export function messagePartsOf(
  course: Course,
  names: Readonly<Partial<Record<StepKey, string>>>,
): Pick<FollowUp, 'steps' | 'proofs' | 'proposals' | 'override'> {
  const passed = Object.values(course);
  return {
    steps: passed.map(({ step, status, summary }) => ({ step: names[step] ?? step, status, summary })),
    proofs: latestProofs(course),
    proposals: byUrgency(passed.flatMap(({ step, proposals }) => withAims(step, proposals))),
    ...defined({ override: passed.find(({ record }) => record?.override)?.record?.override }),
  };
}

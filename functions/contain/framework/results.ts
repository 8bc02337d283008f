/** What the state machine holds of a step: what it answered, what a person answered, or why every attempt failed. */
import { type Failure, failureSchema, type StepResult, stepResultSchema } from '../../contract/containment.ts';
import { answerSchema, type PlanAnswer } from '../../contract/follow-up.ts';
import type { StepKey } from '../../contract/playbook-steps.ts';
import { record, text } from '../../kit/json.ts';

/** By the step's key; each is a {@link StepResult}, an {@link PlanAnswer} or a {@link Failure}. */
export type Results = Readonly<Partial<Record<StepKey, unknown>>>;

/** The answer of a step that did not fail; undefined for everything else. */
export const resultOf = (results: Results, key: StepKey): StepResult | undefined =>
  stepResultSchema.safeParse(results[key]).data;

export const failureOf = (result: unknown): Failure | undefined => failureSchema.safeParse(result).data;

/** A person's answer to the question; undefined where there is none. */
export const answerOf = (results: Results): PlanAnswer | undefined => answerSchema.safeParse(results.askOnCall).data;

/** The message alone: Lambda gives the error as JSON, with a stack. */
export function causeOf({ Error: name, Cause }: Failure): string {
  try {
    const message = text(record(JSON.parse(Cause))['errorMessage']);
    if (message !== undefined) return message;
  } catch {
    // It is not JSON: the cause is the message.
  }
  return Cause || name;
}

/** What the state machines hand to the functions. */

import * as z from 'zod/mini';
import type { Failure } from '../../contract/containment.ts';
import { defined } from '../../kit/defined.ts';
import { record } from '../../kit/json.ts';
import { failureOf, type Results } from './results.ts';

/** What each Task state sends beside the person's input. */
const envelope = z.object({
  step: z.string(),
  execution: z.string(),
  name: z.string().check(z.minLength(1)),
  startedAt: z.string(),
  input: z.unknown(),
  state: z.optional(z.unknown()),
  taskToken: z.optional(z.string()),
});

export interface StepPayload {
  /** A {@link StepKey}, where it is from our state machines. */
  step: string;
  execution: string;
  name: string;
  startedAt: string;
  /** What a person has typed. */
  input: unknown;
  results: Results;
  /** What the first step failed at: then there are no results. */
  failure?: Failure;
  taskToken?: string;
}

/** @throws TypeError when it comes from something else than our state machines */
export function readPayload(event: unknown): StepPayload {
  const { data, error } = envelope.safeParse(event);
  if (error) throw new TypeError(`not from the state machine (wrong or missing: ${places(error).join(', ')})`);
  const { step, state, taskToken, ...rest } = data;
  return {
    ...rest,
    input: data.input,
    step,
    results: record(record(state)['steps']),
    ...defined({ failure: failureOf(state), taskToken: taskToken || undefined }),
  };
}

const places = (error: z.core.$ZodError): string[] => error.issues.map(({ path }) => path.join('.') || 'the whole');

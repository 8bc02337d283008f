import * as z from 'zod/mini';
import type { CheckAnswer } from '../checks/check.ts';

const text = z.string().check(z.minLength(1));
const instant = z.string().check(z.refine((value) => !Number.isNaN(Date.parse(value))));
const source = {
  link: z.optional(z.string().check(z.startsWith('https://'))),
  command: z.optional(z.array(z.string()).check(z.minLength(1))),
};
const result = {
  summary: text,
  brief: z.optional(text),
  details: z.optional(z.record(z.string(), z.unknown())),
  ...source,
};

const schema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('found'), ...result, completeUntil: z.optional(instant) }),
  z.object({ status: z.literal('clear'), ...result, completeUntil: instant }),
  z.object({ status: z.literal('not-checked'), reason: text, brief: z.optional(text), ...source }),
]);

/**
 * What a check returned, as the JSON that travels on: instants as text, no undefined values.
 *
 * @throws when it is not an answer, or not something that JSON can hold
 */
export function readAnswer(returned: unknown): CheckAnswer<Record<string, unknown>> {
  const json: string | undefined = JSON.stringify(returned);
  const { data, error } = schema.safeParse(json === undefined ? undefined : JSON.parse(json));
  if (error) {
    const places = error.issues.map(({ path }) => path.join('.') || 'the whole').join(', ');
    throw new TypeError(`it returned no valid answer (wrong or missing: ${places})`);
  }
  return data as CheckAnswer<Record<string, unknown>>;
}

/** Reads a follow-up of the playbooks, as *contain*, *release* and *decide* send it by an asynchronous invocation. */

import * as z from 'zod/mini';
import { CONTAINMENT_SCHEMA_VERSION, MODES, OUTCOMES } from '../../contract/containment.ts';
import { DECISIONS, type FollowUp, type Question } from '../../contract/follow-up.ts';
import { ID } from '../../contract/ids.ts';
import { SEVERITIES } from '../../contract/vocabulary.ts';
import { defined } from '../../kit/defined.ts';

/** A value of another type than expected is as good as absent: a message with a gap is better than none. */
const maybe = <T extends z.core.$ZodType>(schema: T) => z.catch(z.optional(schema), undefined);
const text = maybe(z.string());
/** What cannot be read is left out of the list. */
const list = <T extends z.core.$ZodType>(element: T) =>
  z.catch(
    z.pipe(
      z.array(z.unknown()),
      z.transform((items) => items.flatMap((item) => z.safeParse(element, item).data ?? [])),
    ),
    [],
  );

const cluster = z.object({ name: text, region: text, account: text });
const target = z.object({ cluster, namespace: z.string(), uid: z.string() });
const proof = z.object({
  id: z.string(),
  claim: z.string(),
  verdict: z.enum(['proven', 'not-proven', 'not-applicable']),
  how: z.catch(z.string(), ''),
  decisive: z.catch(z.boolean(), true),
});
const step = z.object({
  step: z.string(),
  status: z.enum(['done', 'partly', 'failed', 'skipped', 'refused']),
  summary: z.catch(z.string(), ''),
});
const proposal = z.object({
  text: z.string(),
  commands: maybe(z.array(z.array(z.string()))),
  manifest: maybe(z.record(z.string(), z.unknown())),
});
/** Without these a person could not answer it. */
const question = z.object({
  id: z.string(),
  expiresAt: z.string(),
  planHash: z.string(),
  plan: list(z.object({ kind: z.string(), name: z.string(), what: z.catch(z.string(), '') })),
  planTotal: z.catch(z.number(), 0),
  askedAt: text,
  execution: text,
  findingId: text,
});

const schema = z.looseObject({
  id: z.string().check(z.regex(ID)),
  messageId: z.string().check(z.minLength(1), z.maxLength(1_000)),
  playbook: z.enum(['contain', 'release', 'decide']),
  target,
  severity: maybe(z.enum(SEVERITIES)),
  mode: maybe(z.enum(MODES)),
  execution: z.catch(z.string(), 'unknown'),
  startedAt: z.catch(z.string(), 'unknown'),
  at: z.catch(z.string(), 'unknown'),
  outcome: z.optional(z.enum(OUTCOMES)),
  summary: z.catch(z.string(), 'No summary was given.'),
  steps: list(step),
  proofs: list(proof),
  open: list(z.string()),
  proposals: list(proposal),
  question: z.optional(question),
  decision: maybe(z.object({ decision: z.enum(DECISIONS), reason: z.string(), decidedBy: z.string() })),
  folder: text,
  cut: maybe(z.array(z.string())),
});

/** The event is a follow-up that cannot be read. */
export class UnreadableFollowUpError extends Error {
  override name = 'UnreadableFollowUpError';
}

/**
 * @returns undefined where the event is something else
 * @throws {UnreadableFollowUpError} where it is one without what it is about, or with a question that nobody could answer
 */
export function followUpFrom(event: unknown): FollowUp | undefined {
  if (typeof event !== 'object' || event === null || !Object.hasOwn(event, 'followUp')) return undefined;
  const { data, error } = schema.safeParse((event as { followUp: unknown }).followUp);
  if (error) {
    const places = error.issues.slice(0, 3).map(({ path, code }) => `${path.join(' ') || 'the whole'} (${code})`);
    throw new UnreadableFollowUpError(`no valid follow-up: ${places.join(', ')}`);
  }
  if (!data.outcome && !data.question)
    throw new UnreadableFollowUpError('no valid follow-up: it has neither an outcome nor a question');
  // Through JSON, so that what is absent has no key.
  const known = JSON.parse(JSON.stringify(data)) as FollowUp;
  const asked = known.question && { ...known.question, target: known.target };
  return {
    ...known,
    schemaVersion: CONTAINMENT_SCHEMA_VERSION,
    ...defined({ question: asked as Question | undefined }),
  };
}

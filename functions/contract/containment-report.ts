/** `report.json`: the whole of what a playbook tells at its end, with all that its steps wrote down. */
import * as z from 'zod/mini';
import {
  CONTAINMENT_OUTCOMES,
  CONTAINMENT_SCHEMA_VERSION,
  doneActionSchema,
  proofSchema,
  proposalSchema,
  STEP_STATUSES,
  stepKeySchema,
  targetSchema,
} from './containment.ts';
import { answerSchema } from './follow-up.ts';
import { flag, list, open, otherwise, type Read, text, texts, tolerant } from './read.ts';
import { MODES, SCOPES } from './vocabulary.ts';

export const containmentReportSchema = open({
  schemaVersion: otherwise(z.literal(CONTAINMENT_SCHEMA_VERSION), CONTAINMENT_SCHEMA_VERSION),
  playbook: z.enum(['contain', 'release']),
  target: targetSchema,
  mode: z.enum(MODES),
  /** ARN or id. */
  execution: z.string(),
  /** RFC 3339. */
  startedAt: z.string(),
  at: z.string(),
  outcome: z.enum(CONTAINMENT_OUTCOMES),
  /** One sentence, or a few. */
  summary: z.string(),
  /** What a person has to do or to know. */
  open: z.array(z.string()),
  /** To the question whether to remove what runs. */
  answer: tolerant(answerSchema),
  /** What was said at the start. */
  given: open({
    findingId: text,
    reason: text,
    scope: tolerant(z.enum(SCOPES)),
    accept: otherwise(texts, []),
    overwrite: otherwise(flag, false),
  }),
  /** Each with its record, as far as it got. */
  steps: z.array(
    open({
      step: stepKeySchema,
      status: z.enum(STEP_STATUSES),
      summary: z.string(),
      actions: z.optional(z.array(doneActionSchema)),
    }),
  ),
  proofs: z.array(proofSchema),
  proposals: otherwise(list(proposalSchema), []),
});
export interface ContainmentReport extends Read<typeof containmentReportSchema> {}

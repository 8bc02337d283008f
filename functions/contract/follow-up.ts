/** What the playbooks tell and ask after the alert, and what a person answers. */
import * as z from 'zod/mini';
import { defined } from '../kit/defined.ts';
import {
  CONTAINMENT_OUTCOMES,
  CONTAINMENT_SCHEMA_VERSION,
  overridePart,
  proofSchema,
  proposalSchema,
  type Scope,
  STEP_STATUSES,
  targetSchema,
} from './containment.ts';
import { ID } from './ids.ts';
import {
  flag,
  list,
  number,
  object,
  open,
  otherwise,
  part,
  type Read,
  type Schema,
  text,
  texts,
  tolerant,
} from './read.ts';
import { MODES, SCOPES, SEVERITIES } from './vocabulary.ts';

/** Without these a person could not answer it. */
const question = {
  /** Names it; `decide` takes it. */
  id: z.string(),
  findingId: text,
  /** ARN or id of the execution that waits. */
  execution: otherwise(text, 'unknown'),
  /** RFC 3339. */
  askedAt: otherwise(text, 'unknown'),
  /** After that the namespace stays isolated and nothing is removed. */
  expiresAt: z.string(),
  /** SHA-256 (hex) of the removal plan: an approval names it. */
  planHash: z.string(),
  /** What would be stopped or deleted, for a person. */
  plan: otherwise(list(object({ kind: z.string(), name: z.string(), what: otherwise(text, '') })), []),
  planTotal: otherwise(number, 0),
};

export const questionSchema = object({ ...question, target: targetSchema });
/** A question to a person that an execution waits for. The task token is not part of it: it is nowhere but in the table. */
export interface Question extends Read<typeof questionSchema> {}

export const DECISIONS = ['approve', 'refuse', 'legitimate'] as const;
export type DecisionKind = (typeof DECISIONS)[number];

export const answerSchema = object({
  decision: z.enum(['approve', 'refuse']),
  /** Of the plan that was approved. */
  planHash: text,
  reason: otherwise(text, ''),
  /** Who said so, as they call themselves: CloudTrail knows who started the execution of *decide*. */
  decidedBy: otherwise(text, 'unknown'),
  /** RFC 3339. */
  decidedAt: otherwise(text, 'unknown'),
});
/** A person's answer, as the waiting execution gets it. */
export interface PlanAnswer extends Read<typeof answerSchema> {}

export const closureSchema = object({
  reason: otherwise(text, ''),
  decidedBy: otherwise(text, 'unknown'),
  /** RFC 3339. */
  decidedAt: otherwise(text, 'unknown'),
});
/** A person's word that a finding was legitimate, as the findings table keeps it. */
export interface Closure extends Read<typeof closureSchema> {}

export const lastingEndSchema = object({
  outcome: z.enum(CONTAINMENT_OUTCOMES),
  /** RFC 3339. */
  at: z.string(),
});
/** How the last playbook about a finding ended that has contained or released its namespace, as the findings table keeps it. */
export interface LastingEnd extends Read<typeof lastingEndSchema> {}

/** What is told about a scope: nothing of the usual one. */
export const toldScope = (scope: Scope): Scope | undefined => (scope === 'workloads' ? undefined : scope);

const followUp = {
  schemaVersion: otherwise(z.literal(CONTAINMENT_SCHEMA_VERSION), CONTAINMENT_SCHEMA_VERSION),
  /** The finding's id; `containment-<uid>` where the playbook was started without one. */
  id: z.string().check(z.regex(ID)),
  /** Names this message: a second delivery of it is not published again. */
  messageId: z.string().check(z.minLength(1), z.maxLength(1_000)),
  playbook: z.enum(['contain', 'release', 'decide']),
  target: targetSchema,
  /** What on-call was told about the finding, where that is known. */
  severity: tolerant(z.enum(SEVERITIES)),
  /** It is about a drill that was registered. */
  drill: flag,
  mode: tolerant(z.enum(MODES)),
  /** Of a removal that is not of everything. */
  scope: tolerant(z.enum(SCOPES)),
  /** ARN or id. */
  execution: otherwise(text, 'unknown'),
  /** RFC 3339. */
  startedAt: otherwise(text, 'unknown'),
  at: otherwise(text, 'unknown'),
  /** Absent while a question is open. */
  outcome: z.optional(z.enum(CONTAINMENT_OUTCOMES)),
  /** Isolation was to start by itself, and could not: there was no run. */
  notStarted: flag,
  /** One sentence. */
  summary: otherwise(text, 'No summary was given.'),
  steps: otherwise(list(object({ step: z.string(), status: z.enum(STEP_STATUSES), summary: otherwise(text, '') })), []),
  proofs: otherwise(list(proofSchema), []),
  /** What a person has to do or to know. */
  open: otherwise(texts, []),
  /** Where it was refused: how it goes on all the same. */
  override: overridePart,
  proposals: otherwise(list(proposalSchema), []),
  /** Of *decide*. */
  decision: part({ decision: z.enum(DECISIONS), reason: z.string(), decidedBy: z.string() }),
  /** Where everything is kept (`s3://bucket/prefix/`, or a folder). */
  folder: text,
  /** SHA-256 (hex) of the list of hashes of the run's files, `hashes.txt`: by it the files can be checked at any time. */
  hashList: text,
  /** What had to be left out for its size. */
  cut: texts,
};

/** What is told under the finding's id after its alert: the end of a playbook, or a question. */
export interface FollowUp extends Read<ReturnType<typeof open<typeof followUp>>> {
  /** About the same target. */
  question?: Question;
}

const isAboutSomething = z.refine<{ outcome?: unknown; question?: unknown }>(
  ({ outcome, question }) => outcome !== undefined || question !== undefined,
);

/** One without an outcome and without a question is an error: nobody could act on it. */
export const followUpSchema = z.pipe(
  open({ ...followUp, question: z.optional(object(question)) }).check(isAboutSomething),
  z.transform(
    ({ question, ...rest }): FollowUp => ({
      ...rest,
      ...defined({ question: question && { ...question, target: rest.target } }),
    }),
  ),
) as unknown as Schema<FollowUp>;

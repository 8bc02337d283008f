/** What *alert* sends, and keeps in the evidence bucket for whoever reads it back. */
import * as z from 'zod/mini';
import { findingSchema } from './finding.ts';
import { assessmentSchema, evidenceSchema } from './investigation.ts';
import { facts, object, oneOf, open, optional, otherwise, part, type Read, text, texts, tolerant } from './read.ts';
import { GRADES, SCHEMA_VERSION, SEVERITIES } from './vocabulary.ts';

/** One way to start a playbook: its input for the Step Functions console, and the same as a line for a POSIX shell. */
const playbookStartSchema = object({ input: otherwise(facts, {}), command: z.string() });

/** The state machine that a start is for. */
const playbook = {
  /** ARN. */
  stateMachine: z.string(),
  /** Its page in the console; absent where that is closed to the world. */
  console: text,
};

const howToContainSchema = object({
  ...playbook,
  /** Changes nothing. */
  plan: playbookStartSchema,
  isolate: playbookStartSchema,
});
export interface HowToContain extends Read<typeof howToContainSchema> {}

const updateSchema = object({
  /** What was told before; absent where it was not known. */
  previous: tolerant(z.enum(SEVERITIES)),
  /** Which look it comes from: 1, 2, … */
  look: z.number(),
  /** Ids of the indicators that are new, or weigh more than they did. */
  newIndicators: otherwise(texts, []),
  /** Names of the checks whose answer is another one than was told: something runs now, "clear" became "found", it is gone. */
  newAnswers: optional(texts),
  /** Reasons that were told, and do not hold any more. May hold attacker-chosen text. */
  noLongerSo: optional(texts),
  /** The grade that reached most people so far: whoever was told about it gets the update. */
  reach: optional(oneOf(GRADES)),
  /** What the first message said, and when (RFC 3339). */
  first: optional(part({ severity: oneOf(GRADES), at: text })),
});
export interface AlertUpdate extends Read<typeof updateSchema> {}

export const alertSchema = open({
  schemaVersion: otherwise(z.literal(SCHEMA_VERSION), SCHEMA_VERSION),
  /** The finding's. */
  id: z.string(),
  finding: findingSchema,
  evidence: z.optional(z.array(evidenceSchema)),
  assessment: z.optional(assessmentSchema),
  /** Why there is no assessment. */
  investigationFailed: text,
  /** A later look: what is different from what was told before. */
  update: tolerant(updateSchema),
  /** RFC 3339: when the investigation ended. */
  investigatedAt: text,
  /** Where the whole alert is kept (`s3://bucket/key`); absent when it could not be stored. */
  archive: text,
  /** Where the report for people is kept (HTML, `s3://bucket/key`); absent when it could not be stored. */
  report: text,
  /** How to contain the namespace; absent where nothing can have been created, or no playbook is installed. */
  contain: tolerant(z.union([howToContainSchema, object({ leftOut: z.string() })])),
  /** How to say that it was meant: the reason and the person have to be filled in. Absent like {@link contain}. */
  decide: part({ ...playbook, legitimate: playbookStartSchema }),
  /** The execution that isolates the namespace is started automatically, right after this alert. */
  autoStart: part({ stateMachine: z.string(), name: z.string() }),
  /** What had to be left out to keep a size limit: the investigation's, or that of SNS. */
  cut: texts,
});
/** What goes out. Without `assessment` the investigation failed and the alert stands on the finding alone. */
export interface Alert extends Read<typeof alertSchema> {}

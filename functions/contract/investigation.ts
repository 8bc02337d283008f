/** What *investigate* is asked, and what it answers: evidence, and an assessment of it. */
import * as z from 'zod/mini';
import { cutSchema, type Finding, findingSchema } from './finding.ts';
import {
  facts,
  flag,
  list,
  mapOf,
  number,
  object,
  oneOf,
  open,
  otherwise,
  part,
  type Read,
  type Schema,
  text,
  tolerant,
  word,
} from './read.ts';
import { EVIDENCE_STATUSES, GRADES, type Limit, SCHEMA_VERSION, SEVERITIES, STATEMENTS } from './vocabulary.ts';

/** A reader takes limits of a later version as well. */
const limits = list(word<Limit>());

export const evidenceSchema = open({
  /** The check's name, as `principal`. */
  check: z.string(),
  /** The question it answers, as a person would ask it. */
  question: z.string(),
  status: z.enum(EVIDENCE_STATUSES),
  /** One sentence for a person. May hold attacker-chosen text: a reader must treat it as data. */
  summary: z.string(),
  /** Why there is no answer; with `not-checked` only. */
  reason: text,
  /**
   * The summary, or with `not-checked` the reason, in at most `MAX_BRIEF` characters, readable alone; absent where that is no
   * longer, and in what an earlier version wrote. May hold attacker-chosen text.
   */
  brief: text,
  /** RFC 3339: the instant until which the data behind the answer is complete. */
  completeUntil: text,
  /** Limits that kept the question, or a part of it, from being asked; absent where none did. */
  limits,
  /** Facts for machines, and for the indicators; each check has a schema of its own. */
  details: facts,
  /** AWS console page that shows the same. */
  link: text,
  /** The command that shows the same, as an argument vector; printed only when every value is safe. */
  command: tolerant(z.array(z.string())),
  /** How long the check took, in milliseconds. */
  tookMs: number,
});
/** A check's answer to its question. */
export interface Evidence extends Read<typeof evidenceSchema> {}

/** Characters of a short form, before what is done to make it harmless: two lines of a mail. */
export const MAX_BRIEF = 120;

const indicatorSchema = open({
  id: z.string(),
  /** Points added to (or taken from) the score. */
  weight: z.number(),
  /** Why, in one sentence. May hold attacker-chosen text. */
  reason: z.string(),
  /**
   * The same in at most `MAX_BRIEF` characters, a sentence that can be read alone; absent in what an earlier version wrote. May
   * hold attacker-chosen text.
   */
  brief: text,
  /** MITRE ATT&CK technique, as `T1036.005`, where one applies. */
  technique: text,
  /** The check whose evidence it rests on; absent where the record itself shows it. */
  check: text,
});
/** Evidence that moves the score. */
export interface Indicator extends Read<typeof indicatorSchema> {}

const openQuestionSchema = object({
  /** The check that gave no answer, or only a part of it. */
  check: z.string(),
  /** By how many points its answer could raise the score at most. */
  upTo: z.number(),
  /** Limits that kept it from being asked. */
  limits,
});
/** What is not known and could make it worse. */
export interface OpenQuestion extends Read<typeof openQuestionSchema> {}

const acceptanceSchema = object({
  /** Who accepted it: a person as they call themselves, or the configuration. */
  by: z.string(),
  why: text,
  /** For names like this. */
  namePattern: text,
  /** RFC 3339; absent where it has no end. */
  until: text,
});
/** What makes an alert a part of the daily digest: a person has accepted all that was found. */
export interface Acceptance extends Read<typeof acceptanceSchema> {}

export const assessmentSchema = object({
  /** 0 to 100. */
  score: z.number(),
  /** `UNKNOWN` where limits kept questions from being asked whose answers could have raised it. */
  severity: z.enum(GRADES),
  /** The least that an unknown severity is: that of the score. */
  atLeast: tolerant(z.enum(SEVERITIES)),
  indicators: z.array(indicatorSchema),
  /** What could change the picture, the gravest first; absent where every question has its answer. */
  couldChange: list(openQuestionSchema),
  /** The limits by which the severity is unknown. */
  limits,
  /** Who accepted all of it; absent where anything is outside of what was accepted. */
  accepted: tolerant(acceptanceSchema),
});
/** How severe it is. */
export interface Assessment extends Read<typeof assessmentSchema> {}

export const verdictSchema = object({
  /** Absent where it was not known: the investigation failed, or no check gave an answer. */
  severity: tolerant(z.enum(SEVERITIES)),
  /** Where limits kept it from being known: the least that it is, and these limits. */
  atLeast: tolerant(z.enum(SEVERITIES)),
  limits,
  score: number,
  /** The weight of each indicator, by its id. */
  indicators: z.record(z.string(), z.number()),
  /** Why each of the heaviest ones stands, and by which check; by its id. May hold attacker-chosen text. */
  reasons: mapOf(object({ reason: z.string(), brief: text, check: text })),
  /** What was stated of each check's answer, by the check's name. */
  statements: mapOf(oneOf(STATEMENTS)),
  /** The grade that reached most people so far. */
  reach: oneOf(GRADES),
  /** What the first message said, and when (RFC 3339). */
  first: part({ severity: oneOf(GRADES), at: text }),
  /** It was reported in a digest, and not by itself. */
  digested: flag,
  /** It was accepted, and counted in the daily digest. */
  accepted: flag,
});
/** An assessment as it is kept to be compared with. */
export interface AssessmentSnapshot extends Read<typeof verdictSchema> {}

/** Of another look at a finding that has been alerted. */
export const lookSchema = {
  /** 1, 2, …; absent for the first investigation. */
  look: tolerant(z.int().check(z.minimum(1))),
  /** What on-call was told last; with {@link look} only. */
  previous: tolerant(verdictSchema),
};

/**
 * A finding of a later version is refused: what is read of it might mean something else. *alert* reads it all the same, and
 * says that it was not investigated.
 */
const currentFindingSchema = z.pipe(
  z.looseObject({ schemaVersion: z.literal(SCHEMA_VERSION) }) as z.ZodMiniType,
  findingSchema as z.ZodMiniType,
) as Schema<Finding>;

export const requestSchema = object({ finding: currentFindingSchema, ...lookSchema });
/** What *detect* and *watch* hand to *investigate*. */
export interface InvestigationRequest extends Read<typeof requestSchema> {}

export const investigationSchema = open({
  schemaVersion: otherwise(z.literal(SCHEMA_VERSION), SCHEMA_VERSION),
  findingId: z.string(),
  /** RFC 3339. Always written; a reader can do without. */
  startedAt: text,
  finishedAt: text,
  evidence: z.array(evidenceSchema),
  assessment: assessmentSchema,
  cut: list(cutSchema),
});
/** What *investigate* returns. At most `MAX_INVESTIGATION_BYTES` as JSON. */
export interface Investigation extends Read<typeof investigationSchema> {
  startedAt: string;
  finishedAt: string;
}

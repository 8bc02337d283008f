/** The digest as it travels, and as it is kept: what a digest consists of. `digest.ts` has the rules by which one is made. */
import * as z from 'zod/mini';
import { clusterSchema } from './finding.ts';
import { ID } from './ids.ts';
import { flag, list, object, part, type Read, text, tolerant } from './read.ts';
import {
  ACTOR_KINDS,
  DIGEST_FREQUENCIES,
  DIGEST_REASONS,
  DIGEST_SCHEMA_VERSION,
  OUTCOMES,
  SEVERITIES,
} from './vocabulary.ts';

const audience = {
  /** How often those in {@link to} get a digest. */
  frequency: tolerant(z.enum(DIGEST_FREQUENCIES)),
  /** Who gets it (`digest-audiences.ts`); absent: everybody. */
  to: list(z.string()),
};

export const windowSchema = object({
  /** `digest-20261123T07-0123456789ab` */
  id: z.string().check(z.regex(ID)),
  cluster: clusterSchema,
  /** Epoch milliseconds. */
  from: z.number(),
  until: z.number(),
  ...audience,
});
/** The time of a digest that is being filled, or was, and who gets it. */
export interface DigestWindow extends Read<typeof windowSchema> {}

/** One of the findings in a row. All text in it may be chosen by an attacker. */
export const sampleSchema = object({
  findingId: z.string().check(z.regex(ID)),
  namespace: text,
  /** The identity that the actor impersonated. */
  impersonated: text,
  /** The peer's. */
  address: text,
  /** RFC 3339. */
  at: text,
});
export interface DigestSample extends Read<typeof sampleSchema> {}

const about = {
  reason: z.enum(DIGEST_REASONS),
  outcome: z.enum(OUTCOMES),
  /** Rows of a greater weight come first. */
  weight: z.number(),
  /** What a later look found, with `looked-at` only. */
  severity: tolerant(z.enum(SEVERITIES)),
  actor: object({ kind: z.enum(ACTOR_KINDS), name: text }),
  /** They are of drills that were registered. */
  drill: flag,
};
/** What the findings of a row have in common. */
export const aboutSchema = object(about);
export interface DigestAbout extends Read<typeof aboutSchema> {}

const rowSchema = object({
  ...about,
  /** How many findings it stands for. */
  count: z.int().check(z.positive()),
  first: sampleSchema,
  latest: sampleSchema,
});
/** Findings of one actor that are alike. */
export interface DigestRow extends Read<typeof rowSchema> {}

export const digestSchema = object({
  schemaVersion: z.literal(DIGEST_SCHEMA_VERSION),
  /** Marks the message for machines. */
  kind: z.literal('digest'),
  id: z.string().check(z.regex(ID)),
  cluster: clusterSchema,
  /** RFC 3339. */
  from: z.string(),
  until: z.string(),
  ...audience,
  /** How many findings are in it. */
  total: z.int(),
  /** The worst first; at most `MAX_DIGEST_ROWS`. */
  rows: list(rowSchema),
  /** What the rows left out stand for. */
  others: part({ rows: z.int(), findings: z.int() }),
  /** There was more than could be counted: the numbers are the least that there are. */
  atLeast: flag,
});
/** What was not reported on its own in an hour, a day or a week. */
export interface Digest extends Omit<Read<typeof digestSchema>, 'rows'> {
  rows: DigestRow[];
}

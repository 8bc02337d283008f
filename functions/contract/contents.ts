/** What was in a namespace, kept with its finding: when it is deleted, nothing else tells. All names in it may be chosen by an attacker. */
import * as z from 'zod/mini';
import { flag, list, object, type Read, text, texts } from './read.ts';

const kinds = list(object({ kind: z.string(), count: z.number() }));

/** Those that are kept, of each list. */
export const MAX_CONTENTS = 12;

/** By the live API server: what the last look that found the namespace saw. */
export const objectsSchema = object({
  /** RFC 3339. */
  at: text,
  /** The kinds with most objects (`Deployment.apps`); counts are lower bounds. */
  kinds,
  /** There were more kinds, or some could not be listed. */
  more: flag,
});
export interface Objects extends Read<typeof objectsSchema> {}

/** By the audit log: what was made in it, also what was gone again before a look saw it. */
export const madeSchema = object({
  /** RFC 3339: the log was read until then. */
  until: text,
  /** Resources that people and workloads created (`deployments.apps`), and how often. */
  kinds,
  /** Of the pods that all of it describes. */
  images: texts,
  more: flag,
});
export interface Made extends Read<typeof madeSchema> {}

/** What one look found out: each half is kept until a later look knows it better. */
export interface Contents {
  objects?: Objects;
  made?: Made;
}

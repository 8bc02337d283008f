/**
 * A namespace creation, or an attempt at one, as *detect* and *watch* record it. A value that is not known is absent,
 * never guessed.
 */
import * as z from 'zod/mini';
import { DRILL_STATES } from './drill.ts';
import { ID } from './ids.ts';
import { flag, list, mapOf, number, object, open, otherwise, pairs, type Read, text, texts, tolerant } from './read.ts';
import { ACTOR_KINDS, OUTCOMES, SCHEMA_VERSION, SOURCE_KINDS } from './vocabulary.ts';

export const clusterSchema = open({ name: text, region: text, account: text });
/** Identifies a cluster: the name alone is not unique across accounts and Regions. */
export interface Cluster extends Read<typeof clusterSchema> {}

export const actorSchema = open({
  kind: z.enum(ACTOR_KINDS),
  /** As the API server logged it; on EKS free text where aws-auth maps it. */
  username: text,
  groups: texts,
  /** IAM role or user (`canonicalArn`), without session: the identity that a person can act upon. */
  principalArn: text,
  /** Chosen by whoever assumed the role. */
  sessionName: text,
  /** For look-ups in CloudTrail; never an identity (it was client-forgeable once). */
  accessKeyId: text,
  /**
   * The identity that the actor claimed, by impersonation headers. `extra` is what it said of it beside: proxies write
   * there who is behind them. All of it is the actor's word.
   */
  impersonated: tolerant(open({ username: text, groups: texts, extra: mapOf(texts) })),
});
/** Who made the request. */
export interface Actor extends Read<typeof actorSchema> {}

export const cutSchema = object({ path: z.string(), bytes: z.number(), sha256: z.string() });
/** What was shortened to keep a size limit: `path` in the finding, the original's UTF-8 length and SHA-256. */
export interface Cut extends Read<typeof cutSchema> {}

export const findingSchema = open({
  /** A reader that must not misread a later one looks at it first. */
  schemaVersion: otherwise(z.literal(SCHEMA_VERSION), SCHEMA_VERSION),
  /** Stable across redelivery, and different for every creation. */
  id: z.string().check(z.regex(ID)),
  outcome: z.enum(OUTCOMES),
  cluster: clusterSchema,
  namespace: open({
    /** Absent where the record does not hold it; `prefix*` where only `generateName` is known. */
    name: text,
    uid: text,
    /** RFC 3339. */
    createdAt: text,
    labels: pairs,
    annotations: pairs,
  }),
  actor: actorSchema,
  request: open({
    /** Chosen by the client (`Audit-ID` header): a reference, not an identity. */
    auditId: text,
    verb: text,
    code: number,
    /** RFC 3339 with microseconds: when the API server received the request. */
    at: text,
    userAgent: text,
    /** The last one is the peer's; the client can set all others. */
    sourceIps: texts,
    /** The authorizer's reason: the binding or EKS access policy that allowed it. */
    grantedBy: text,
  }),
  source: open({
    kind: z.enum(SOURCE_KINDS),
    logGroup: text,
    logStream: text,
    eventId: text,
    /**
     * Account and Region of the log group, where logs of other accounts or Regions are copied into it; absent where they are the
     * cluster's.
     */
    account: text,
    region: text,
    /** The record was cut: values may be missing. */
    truncated: flag,
    /**
     * The finding that another record of the same namespace has made, or the cluster itself, and which says otherwise: a
     * namespace is created once.
     */
    contradicts: text,
  }),
  /** What is known of it as a drill; absent where nothing says that it is one. */
  drill: tolerant(z.enum(DRILL_STATES)),
  /** Which values were shortened. */
  cut: list(cutSchema),
});
/** A namespace creation, or an attempt at one, worth recording. At most `MAX_FINDING_BYTES` as JSON. */
export interface Finding extends Read<typeof findingSchema> {}

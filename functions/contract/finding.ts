/** A namespace creation, or an attempt at one, as *detect* and *watch* record it. A value that is not known is absent, never guessed. */
import type { ActorKind, Outcome, SCHEMA_VERSION } from './vocabulary.ts';

/** Identifies a cluster: the name alone is not unique across accounts and Regions. */
export interface Cluster {
  name?: string;
  region?: string;
  account?: string;
}

/** Who made the request. */
export interface Actor {
  kind: ActorKind;
  /** As the API server logged it; on EKS free text where aws-auth maps it. */
  username?: string;
  groups?: string[];
  /** IAM role or user (`canonicalArn`), without session: the identity that a person can act upon. */
  principalArn?: string;
  /** Chosen by whoever assumed the role. */
  sessionName?: string;
  /** For look-ups in CloudTrail; never an identity (it was client-forgeable once). */
  accessKeyId?: string;
  /** Whom the actor claimed to be, by impersonation headers. */
  impersonated?: { username?: string; groups?: string[] };
}

/** What was shortened to keep a size limit: `path` in the finding, the original's UTF-8 length and SHA-256. */
export interface Cut {
  path: string;
  bytes: number;
  sha256: string;
}

/** A namespace creation, or an attempt at one, worth recording. At most {@link MAX_FINDING_BYTES} as JSON. */
export interface Finding {
  schemaVersion: typeof SCHEMA_VERSION;
  /** Stable across redelivery, and different for every creation. */
  id: string;
  outcome: Outcome;
  cluster: Cluster;
  namespace: {
    /** Absent where the record does not hold it; `prefix*` where only `generateName` is known. */
    name?: string;
    uid?: string;
    /** RFC 3339. */
    createdAt?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  actor: Actor;
  request: {
    /** Chosen by the client (`Audit-ID` header): a reference, not an identity. */
    auditId?: string;
    verb?: string;
    code?: number;
    /** RFC 3339 with microseconds: when the API server received the request. */
    at?: string;
    userAgent?: string;
    /** The last one is the peer's; the client can set all others. */
    sourceIps?: string[];
    /** The authorizer's reason: the binding or EKS access policy that allowed it. */
    grantedBy?: string;
  };
  source: {
    kind: 'audit-log' | 'coverage';
    logGroup?: string;
    logStream?: string;
    eventId?: string;
    /** The record was cut: values may be missing. */
    truncated?: boolean;
  };
  /** Which values were shortened. */
  cut?: Cut[];
}

/**
 * Identifies an actor across requests and sessions: the IAM principal, else the username. The client's address is
 * left out on purpose: whoever can change it could multiply alerts.
 */
export const actorKey = (actor: Actor): string => actor.principalArn ?? actor.username ?? actor.kind;

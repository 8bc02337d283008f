/**
 * The vocabulary that every room shares. Types and the few pure rules about them; no input or output.
 *
 * A value that is not known is absent, never guessed.
 */

/** The schema of {@link Finding}, {@link Investigation} and {@link Alert}; raised when a reader would break. */
export const SCHEMA_VERSION = 1;

/**
 * What became of a request to create a namespace.
 * - `created`: the namespace was persisted.
 * - `attempt-denied`: 401 or 403, by authentication, authorization or an admission policy.
 * - `rejected`: another 4xx, as by validation or quota.
 * - `already-exists`: 409.
 * - `outcome-unknown`: the record does not tell (cut too early, server panic, 5xx).
 */
export type Outcome = 'created' | 'attempt-denied' | 'rejected' | 'already-exists' | 'outcome-unknown';

/** The outcomes that always alert; the denied ones alert once an actor and hour, `already-exists` never. */
export const ALERTING_OUTCOMES: readonly Outcome[] = ['created', 'outcome-unknown'];
export const HOURLY_OUTCOMES: readonly Outcome[] = ['attempt-denied', 'rejected'];

/**
 * - `iam-role`, `iam-user`: authenticated by AWS IAM.
 * - `service-account`: a Kubernetes ServiceAccount token.
 * - `node`: a kubelet.
 * - `system`: the control plane (`system:*`) or EKS itself (`eks:*`).
 * - `anonymous`: `system:anonymous`, or nobody at all.
 * - `user`: any other identity, as by client certificate or OIDC.
 * - `unknown`: the record was cut before it tells.
 */
export type ActorKind =
  | 'iam-role'
  | 'iam-user'
  | 'service-account'
  | 'node'
  | 'system'
  | 'anonymous'
  | 'user'
  | 'unknown';

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

/** Size limits in bytes of JSON text (UTF-8): a finding, and the result of an investigation. */
export const MAX_FINDING_BYTES = 64 * 1024;
export const MAX_INVESTIGATION_BYTES = 200 * 1024;

/** Ascending. */
export const SEVERITIES = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The least score of each severity; what is below the first is `LOW`. */
export type SeverityThresholds = Record<Exclude<Severity, 'LOW'>, number>;
export const SEVERITY_THRESHOLDS: SeverityThresholds = { MEDIUM: 25, HIGH: 50, CRITICAL: 75 };

/** A check's answer to its question. */
export interface Evidence {
  /** The check's name, as `principal`. */
  check: string;
  /** The question it answers, as a person would ask it. */
  question: string;
  /**
   * - `found`: there is something to know.
   * - `clear`: looked, and nothing of concern; complete until {@link completeUntil}.
   * - `not-checked`: no answer, see {@link reason}; never to be read as clean.
   */
  status: 'found' | 'clear' | 'not-checked';
  /** One sentence for a person. May hold attacker-chosen text: a reader must treat it as data. */
  summary: string;
  /** Why there is no answer; with `not-checked` only. */
  reason?: string;
  /** RFC 3339: the instant until which the data behind the answer is complete. */
  completeUntil?: string;
  /** Facts for machines, and for the indicators. */
  details?: Record<string, unknown>;
  /** AWS console page that shows the same. */
  link?: string;
  /** The command that shows the same, as an argument vector; printed only when every value is safe. */
  command?: string[];
  /** How long the check took, in milliseconds. */
  tookMs?: number;
}

/** Evidence that moves the score. */
export interface Indicator {
  id: string;
  /** Points added to (or taken from) the score. */
  weight: number;
  /** Why, in one sentence. May hold attacker-chosen text. */
  reason: string;
  /** MITRE ATT&CK technique, as `T1036.005`, where one applies. */
  technique?: string;
  /** The check whose evidence it rests on; absent where the record itself shows it. */
  check?: string;
}

/** What is not known and could make it worse. */
export interface OpenQuestion {
  /** The check that gave no answer, or only a part of it. */
  check: string;
  /** By how many points its answer could raise the score at most. */
  upTo: number;
}

/** How worried to be. */
export interface Assessment {
  /** 0 to 100. */
  score: number;
  severity: Severity;
  indicators: Indicator[];
  /** What could change the picture, the gravest first; absent where every question has its answer. */
  couldChange?: OpenQuestion[];
}

/** An assessment as it is kept to be compared with. */
export interface Verdict {
  /** Absent where it was not known: the investigation failed, or no check gave an answer. */
  severity?: Severity;
  score?: number;
  /** The weight of each indicator, by its id. */
  indicators: Record<string, number>;
}

/** When the looks after the first are due, in minutes after the finding was claimed. */
export const LOOK_MINUTES: readonly number[] = [5, 30];

/** What *detect* and *watch* hand to *investigate*. */
export interface InvestigationRequest {
  finding: Finding;
  /** 1, 2, … for another look at a finding that has been alerted; absent for the first one. */
  look?: number;
  /** What on-call was told last; with {@link look} only. */
  previous?: Verdict;
}

/** What *investigate* returns. At most {@link MAX_INVESTIGATION_BYTES} as JSON. */
export interface Investigation {
  schemaVersion: typeof SCHEMA_VERSION;
  findingId: string;
  /** RFC 3339. */
  startedAt: string;
  finishedAt: string;
  evidence: Evidence[];
  assessment: Assessment;
  cut?: Cut[];
}

/** What goes out. Without `assessment` the investigation failed and the alert stands on the finding alone. */
export interface Alert {
  schemaVersion: typeof SCHEMA_VERSION;
  /** The finding's. */
  id: string;
  finding: Finding;
  evidence?: Evidence[];
  assessment?: Assessment;
  /** Why there is no assessment. */
  investigationFailed?: string;
  /** A later look found the severity risen: what is different from what was told before. */
  update?: AlertUpdate;
  /** RFC 3339: when the investigation ended. */
  investigatedAt?: string;
  /** Where the whole alert is kept (`s3://bucket/key`); absent when it could not be stored. */
  archive?: string;
  /** Where the report for people is kept (HTML, `s3://bucket/key`); absent when it could not be stored. */
  report?: string;
  /** How to contain the namespace; absent where nothing can have been created, or no playbook is installed. */
  contain?: HowToContain | { leftOut: string };
  /** How to say that it was meant; absent like {@link contain}. */
  decide?: HowToDecide;
  /** The execution that isolates the namespace is started automatically, right after this alert. */
  autoStart?: { stateMachine: string; name: string };
  /** What had to be left out to keep a size limit: the investigation's, or that of SNS. */
  cut?: string[];
}

/** One way to start a playbook: its input for the Step Functions console, and the same as a line for a POSIX shell. */
interface PlaybookStart {
  input: Record<string, unknown>;
  command: string;
}

/** The state machine that a {@link PlaybookStart} is for. */
interface Playbook {
  /** ARN. */
  stateMachine: string;
  /** Its page in the console; absent where that is closed to the world. */
  console?: string;
}

export interface HowToContain extends Playbook {
  /** Changes nothing. */
  plan: PlaybookStart;
  isolate: PlaybookStart;
}

interface HowToDecide extends Playbook {
  /** The reason and the person have to be filled in. */
  legitimate: PlaybookStart;
}

export interface AlertUpdate {
  /** What was told before; absent where it was not known. */
  previous?: Severity;
  /** Which look it comes from: 1, 2, … */
  look: number;
  /** Ids of the indicators that are new, or weigh more than they did. */
  newIndicators: string[];
}

/** The severity of a score. */
export function severityOf(score: number, { CRITICAL, HIGH, MEDIUM } = SEVERITY_THRESHOLDS): Severity {
  if (score >= CRITICAL) return 'CRITICAL';
  if (score >= HIGH) return 'HIGH';
  return score >= MEDIUM ? 'MEDIUM' : 'LOW';
}

/** Length of the value's JSON text in UTF-8 bytes: what AWS counts. */
export const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/**
 * Identifies an actor across requests and sessions: the IAM principal, else the username. The client's address is
 * left out on purpose: whoever can change it could multiply alerts.
 */
export const actorKey = (actor: Actor): string => actor.principalArn ?? actor.username ?? actor.kind;

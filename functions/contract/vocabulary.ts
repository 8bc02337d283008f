/** The words and limits that every room shares: constants and the few pure rules about them, without any schema. */

/** The schema of {@link Finding}, {@link Investigation} and {@link Alert}; raised when a reader would break. */
export const SCHEMA_VERSION = 1;

/**
 * What became of a request to create a namespace.
 * - `created`: the namespace was persisted.
 * - `attempt-denied`: 401, or 403 by authorization: the right was missing.
 * - `rejected`: another 4xx, or a 403 although authorization had allowed it: by admission, quota or validation.
 * - `already-exists`: 409.
 * - `outcome-unknown`: the record does not tell (cut too early, server panic, 5xx).
 */
export const OUTCOMES = ['created', 'attempt-denied', 'rejected', 'already-exists', 'outcome-unknown'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The outcomes after which there may be a namespace: they are looked at again. */
export const ALERTING_OUTCOMES: readonly Outcome[] = ['created', 'outcome-unknown'];
/** The outcomes after which there is none. */
export const REFUSED_OUTCOMES: readonly Outcome[] = ['attempt-denied', 'rejected'];

/**
 * - `iam-role`, `iam-user`: authenticated by AWS IAM.
 * - `service-account`: a Kubernetes ServiceAccount token.
 * - `node`: a kubelet.
 * - `system`: the control plane (`system:*`) or EKS itself (`eks:*`).
 * - `anonymous`: `system:anonymous`, or nobody at all.
 * - `user`: any other identity, as by client certificate or OIDC.
 * - `unknown`: the record was cut before it tells.
 */
export const ACTOR_KINDS = [
  'iam-role',
  'iam-user',
  'service-account',
  'node',
  'system',
  'anonymous',
  'user',
  'unknown',
] as const;
export type ActorKind = (typeof ACTOR_KINDS)[number];

/** Where a finding comes from: a record of the audit log, or a namespace that *watch* found and no record explained. */
export const SOURCE_KINDS = ['audit-log', 'coverage'] as const;

/**
 * What a check answered.
 * - `found`: there is something to know.
 * - `clear`: looked, and nothing of concern.
 * - `not-checked`: no answer; never to be read as clean.
 */
export const EVIDENCE_STATUSES = ['found', 'clear', 'not-checked'] as const;

/**
 * What a message states of a check's answer, so that a later look can tell that it is no longer so.
 * - `empty`, `clear`, `found`: there is nothing; there is something, and nothing of concern; there is something of concern.
 * - `present`, `ending`, `absent`, `replaced`: whether the namespace of the record exists, is being deleted, or another one
 *   has its name.
 */
export const STATEMENTS = ['empty', 'clear', 'found', 'present', 'ending', 'absent', 'replaced'] as const;
export type Statement = (typeof STATEMENTS)[number];

/**
 * Size limits in bytes of JSON text (UTF-8): a finding, the deletion that is kept with it, and the result of an investigation.
 */
export const MAX_FINDING_BYTES = 64 * 1024;
export const MAX_DELETION_BYTES = 8 * 1024;
export const MAX_INVESTIGATION_BYTES = 200 * 1024;

/** Ascending. */
export const SEVERITIES = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
export type Severity = (typeof SEVERITIES)[number];
/** The higher, the graver. */
export const severityRank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/**
 * What an alert is graded: a severity, or `UNKNOWN`. `UNKNOWN` stands beside the order of severities, not below it: what
 * nobody knows may be anything, so it reaches everybody, whatever the least severity that they asked for.
 */
export const GRADES = [...SEVERITIES, 'UNKNOWN'] as const;
export type Grade = (typeof GRADES)[number];

/** The grades that reach somebody who asked for this severity and above. */
export const gradesFrom = (least: Severity): Grade[] => [...SEVERITIES.slice(SEVERITIES.indexOf(least)), 'UNKNOWN'];

/**
 * Limits of this deployment and of the services that it asks, which can keep a question from being asked. Whoever is watched may have
 * caused it, so the answer is never taken for a good one.
 * - `log-budget`: CloudWatch Logs Insights may not scan more for this actor, or for this cluster, today.
 * - `request-rate`: a service took no more requests in this time, or another investigation had the turn.
 * - `deadline`: the answer had not come when the time of the check was over.
 */
export const LIMITS = ['log-budget', 'request-rate', 'deadline'] as const;
export type Limit = (typeof LIMITS)[number];

/** The least score of each severity; what is below the first is `LOW`. */
export type SeverityThresholds = Record<Exclude<Severity, 'LOW'>, number>;
export const SEVERITY_THRESHOLDS: SeverityThresholds = { MEDIUM: 25, HIGH: 50, CRITICAL: 75 };

/** When the looks after the first are due, in minutes after the finding was claimed. */
export const LOOK_MINUTES: readonly number[] = [5, 30];

/**
 * When the looks after those are due, as long as limits keep weighty questions from being asked; in minutes after the finding
 * was claimed. The last one is on the next day, for which there is another budget.
 */
export const LIMITED_LOOK_MINUTES: readonly number[] = [60, 120, 240, 480, 960, 1_560];

/** The severity of a score. */
export function severityOf(score: number, { CRITICAL, HIGH, MEDIUM } = SEVERITY_THRESHOLDS): Severity {
  if (score >= CRITICAL) return 'CRITICAL';
  if (score >= HIGH) return 'HIGH';
  return score >= MEDIUM ? 'MEDIUM' : 'LOW';
}

/**
 * Why a finding is in a digest.
 * - `refused`: nothing was created, and another finding has told about this actor.
 * - `outcome-unknown`: the record does not say whether something was created.
 * - `not-investigated`: a namespace was created, and nothing is known of it but the audit record.
 * - `flood`: a namespace was created after many by the same actor, or in the same cluster, in one hour.
 * - `limited`: limits kept weighty questions from being asked.
 * - `looked-at`: one of those before, investigated since, and not found to be grave.
 */
export const DIGEST_REASONS = [
  'refused',
  'outcome-unknown',
  'not-investigated',
  'flood',
  'limited',
  'looked-at',
  'accepted',
] as const;
export type DigestReason = (typeof DIGEST_REASONS)[number];

/** How often an audience gets its digest. Hourly: what was accepted comes once a day. */
export const DIGEST_FREQUENCIES = ['hourly', 'daily', 'weekly'] as const;
export type DigestFrequency = (typeof DIGEST_FREQUENCIES)[number];

/** Raised when a reader of a `Digest` would break. */
export const DIGEST_SCHEMA_VERSION = 1;

/**
 * - `plan`: every write is sent as a server-side dry run; says what `isolate` would do and what `remove` would do after it.
 * - `isolate`: everything but removal.
 * - `remove`: isolates, then asks, then stops what runs.
 * - `release`: of *release* alone, which takes `plan` or this.
 */
export const CONTAIN_MODES = ['plan', 'isolate', 'remove'] as const;
export const MODES = [...CONTAIN_MODES, 'release'] as const;

/**
 * What `remove` stops:
 * - `workloads`: what makes pods, and pods; the default.
 * - `pods`: the pods alone, and with them the connections that they hold open. What makes them stays, and the freeze keeps
 *   it from making others.
 */
export const SCOPES = ['workloads', 'pods'] as const;

/**
 * EKS delivers the logs of the control plane "within a few minutes"
 * (https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html).
 */
export const AUDIT_LOG_MINUTES = 5;

/**
 * The digest: what is not reported on its own is told together, when its hour, day or week has ended. This file holds the rules: how many
 * findings are reported on their own, and which finding leaves the digest because it is worse.
 */
import { createHash } from 'node:crypto';
import { defined } from '../kit/defined.ts';
import { resembledName } from '../kubernetes/platform-names.ts';
import { actorKey } from './actor-key.ts';
import type { Audiences } from './digest-audiences.ts';
import type { Digest, DigestAbout, DigestRow, DigestSample, DigestWindow } from './digest-message.ts';
import type { Cluster, Finding } from './finding.ts';
import {
  DIGEST_FREQUENCIES,
  DIGEST_SCHEMA_VERSION,
  type DigestFrequency,
  type DigestReason,
  type Grade,
  REFUSED_OUTCOMES,
  type Severity,
} from './vocabulary.ts';

/**
 * How many findings of an actor, and of a cluster, are reported one by one in an hour, unless another one is worse than
 * those.
 */
export const SINGLES = { actor: 3, cluster: 10 } as const;

/**
 * How many creations of an actor, and of a cluster, are investigated at once in an hour, unless another one is worse than those.
 * The others are written down, counted in the digest, and looked at in fair shares: so a flood never takes the capacity that the
 * creation of another actor needs.
 */
export const PROMPT = { actor: 20, cluster: 100 } as const;

/** How grave a finding in a digest is, in ascending order: what is worse than what was told leaves the digest. */
const WEIGHTS = {
  rejected: 0,
  denied: 1,
  /** Acted in the name of another, or tried a name that can be taken for one of the platform's. */
  pretending: 2,
  /** Acted in the name of Kubernetes itself, or as one of its administrators. */
  privileged: 3,
  unknown: 4,
  created: 5,
  createdPretending: 6,
  createdPrivileged: 7,
  /** Another record, or the cluster, says otherwise. */
  contradiction: 8,
} as const;

/** @param severity what an investigation found; absent where there was none */
export function weightOf(finding: Finding, severity?: Severity): number {
  if (severity !== undefined) return severity === 'LOW' ? WEIGHTS.denied : WEIGHTS.pretending;
  const { outcome, actor, namespace } = finding;
  if (finding.source.contradicts !== undefined) return WEIGHTS.contradiction;
  if (outcome === 'outcome-unknown') return WEIGHTS.unknown;
  const isCreated = outcome === 'created';
  if (actor.impersonated && isPrivileged(actor.impersonated))
    return isCreated ? WEIGHTS.createdPrivileged : WEIGHTS.privileged;
  if (actor.impersonated || (namespace.name !== undefined && resembledName(namespace.name)))
    return isCreated ? WEIGHTS.createdPretending : WEIGHTS.pretending;
  if (isCreated) return WEIGHTS.created;
  return outcome === 'rejected' ? WEIGHTS.rejected : WEIGHTS.denied;
}

const isPrivileged = ({ username = '', groups = [] }: NonNullable<Finding['actor']['impersonated']>): boolean =>
  /^system:(?!serviceaccount:|anonymous$)/.test(username) || groups.includes('system:masters');

/**
 * What makes a refusal another one than those before it: the outcome, the identity that the actor impersonated, and
 * what the name resembles. Of everything else each finding is one of its own.
 */
export function kindOf({ id, outcome, actor, namespace: { name } }: Finding): string {
  if (!REFUSED_OUTCOMES.includes(outcome)) return id;
  const { username, groups = [] } = actor.impersonated ?? {};
  return hash([
    outcome,
    username,
    groups.includes('system:masters'),
    name === undefined ? undefined : resembledName(name),
  ]);
}

/**
 * - `told`: reported on its own.
 * - `investigated`: a creation that is investigated at once.
 */
export type GateKind = 'told' | 'investigated';

/** Where the findings of an hour are counted that pass. Refusals take no place from creations. */
export interface Gates {
  actor: string;
  cluster: string;
}

/**
 * @param hour the beginning of an RFC 3339 instant down to the hour, of the event itself: a late redelivery asks at the same
 *   gates
 */
export function gatesOf(
  { cluster, actor, outcome }: Pick<Finding, 'cluster' | 'actor' | 'outcome'>,
  hour: string,
  kind: GateKind = 'told',
): Gates {
  const what = outcome === 'created' ? [`created, ${kind}`] : [];
  return {
    actor: hash([placeOf(cluster), actorKey(actor), hour, ...what]),
    cluster: hash([placeOf(cluster), hour, ...what]),
  };
}

/** Where it is remembered that an actor was refused in an hour: the gate of its refusals. */
export const refusalGateOf = ({ cluster, actor }: Pick<Finding, 'cluster' | 'actor'>, hour: string): string =>
  gatesOf({ cluster, actor, outcome: 'attempt-denied' }, hour).actor;

/** `2026-11-23T07` @param at epoch milliseconds */
export const hourOf = (at: number): string => new Date(at).toISOString().slice(0, 13);

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;

/** How a window is named and how long it is; `offset` from the epoch: 5 January 1970 was a Monday. */
const SPANS = {
  hourly: { name: 'digest', length: HOUR_MS, offset: 0 },
  accepted: { name: 'accepted', length: DAY_MS, offset: 0 },
  daily: { name: 'daily', length: DAY_MS, offset: 0 },
  weekly: { name: 'weekly', length: WEEK_MS, offset: 4 * DAY_MS },
} as const;

/**
 * The digest that takes what comes now: that of the hour on the clock, not of the event, because that of an earlier hour may be
 * out already. What was accepted has a digest of its own, of the day, for who else gets that of the hour. Days and weeks are those
 * of UTC, and a week begins on Monday.
 *
 * @param now epoch milliseconds
 * @param audience who gets it, and how often. @default everybody, hourly
 */
export function windowOf(
  cluster: Cluster,
  now: number,
  reason?: DigestReason,
  audience?: { frequency: DigestFrequency; to: readonly string[] },
): DigestWindow {
  const { frequency = 'hourly', to } = audience ?? {};
  const { name, length, offset } = SPANS[frequency === 'hourly' && reason === 'accepted' ? 'accepted' : frequency];
  const from = Math.floor((now - offset) / length) * length + offset;
  const when = length === HOUR_MS ? hourOf(from) : hourOf(from).slice(0, 10);
  const whose = hash([placeOf(cluster), ...(to ? [to.toSorted()] : [])]).slice(0, 12);
  const id = `${name}-${when.replaceAll('-', '')}-${whose}`;
  return { id, cluster, from, until: from + length, ...(to && { frequency, to: [...to] }) };
}

/**
 * The digests that take what comes now: together they reach every audience once.
 *
 * @param now epoch milliseconds
 * @param audiences @default everybody, hourly
 */
export function windowsOf(cluster: Cluster, now: number, reason: DigestReason, audiences?: Audiences): DigestWindow[] {
  if (!audiences) return [windowOf(cluster, now, reason)];
  return DIGEST_FREQUENCIES.flatMap((frequency) => {
    const to = audiences[frequency] ?? [];
    return to.length > 0 ? [windowOf(cluster, now, reason, { frequency, to })] : [];
  });
}

const placeOf = ({ account, region, name }: Cluster): unknown => [account, region, name];

/** Hashed, because a name can be longer than a key may be. Absent values count, too. */
const hash = (parts: readonly unknown[]): string =>
  createHash('sha256')
    .update(JSON.stringify(parts.map((part) => part ?? null)))
    .digest('hex')
    .slice(0, 32);

/** More rows are counted in {@link Digest.others}: a digest travels as an asynchronous invocation and through SNS. */
const MAX_DIGEST_ROWS = 40;

/** The digest of these rows. @param complete whether these are all */
export function digestOf(
  { id, cluster, from, until, frequency, to }: DigestWindow,
  rows: readonly DigestRow[],
  complete: boolean,
): Digest {
  const sorted = rows.toSorted((a, b) => b.weight - a.weight || b.count - a.count);
  const others = sorted.slice(MAX_DIGEST_ROWS);
  const findings = (some: readonly DigestRow[]): number => some.reduce((sum, { count }) => sum + count, 0);
  return {
    schemaVersion: DIGEST_SCHEMA_VERSION,
    kind: 'digest',
    id,
    cluster,
    from: new Date(from).toISOString(),
    until: new Date(until).toISOString(),
    ...defined({ frequency, to }),
    total: findings(rows),
    rows: sorted.slice(0, MAX_DIGEST_ROWS),
    ...defined({
      others: others.length > 0 ? { rows: others.length, findings: findings(others) } : undefined,
      atLeast: !complete || undefined,
    }),
  };
}

/** What a digest keeps of a finding. */
export interface DigestEntry {
  /** Entries with the same one share a row. */
  row: string;
  about: DigestAbout;
  sample: DigestSample;
}

export function entryOf(finding: Finding, reason: DigestReason, severity?: Severity): DigestEntry {
  const { outcome, actor, namespace, request } = finding;
  const drill = finding.drill === 'registered' || undefined;
  const known = weightOf(finding, severity);
  const weight = reason === 'limited' ? Math.max(known, WEIGHTS.unknown) : known;
  return {
    row: hash([reason, outcome, weight, severity, actorKey(actor), ...(drill ? ['drill'] : [])]),
    about: defined({
      reason,
      outcome,
      weight,
      severity,
      drill,
      actor: { kind: actor.kind, ...shortened({ name: actor.principalArn ?? actor.username }) },
    }),
    sample: {
      findingId: finding.id,
      ...shortened({
        namespace: namespace.name,
        impersonated: actor.impersonated && (actor.impersonated.username ?? 'somebody not named'),
        address: request.sourceIps?.at(-1),
        at: request.at,
      }),
    },
  };
}

/** In UTF-16 units: so that {@link MAX_DIGEST_ROWS} rows stay far below what an invocation may carry. */
const MAX_TEXT = 200;

const shortened = <K extends string>(texts: Record<K, string | undefined>): Partial<Record<K, string>> =>
  Object.fromEntries(
    Object.entries<string | undefined>(texts).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value.slice(0, MAX_TEXT).toWellFormed()]],
    ),
  ) as Partial<Record<K, string>>;

/** The severity by which filter policies let a digest through: that of the gravest row. Never `HIGH` or above. */
export function digestSeverity({ rows }: Digest): Grade {
  const graves = rows.map(({ reason, weight }) =>
    reason === 'looked-at' ? Math.min(weight, WEIGHTS.pretending) : weight,
  );
  const worst = Math.max(0, ...graves);
  if (worst >= WEIGHTS.unknown) return 'UNKNOWN';
  return worst >= WEIGHTS.pretending ? 'MEDIUM' : 'LOW';
}

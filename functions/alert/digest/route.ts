/** Whether an alert goes out by itself, or is told in the digest of the hour. */
import type { Digests } from '../../clients/table/digests.ts';
import type { Alert } from '../../contract/alert.ts';
import { hourOf } from '../../contract/digest.ts';
import { type DigestReason, SEVERITIES, type Severity } from '../../contract/vocabulary.ts';
import type { AutoStartSettings } from '../auto-start.ts';
import { gradeOf } from '../headline.ts';
import type { LaterLook } from '../later-look.ts';

export interface RouteSettings {
  /** What isolation starts for by itself is never told in a digest only. @default never */
  autoStart?: AutoStartSettings;
}

/**
 * Why the alert is told in a digest; undefined where it goes out by itself.
 *
 * A digest holds only what nobody has looked at, after the first ones of an actor and of a cluster in an hour, and what a later
 * look at that found. Never in it are what is `HIGH` or above, and a success that follows refusals.
 *
 * @param now epoch milliseconds
 */
export async function digestReason(
  alert: Alert,
  look: LaterLook | undefined,
  digests: Pick<Digests, 'isSingle' | 'followsRefusal'>,
  settings: RouteSettings,
  now: number,
): Promise<DigestReason | undefined> {
  const { finding } = alert;
  if (isGrave(alert, settings)) return undefined;
  if (look) return look.previous.digested ? 'looked-at' : undefined;
  if (gradeOf(alert) !== 'UNKNOWN') return undefined;
  if (finding.outcome === 'created' && (await digests.followsRefusal(finding))) return undefined;
  return (await digests.isSingle(finding, hourOf(now))) ? undefined : REASONS[finding.outcome];
}

const REASONS: Record<Alert['finding']['outcome'], DigestReason> = {
  created: 'not-investigated',
  'outcome-unknown': 'outcome-unknown',
  'attempt-denied': 'refused',
  rejected: 'refused',
  'already-exists': 'refused',
};

/** Whether it is never told in a digest. */
export function isGrave(alert: Alert, { autoStart }: RouteSettings): boolean {
  const grade = gradeOf(alert);
  if (grade === 'UNKNOWN') return false;
  const from = autoStart?.from ?? 'never';
  return rank(grade) >= rank('HIGH') || (from !== 'never' && rank(grade) >= rank(from));
}

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** Whether an alert goes out by itself, or is reported in the digest of the hour. */

import type { Digests } from '../../clients/table/digests.ts';
import type { Alert } from '../../contract/alert.ts';
import { hourOf } from '../../contract/digest.ts';
import { gradeOf, shownSeverity } from '../../contract/grade.ts';
import { type DigestReason, severityRank } from '../../contract/vocabulary.ts';
import { type AutoStartSettings, isStartedFor } from '../auto-start.ts';
import type { LaterLook } from '../later-look.ts';

export interface RouteSettings {
  /** What isolation starts for by itself is never reported in a digest only. @default never */
  autoStart?: AutoStartSettings;
}

/**
 * Why the alert is reported in a digest; undefined where it goes out by itself.
 *
 * The digest of an hour holds what nobody has looked at in full and what was created, after the first ones of an actor and of a
 * cluster in that hour, and what a later look at that found. Never in it are what is `HIGH` or above, and a success that follows refusals. That
 * of a day holds what a person has accepted, unless it follows refusals.
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
  if (isAccepted(alert, settings)) {
    const follows = !look && (await digests.followsRefusal(finding));
    return follows ? undefined : 'accepted';
  }
  if (isGrave(alert, settings)) return undefined;
  const limited = alert.assessment?.limits !== undefined;
  // What breaks an acceptance is reported in full, whatever its grade.
  if (look?.previous.accepted && !limited) return undefined;
  if (look?.previous.digested) return limited ? 'limited' : 'looked-at';
  const grade = gradeOf(alert);
  const isFirst = look === undefined;
  const isCreated = finding.outcome === 'created';
  if (grade !== 'UNKNOWN' && !(isFirst && isCreated)) return undefined;
  // Not seen in full at the first look, nor at this one: that was told.
  if (!isFirst && !limited) return undefined;
  if (isFirst && isCreated && (await digests.followsRefusal(finding))) return undefined;
  if (grade !== 'UNKNOWN') return (await digests.isSingle(finding, hourOf(now), grade)) ? undefined : 'flood';
  if (await digests.isSingle(finding, hourOf(now))) return undefined;
  return limited ? 'limited' : REASONS[finding.outcome];
}

const REASONS: Record<Alert['finding']['outcome'], DigestReason> = {
  created: 'not-investigated',
  'outcome-unknown': 'outcome-unknown',
  'attempt-denied': 'refused',
  rejected: 'refused',
  'already-exists': 'refused',
};

/**
 * Whether a person has accepted all that was found. Then it is reported in the daily digest, whatever its grade; only what
 * isolation would start for by itself is reported at once all the same.
 */
function isAccepted(alert: Alert, { autoStart }: RouteSettings): boolean {
  const grade = gradeOf(alert);
  return alert.assessment?.accepted !== undefined && grade !== 'UNKNOWN' && !isStartedFor(grade, autoStart?.from);
}

/** Whether it is never reported in a digest of what nobody has looked at in full. */
export function isGrave(alert: Alert, { autoStart }: RouteSettings): boolean {
  const shown = shownSeverity(alert);
  return shown !== undefined && (severityRank(shown) >= severityRank('HIGH') || isStartedFor(shown, autoStart?.from));
}

/** What the implementations of the baseline share. */

import type { Cluster } from '../../contract/finding.ts';
import { type Decision, LESSON_DAYS, type Lesson } from '../../contract/known-creator.ts';
import { defined } from '../../kit/defined.ts';
import { patternsOf } from '../../kubernetes/name-pattern.ts';
import type { KnownCreator } from './baseline.ts';

const DAY_MS = 86_400_000;

/** @param lesson that has no problems: its cluster is whole */
export function knownFrom(lesson: Lesson | Decision, now: number): KnownCreator {
  const { cluster, principal, namePattern, decidedBy, reason } = lesson;
  const origin =
    'findingId' in lesson
      ? ({ origin: 'decision', findingId: lesson.findingId } as const)
      : ({ origin: 'proposal' } as const);
  return {
    cluster: cluster as Required<Cluster>,
    principal,
    namePattern,
    decidedBy,
    ...defined({ reason }),
    decidedAt: new Date(now).toISOString(),
    expiresAt: new Date(now + LESSON_DAYS * DAY_MS).toISOString(),
    ...origin,
  };
}

/** The narrowest of what covers the name and still holds. */
export function bestOf(
  name: string,
  entryOf: (namePattern: string) => KnownCreator | undefined,
  now: number,
): KnownCreator | undefined {
  for (const pattern of patternsOf(name)) {
    const entry = entryOf(pattern);
    if (entry && Date.parse(entry.expiresAt) > now) return entry;
  }
  return undefined;
}

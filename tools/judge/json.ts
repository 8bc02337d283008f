/** A judged case for machines. */
import type { Judged } from './verdict.ts';

export function asJson({ subject, played, differs }: Judged): Record<string, unknown> {
  const { outcome = null, looks, highestTold = null, facts, seconds } = played;
  const { people, ...others } = facts;
  return {
    name: subject.name,
    kind: subject.kind,
    heldOut: subject.heldOut,
    outcome,
    first: looks.first,
    second: looks.second,
    highestTold,
    facts: { ...others, person: people[0] ?? null },
    people,
    differs,
    seconds: Math.round(seconds * 1000) / 1000,
  };
}

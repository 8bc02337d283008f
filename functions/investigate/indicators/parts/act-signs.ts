import type { ActSign } from '../../../checks/parts/act-signs.ts';
import { firstOf, listed } from '../../../kit/words.ts';
import type { DetailsOf, Indication } from '../../rule.ts';

/** Checks that show what was done: in the namespace by anybody, and by the creator anywhere. */
export const ACT_CHECKS = ['actor-activity', 'namespace-activity'] as const;
type ActCheck = (typeof ACT_CHECKS)[number];

interface Done {
  check: ActCheck;
  /** The creator did it itself, or somebody did it in the namespace. */
  who: string;
  /** What it was done to, each as `configmaps coredns`, with the namespace. */
  objects: string[];
  /** Requests. */
  count: number;
}

/** Acts of this kind, by the check that shows more of them. */
export function done(details: DetailsOf<ActCheck>, sign: ActSign): Done | undefined {
  const [most] = ACT_CHECKS.flatMap((check): Done[] => {
    const acts = (details[check]?.signs ?? []).filter((act) => act.sign === sign);
    if (acts.length === 0) return [];
    const objects = acts.map(({ on, namespace }) => (namespace ? `${on} in ${namespace}` : on));
    const who = check === 'actor-activity' ? 'The creator' : 'Somebody in the namespace';
    return [{ check, who, objects, count: acts.reduce((sum, { count = 1 }) => sum + count, 0) }];
  }).sort((a, b) => b.count - a.count);
  return most;
}

/** `The creator deleted events: a, b and c.` @param deed what was done to them, as `deleted events` */
export const actsOn = ({ who, objects, check }: Done, deed: string): Indication<ActCheck> => ({
  reason: `${who} ${deed}: ${listed(objects)}.`,
  brief: `${who} ${deed}: ${firstOf(objects, 46)}.`,
  check,
});

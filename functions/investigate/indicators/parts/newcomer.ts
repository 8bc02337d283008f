import { type DetailsOf, type RuleFacts, requestedAt } from '../../rule.ts';

/** What first showed so long before the request, or later, is new. */
const HOUR_MS = 3_600_000;

/**
 * Whether the actor has used this address or user agent only since shortly before the request, and another one earlier.
 * An actor that was not seen at all before is not judged by it: then all is new.
 */
export function isNewcomer(
  facts: RuleFacts,
  activity: DetailsOf<'actor-activity'>['actor-activity'],
  kind: 'addresses' | 'userAgents',
  value: string | undefined,
): boolean {
  // Only the newest requests were read: what looks new need not be.
  if (value === undefined || !activity || activity.more) return false;
  const seen = activity[kind] ?? [];
  const first = Date.parse(seen.find((entry) => entry.value === value)?.firstSeen ?? '');
  return first >= requestedAt(facts) - HOUR_MS && Date.parse(activity.firstSeen ?? '') < first;
}

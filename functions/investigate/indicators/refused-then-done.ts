import { defineRule, distance, requestedAt } from '../rule.ts';

const WINDOW_MS = 30 * 60_000;

/** A namespace was refused to the creator, and then made by another verb: a right with a name allows server-side apply alone. */
export const refusedThenDone = defineRule({
  id: 'refused-then-done',
  kind: 'threat',
  weight: 15,
  why: 'A person who is refused asks for the right, and rarely finds the one verb that is allowed within the half hour: MEDIUM with an unknown creator.',
  technique: 'T1078',
  shownBy: ['actor-activity'],
  judge(facts, details) {
    const { outcome, request } = facts.finding;
    if (outcome !== 'created' || request.verb === undefined) return undefined;
    const requested = requestedAt(facts);
    const refused = (details['actor-activity']?.namespacesRefused ?? []).findLast(({ verb, at }) => {
      const before = requested - Date.parse(at);
      return verb !== request.verb && before >= 0 && before <= WINDOW_MS;
    });
    if (!refused) return undefined;
    const when = distance(Date.parse(refused.at), requested);
    return {
      reason: `The creator was refused a namespace by ${refused.verb} ${when} it was allowed one by ${request.verb}.`,
      brief: `The creator was refused a namespace ${when} it was allowed one by another verb.`,
      check: 'actor-activity',
    };
  },
});

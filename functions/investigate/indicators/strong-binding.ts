import { firstOf, listed, shortName } from '../../kit/words.ts';
import { defineRule, distance, requestedAt } from '../rule.ts';
import { decisiveRights, isGiven } from './parts/given-rights.ts';

const NEAR_MS = 30 * 60_000;

/**
 * Rights over the cluster that lead to more, given to the creator or the namespace's accounts. Those that are cluster-admin
 * by another name are for `wide-binding`.
 */
export const strongBinding = defineRule({
  id: 'strong-binding',
  kind: 'commonplace',
  weight: 20,
  why: 'Nearly every operator gets one or two such rights when it is installed; with a threat, they are the next step.',
  technique: 'T1098.006',
  shownBy: ['access-changes'],
  judge(facts, { 'access-changes': { changes = [] } = {} }) {
    const given = changes.find((change) => {
      const near = Math.abs(Date.parse(change.at) - requestedAt(facts)) <= NEAR_MS;
      const forThem = change.concerns.includes('actor') || change.concerns.includes('namespace');
      return near && forThem && isGiven(change) && (change.rights ?? []).length > 0 && !decisiveRights(change);
    });
    if (!given) return undefined;
    const { what, name = '(name unknown)', rights = [], at } = given;
    return {
      reason: `${what} ${name} gives ${listed(rights, 4)}; it was written ${distance(Date.parse(at), requestedAt(facts))} the request.`,
      brief: `${what} ${shortName(name, 30)} gives ${firstOf(rights)}.`,
      check: 'access-changes',
    };
  },
});

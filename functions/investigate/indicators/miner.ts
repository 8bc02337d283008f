import { firstOf, listed } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';
import { POD_CHECKS, podsWith } from './parts/pod-signs.ts';

/** Mining is the most common reason to break into a cluster: Dero, TeamTNT, Kinsing. By image, argument, or what its containers write. */
export const miner = defineRule({
  id: 'miner',
  kind: 'threat',
  weight: 40,
  why: 'Mining is the most common reason to break into a cluster: HIGH with any other sign.',
  technique: 'T1496',
  shownBy: [...POD_CHECKS, 'container-logs'],
  judge(_, details) {
    const found = podsWith(details, { 'miner-image': 'image', 'miner-argument': 'arguments' });
    if (found)
      return {
        reason: `Looks like a cryptominer: ${found.named}.`,
        brief: `Looks like a cryptominer: ${found.first}.`,
        check: found.check,
      };
    const logged = (details['container-logs']?.signs ?? []).filter(({ sign }) => sign === 'mining-protocol');
    if (logged.length === 0) return undefined;
    return {
      reason: `Containers log what cryptominers log: ${listed(logged.map(({ pod }) => pod))}.`,
      brief: `Containers log what cryptominers log: ${firstOf(logged.map(({ pod }) => pod))}.`,
      check: 'container-logs',
    };
  },
});

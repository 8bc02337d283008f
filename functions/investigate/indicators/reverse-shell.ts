import { firstOf, listed } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';
import { POD_CHECKS, podsWith } from './parts/pod-signs.ts';

/** MITRE T1059.004. A container hands its shell to an address elsewhere, or writes what a shell without a terminal writes. */
export const reverseShell = defineRule({
  id: 'reverse-shell',
  kind: 'threat',
  weight: 40,
  why: 'No ordinary program hands its shell to the network: HIGH with an unknown creator.',
  technique: 'T1059.004',
  shownBy: [...POD_CHECKS, 'container-logs'],
  judge(_, details) {
    const found = podsWith(details, { 'reverse-shell': 'reverse shell' });
    if (found)
      return {
        reason: `Looks like a reverse shell: ${found.named}.`,
        brief: `Looks like a reverse shell: ${found.first}.`,
        check: found.check,
      };
    const logged = (details['container-logs']?.signs ?? []).filter(({ sign }) => sign === 'shell-session');
    if (logged.length === 0) return undefined;
    return {
      reason: `Containers log what a shell without a terminal logs: ${listed(logged.map(({ pod }) => pod))}.`,
      brief: `Containers log what a shell without a terminal logs: ${firstOf(logged.map(({ pod }) => pod))}.`,
      check: 'container-logs',
    };
  },
});

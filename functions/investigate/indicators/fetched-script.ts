import { firstOf, listed } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';
import { POD_CHECKS, podsWith } from './parts/pod-signs.ts';

/** From so many pods on it is not an installer that runs once. */
const MANY_PODS = 10;
/** Points out of the weight for few pods, or where only their logs show it. */
const FEW_SHARE = 25 / 35;

/** MITRE T1105. Containers run what they fetch or decode. */
export const fetchedScript = defineRule({
  id: 'fetched-script',
  kind: 'threat',
  weight: 35,
  why: 'Installers do it once, so a few pods are MEDIUM; in ten or more it is HIGH with an unknown creator.',
  technique: 'T1105',
  shownBy: [...POD_CHECKS, 'container-logs'],
  judge(_, details) {
    const found = podsWith(details, { 'suspicious-command': 'a script that it fetches or decodes' });
    if (found)
      return {
        reason: `Containers run code that they fetch: ${found.named}.`,
        brief: `Containers run code that they fetch: ${found.first}.`,
        check: found.check,
        share: found.pods >= MANY_PODS ? 1 : FEW_SHARE,
      };
    const logged = (details['container-logs']?.signs ?? []).filter(({ sign }) => sign === 'download-and-run');
    if (logged.length === 0) return undefined;
    return {
      reason: `According to their logs, containers run code that they fetch: ${listed(logged.map(({ pod }) => pod))}.`,
      brief: `Logs show containers that run code that they fetch: ${firstOf(logged.map(({ pod }) => pod))}.`,
      check: 'container-logs',
      share: FEW_SHARE,
    };
  },
});

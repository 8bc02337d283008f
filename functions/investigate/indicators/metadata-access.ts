import { firstOf, listed } from '../../kit/words.ts';
import { defineRule, inBrief } from '../rule.ts';
import { POD_CHECKS, podsWith } from './parts/pod-signs.ts';

/** MITRE T1552.005. The node's credentials are more than most pods have. */
export const metadataAccess = defineRule({
  id: 'metadata-access',
  kind: 'commonplace',
  weight: 15,
  why: 'Agents use the instance metadata service, too; with a threat, it is how a pod takes the role of its node.',
  technique: 'T1552.005',
  shownBy: [...POD_CHECKS, 'container-logs', 'network'],
  judge(_, details) {
    const found = podsWith(details, { 'metadata-access': 'instance metadata' });
    if (found)
      return {
        reason: `Pods ask for the credentials of their node: ${found.named}.`,
        brief: `Pods ask for the credentials of their node: ${found.first}.`,
        check: found.check,
      };
    const logged = (details['container-logs']?.signs ?? []).filter(({ sign }) => sign === 'metadata-access');
    if (logged.length > 0)
      return {
        reason: `According to their logs, containers ask for the credentials of their node: ${listed(logged.map(({ pod }) => pod))}.`,
        brief: `Logs show containers that ask for the credentials of their node: ${firstOf(logged.map(({ pod }) => pod))}.`,
        check: 'container-logs',
      };
    const talked = (details.network?.flow?.signs ?? []).some(({ sign }) => sign === 'metadata-address');
    return talked
      ? { ...inBrief('Pods of the namespace talk to the instance metadata service.'), check: 'network' }
      : undefined;
  },
});

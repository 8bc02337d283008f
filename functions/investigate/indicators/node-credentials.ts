import { defineRule } from '../rule.ts';
import { POD_CHECKS, podsWith } from './parts/pod-signs.ts';

/** MITRE T1552.005. Programs ask by an SDK, which has no command that names the path of the keys. */
export const nodeCredentials = defineRule({
  id: 'node-credentials',
  kind: 'threat',
  weight: 40,
  why: 'A command that names the path of the keys is there to steal them: HIGH with an unknown creator.',
  technique: 'T1552.005',
  shownBy: POD_CHECKS,
  judge(_, details) {
    const found = podsWith(details, { 'node-credentials': 'instance metadata' });
    return (
      found && {
        reason: `Commands fetch the keys of the node's role: ${found.named}.`,
        brief: `Commands fetch the keys of the node's role: ${found.first}.`,
        check: found.check,
      }
    );
  },
});

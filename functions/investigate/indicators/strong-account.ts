import { firstOf, listed } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';

/**
 * Kubernetes, RBAC good practices: workload creation, token request. The creator became a ServiceAccount of another namespace
 * that is cluster-admin by whatever name: by its token, or by a pod that names it.
 */
export const strongAccount = defineRule({
  id: 'strong-account',
  kind: 'threat',
  weight: 35,
  why: 'It is cluster-admin without a visible binding: HIGH with an unknown creator.',
  technique: 'T1078',
  shownBy: ['actor-activity', 'cluster-weaknesses'],
  judge({ finding: { actor, namespace } }, details) {
    const { strongAccounts = [] } = details['cluster-weaknesses'] ?? {};
    const taken = (details['actor-activity']?.accountsTaken ?? []).filter(
      (account) =>
        strongAccounts.includes(account) &&
        !account.startsWith(`${namespace.name}/`) &&
        actor.username !== `system:serviceaccount:${account.replace('/', ':')}`,
    );
    if (taken.length === 0) return undefined;
    return {
      reason: `The creator used ServiceAccounts with full control of the cluster: ${listed(taken)}.`,
      brief: `The creator used a ServiceAccount with full control of the cluster: ${firstOf(taken)}.`,
      check: 'actor-activity',
    };
  },
});

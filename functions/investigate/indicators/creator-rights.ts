import { RIGHTS } from '../../checks/parts/rights.ts';
import { firstOf, listed } from '../../kit/words.ts';
import { defineRule, inBrief } from '../rule.ts';

/** Kubernetes, RBAC good practices; KubeHound. What the creator may do now leads to all other rights. */
export const creatorRights = defineRule({
  id: 'creator-rights',
  kind: 'commonplace',
  weight: 10,
  why: 'Administrators and GitOps have such rights; with a threat, they show how much a stolen identity puts at risk.',
  technique: 'T1078',
  shownBy: ['permissions'],
  judge(_, { permissions: { may = [], grantedBy } = {} }) {
    if (grantedBy?.kind === 'group system:masters')
      return {
        ...inBrief('The creator is in the group system:masters, which has full control of the cluster.'),
        check: 'permissions',
      };
    const allowed = may.filter(({ allowed, right }) => allowed && LEADING.has(right)).map(({ right }) => right);
    if (allowed.length === 0) return undefined;
    return {
      reason: `The creator can now: ${listed(allowed, 4)}.`,
      brief: `The creator can now: ${firstOf(allowed, 60)}.`,
      check: 'permissions',
    };
  },
});

const LEADING: ReadonlySet<string> = new Set(RIGHTS.map(({ right }) => right));

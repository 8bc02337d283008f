import { detailsOf, type Rule } from './rule.ts';

/**
 * Pod Security admission: the level `privileged` lifts every restriction on pods. It is also what holds where nothing is
 * set, and what the namespaces of agents need; so it tells something beside a threat only.
 */
export const privilegedPodSecurity: Rule = {
  id: 'privileged-pod-security',
  kind: 'commonplace',
  weight: 15,
  checks: ['namespace'],
  judge(facts) {
    const { namespace } = facts.finding;
    const inRecord = namespace.labels?.['pod-security.kubernetes.io/enforce'] === 'privileged';
    const now = detailsOf(facts, 'namespace');
    if (!inRecord && now?.podSecurity?.['enforce'] !== 'privileged') return undefined;
    return {
      reason: 'A label allows privileged pods in it (pod-security.kubernetes.io/enforce: privileged).',
      technique: 'T1611',
      ...(!inRecord && { check: 'namespace' }),
    };
  },
};

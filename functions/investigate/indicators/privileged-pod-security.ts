import { defined } from '../../kit/defined.ts';
import { defineRule } from '../rule.ts';

/**
 * Pod Security admission: the level `privileged` lifts every restriction on pods. It is also what holds where nothing is
 * set, and what the namespaces of agents need; so it tells something beside a threat only.
 */
export const privilegedPodSecurity = defineRule({
  id: 'privileged-pod-security',
  kind: 'commonplace',
  weight: 15,
  why: 'It is also the default where nothing is set, and agents need it.',
  technique: 'T1611',
  shownBy: ['namespace'],
  judge(facts, details) {
    const { namespace } = facts.finding;
    const inRecord = namespace.labels?.['pod-security.kubernetes.io/enforce'] === 'privileged';
    const now = details.namespace;
    if (!inRecord && now?.podSecurity?.['enforce'] !== 'privileged') return undefined;
    return {
      reason: 'A label allows privileged pods in the namespace (pod-security.kubernetes.io/enforce: privileged).',
      brief: 'A label allows privileged pods in the namespace.',
      ...defined({ check: inRecord ? undefined : 'namespace' }),
    };
  },
});

import type { Rule } from './rule.ts';

/** Pod Security admission: the level `privileged` lifts every restriction on pods. */
export const privilegedPodSecurity: Rule = {
  id: 'privileged-pod-security',
  kind: 'threat',
  judge({ finding: { namespace } }) {
    if (namespace.labels?.['pod-security.kubernetes.io/enforce'] !== 'privileged') return undefined;
    return {
      weight: 15,
      reason: 'A label allows privileged pods in it (pod-security.kubernetes.io/enforce: privileged).',
      technique: 'T1611',
    };
  },
};

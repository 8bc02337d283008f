import { isTrustedProxy } from '../../checks/parts/automation.ts';
import { shortName } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';
import { privilegeOf } from './parts/privileged-identity.ts';

/** Elastic: EKS API request impersonating privileged identity. A proxy that is trusted does it for administrators. */
export const impersonation = defineRule({
  id: 'impersonation',
  kind: 'threat',
  weight: 30,
  why: 'Whoever may act as a privileged identity has all its rights: MEDIUM by itself, HIGH with another sign.',
  technique: 'T1078',
  judge({ finding: { actor }, proxies }) {
    if (!actor.impersonated || isTrustedProxy(actor, proxies)) return undefined;
    const privilege = privilegeOf(actor.impersonated);
    return privilege === undefined
      ? undefined
      : {
          reason: `The creator acted as the privileged identity ${privilege}.`,
          brief: `The creator acted as the privileged identity ${shortName(privilege, 60)}.`,
        };
  },
});

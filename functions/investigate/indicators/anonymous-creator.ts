import { isAnonymous } from '../../checks/parts/actors.ts';
import { defineRule, inBrief } from '../rule.ts';

/** RBAC Buster and Dero began with an API server that let anonymous requests in (Aqua, CrowdStrike). */
export const anonymousCreator = defineRule({
  id: 'anonymous-creator',
  kind: 'threat',
  weight: 50,
  why: 'Nothing in an ordinary cluster works without an identity: HIGH by itself.',
  technique: 'T1078.001',
  judge({ finding }) {
    if (!isAnonymous(finding)) return undefined;
    return inBrief('The request came without an identity.');
  },
});

import { defineRule, inBrief } from '../rule.ts';

/** One or two are a wrong profile or a token that had expired. */
const MANY = 3;

/** The authenticator's log: the creator's identity was turned away before it was let in. */
export const authenticationFailures = defineRule({
  id: 'authentication-failures',
  kind: 'commonplace',
  weight: 10,
  why: 'An access entry that is created late causes the same failures; with a threat, an unwanted identity tried to get in.',
  technique: 'T1078',
  shownBy: ['api-server-logs'],
  judge(_, details) {
    const { denials = 0 } = details['api-server-logs'] ?? {};
    if (denials < MANY) return undefined;
    return { ...inBrief(`The authenticator rejected the creator ${denials} times.`), check: 'api-server-logs' };
  },
});

import { isTrustedProxy } from '../../checks/parts/automation.ts';
import { claimedPerson } from '../../contract/claimed-person.ts';
import { shortName } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';
import { privilegeOf } from './parts/privileged-identity.ts';

/**
 * The creator acted in the name of another who is not privileged, and nothing says that its word can be relied on. GitOps controllers and
 * proxies do so all day; so it tells something beside a threat only.
 */
export const claimedIdentity = defineRule({
  id: 'claimed-identity',
  kind: 'commonplace',
  weight: 15,
  why: 'GitOps and proxies do it all day; with a threat, somebody is acting under another name.',
  technique: 'T1078',
  judge({ finding: { actor }, proxies }) {
    if (!actor.impersonated || isTrustedProxy(actor, proxies)) return undefined;
    if (privilegeOf(actor.impersonated) !== undefined) return undefined;
    const { username = '(unknown)' } = actor.impersonated;
    const person = claimedPerson(actor);
    const claim = person === undefined || person === username ? '' : `, and claims to act for ${person}`;
    return {
      reason: `The creator acted as ${username}${claim}; the creator is not listed as a trusted proxy.`,
      brief: `The creator acted as ${shortName(username)} and is not a trusted proxy.`,
    };
  },
});

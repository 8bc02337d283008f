/** Who is behind an identity that was acted as. */
import type { Actor } from './finding.ts';

/**
 * Where proxies write the person for whom they act: Rancher `username` (and `principalid`, its identity provider's),
 * others `email`. Whoever may impersonate may write anything there.
 */
const PERSON_KEYS = ['username', 'email', 'preferred_username', 'user', 'principalid'] as const;

/**
 * The person for whom the actor claims to act, as its own headers say; else the username that it claimed. It is a claim:
 * only the word of a proxy that somebody trusts makes it more than that. Undefined where the actor claimed nobody.
 */
export function claimedPerson({ impersonated }: Actor): string | undefined {
  if (!impersonated) return undefined;
  const { extra = {}, username } = impersonated;
  return PERSON_KEYS.flatMap((key) => (Object.hasOwn(extra, key) ? (extra[key] ?? []) : []))[0] ?? username;
}

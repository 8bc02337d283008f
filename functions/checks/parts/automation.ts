import type { Actor } from '../../contract/finding.ts';
import { matches } from '../../kit/wildcard.ts';

/**
 * Whether the actor is a GitOps or CI identity that the configuration lists: by IAM principal
 * (`arn:aws:iam::111122223333:role/ci-*`, no path: the API server does not log it) or by username
 * (`system:serviceaccount:argocd:*`). `*` stands for any text.
 *
 * An IAM identity is known by its principal alone: its username holds the session name, which the caller chooses.
 */
export function isKnownAutomation(actor: Actor, patterns: readonly string[]): boolean {
  const iam = actor.kind === 'iam-role' || actor.kind === 'iam-user' || actor.principalArn !== undefined;
  const identity = iam ? actor.principalArn : actor.username;
  return actor.kind !== 'anonymous' && identity !== undefined && patterns.some((pattern) => matches(identity, pattern));
}

/** Whether the actor is a proxy that the configuration lists: what it says of whom it acts for is believed. */
export const isTrustedProxy = (actor: Actor, proxies: readonly string[] = []): boolean =>
  isKnownAutomation(actor, proxies);

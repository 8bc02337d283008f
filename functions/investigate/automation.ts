import type { Actor } from '../finding.ts';

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

/**
 * `*` in the pattern stands for any text. In linear time, other than a regular expression with several `.*`: the text may
 * be an attacker's, and long.
 */
export function matches(text: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const piece of rest) {
    const at = text.indexOf(piece, from);
    if (at < 0) return false;
    from = at + piece.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}

import type { AccessChange } from '../../checks/parts/access-change.ts';
import { shortName } from '../../kit/words.ts';
import { type DetailsOf, defineRule, distance, type Indication, type RuleFacts, requestedAt } from '../rule.ts';
import { isPartOfTheAct, newNamespaces } from './parts/same-act.ts';

/** Before the request, and after it: a change after it may hide one before, as EKS keeps only the time of the latest. */
const WINDOW_MS = 30 * 60_000;

/**
 * Stratus Red Team, Elastic: an intruder with AWS credentials gives himself access to the cluster first. EKS, CloudTrail
 * and the audit log may show the same change; it counts once.
 */
export const recentAccessChange = defineRule({
  id: 'recent-access-change',
  kind: 'threat',
  weight: 30,
  why: 'A right given just before its use is the first step of most intrusions from AWS; teams get their access in the same way.',
  technique: 'T1098.006',
  shownBy: ['principal', 'access-changes'],
  ruledOutBy: ['actor-activity'],
  judge: (facts, details) => byEntry(facts, details) ?? byChange(facts, details),
});

type Details = DetailsOf<'principal' | 'access-changes' | 'actor-activity'>;
type Found = Indication<'principal' | 'access-changes'> | undefined;

/** By the access entry as it is. */
function byEntry(facts: RuleFacts, details: Details): Found {
  const { principal = {} } = details;
  const { identity, accessEntry, accessPolicies = [], authenticationMode } = principal;
  if (!identity) return undefined;
  if (!accessEntry && authenticationMode === 'API')
    return {
      reason: 'The creator has no access entry now, though nothing else lets IAM identities in: it must have had one.',
      brief: 'The access entry that let the creator in no longer exists.',
      check: 'principal',
    };
  const { own } = newNamespaces(facts, details);
  // In the new namespace its creator has all rights before anybody gives them.
  const wider = (policies: typeof accessPolicies) =>
    policies.filter(({ scope, namespaces = [] }) => scope !== 'namespace' || namespaces.some((name) => name !== own));
  const changes: [string, string | undefined][] = [
    ['access entry was created', accessEntry?.createdAt],
    ['access entry was changed', accessEntry?.modifiedAt],
    ...wider(accessPolicies).flatMap(({ policyArn, associatedAt, modifiedAt }): [string, string | undefined][] => [
      [`access policy ${policyArn ?? ''} was associated`, associatedAt],
      [`access policy ${policyArn ?? ''} was changed`, modifiedAt],
    ]),
  ];
  for (const [change, instant] of changes) {
    const at = Date.parse(instant ?? '');
    if (isNear(facts, at))
      return {
        reason: `The creator's ${change} ${distance(at, requestedAt(facts))} the request.`,
        brief: `The creator's access to the cluster was changed ${distance(at, requestedAt(facts))} the request.`,
        check: 'principal',
      };
  }
  return undefined;
}

/** What decides who may enter. Pod Identity does not: it gives pods AWS rights. */
const ENTRANCES = [
  'EKS access entry',
  'EKS access policy',
  'EKS cluster configuration',
  'EKS identity provider',
  'ConfigMap aws-auth',
];

/** By CloudTrail and the audit log. */
function byChange(facts: RuleFacts, details: Details): Found {
  const { principal, 'access-changes': { changes = [] } = {} } = details;
  const act = newNamespaces(facts, details);
  const near = changes
    .filter((change) => ENTRANCES.includes(change.what) && concerns(change, principal))
    .filter((change) => !isPartOfTheAct(change, act))
    .map((change) => ({ ...change, instant: Date.parse(change.at) }))
    .filter(({ instant }) => isNear(facts, instant))
    .sort((a, b) => a.instant - b.instant);
  const [first] = near;
  if (!first) return undefined;
  const { what, name, gives, by, instant } = first;
  return {
    brief: `${what}${name ? ` ${shortName(name)}` : ''} was changed ${distance(instant, requestedAt(facts))} the request.`,
    reason: `${what}${name ? ` ${name}` : ''} was changed${gives ? ` (${gives})` : ''} by ${by ?? 'somebody'} ${distance(instant, requestedAt(facts))} the request.`,
    check: 'access-changes',
  };
}

/** The log does not hold what aws-auth says; an IAM identity without an access entry came in by it. */
function concerns({ what, concerns: whom }: AccessChange, principal: Details['principal']): boolean {
  if (whom.length > 0) return true;
  return what === 'ConfigMap aws-auth' && principal?.identity !== undefined && !principal.accessEntry;
}

const isNear = (facts: RuleFacts, at: number): boolean => Math.abs(at - requestedAt(facts)) <= WINDOW_MS;

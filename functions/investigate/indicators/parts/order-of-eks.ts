import { ADD_ON } from '../../../checks/parts/access-trail.ts';
import { isEksComponent } from '../../../checks/parts/actors.ts';
import { isControlPlane } from '../../../kubernetes/control-plane.ts';
import { type DetailsOf, type RuleFacts, requestedAt } from '../../rule.ts';

/** EKS installs an add-on within minutes of the call that orders it. */
const ORDER_MS = 60 * 60_000;

type Details = DetailsOf<'access-changes' | 'cluster-posture' | 'namespace-activity'>;

/**
 * Whether a component that EKS manages made the namespace, and nobody else has written in it since: what it does is what
 * somebody ordered of EKS, as by CreateAddon.
 *
 * Its username is that of EKS for certain where access entries alone let IAM identities in, because EKS refuses entries with
 * such names (user guide, "Create access entries": not `eks:`, `system:`, `aws:`, `amazon:` or `iam:`). aws-auth may give it
 * to a role of any account; there the order has to be in CloudTrail.
 */
export function isOrderOfEks(facts: RuleFacts, details: Details): boolean {
  if (!isEksComponent(facts.finding)) return false;
  const { authenticationMode } = details['cluster-posture'] ?? {};
  if (authenticationMode !== 'API' && !wasOrdered(facts, details)) return false;
  const { acts } = details['namespace-activity'] ?? {};
  return acts?.every(({ byActor, by = '' }) => byActor === true || isControlPlane(by)) ?? false;
}

const wasOrdered = (facts: RuleFacts, { 'access-changes': { changes = [] } = {} }: Details): boolean =>
  changes.some(({ what, at }) => {
    const before = requestedAt(facts) - Date.parse(at ?? '');
    return what === ADD_ON && before >= 0 && before <= ORDER_MS;
  });

import { accountsPowerless } from './accounts-powerless.ts';
import { bindingsCut } from './bindings-cut.ts';
import { connectionsCut } from './connections-cut.ts';
import { denialOnNodes } from './denial-on-nodes.ts';
import { denyAllInForce } from './deny-all-in-force.ts';
import { execRefused } from './exec-refused.ts';
import { freezePolicyInForce } from './freeze-policy-in-force.ts';
import { irsaRoles } from './irsa-roles.ts';
import { noOtherNetworkRules } from './no-other-network-rules.ts';
import { noPods } from './no-pods.ts';
import { nobodyOverrides } from './nobody-overrides.ts';
import { nothingCanStart } from './nothing-can-start.ts';
import { openWatches } from './open-watches.ts';
import { podIdentityGone } from './pod-identity-gone.ts';
import { podsRefused } from './pods-refused.ts';
import { policyEnforcerPresent } from './policy-enforcer-present.ts';
import type { Verification } from './proof.ts';
import { quotaInForce } from './quota-in-force.ts';
import { servicesEmpty } from './services-empty.ts';
import { targetUnchanged } from './target-unchanged.ts';
import { tokensRefused } from './tokens-refused.ts';
import { volumesKept } from './volumes-kept.ts';
import { writesUnchanged } from './writes-unchanged.ts';

/** That nothing new can start. */
const FREEZE: readonly Verification[] = [targetUnchanged, podsRefused, execRefused, freezePolicyInForce, quotaInForce];

/** That the denial holds each pod. Where the pods have ended, it is about nothing any more. */
const HELD: readonly Verification[] = [policyEnforcerPresent, denialOnNodes, connectionsCut];

/** What *isolate* claims. */
export const ISOLATION: readonly Verification[] = [
  ...FREEZE,
  writesUnchanged,
  denyAllInForce,
  noOtherNetworkRules,
  ...HELD,
  servicesEmpty,
  bindingsCut,
  accountsPowerless,
  tokensRefused,
  podIdentityGone,
  irsaRoles,
  nobodyOverrides,
  openWatches,
];

/** What *remove* claims, that the namespace is frozen still, and that no pod is left which nothing holds. */
export const REMOVAL: readonly Verification[] = [noPods, nothingCanStart, volumesKept, ...FREEZE, ...HELD];

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
import { nodesProxy } from './nodes-proxy.ts';
import { nothingCanStart } from './nothing-can-start.ts';
import { openWatches } from './open-watches.ts';
import { podIdentityGone } from './pod-identity-gone.ts';
import { podsRefused } from './pods-refused.ts';
import { policyEnforcerPresent } from './policy-enforcer-present.ts';
import type { Verification } from './proof.ts';
import { quotaInForce } from './quota-in-force.ts';
import { servicesEmpty } from './services-empty.ts';
import { sessionsEnded } from './sessions-ended.ts';
import { targetUnchanged } from './target-unchanged.ts';
import { tokensRefused } from './tokens-refused.ts';
import { volumesKept } from './volumes-kept.ts';
import { writesUnchanged } from './writes-unchanged.ts';

/** What rests on the audit log, which arrives some minutes later: looked at at once, and again when it is there. */
export const SESSIONS: readonly Verification[] = [sessionsEnded];

/** What *isolate* claims. */
export const ISOLATION: readonly Verification[] = [
  targetUnchanged,
  podsRefused,
  execRefused,
  freezePolicyInForce,
  quotaInForce,
  writesUnchanged,
  ...SESSIONS,
  denyAllInForce,
  noOtherNetworkRules,
  policyEnforcerPresent,
  denialOnNodes,
  connectionsCut,
  servicesEmpty,
  bindingsCut,
  accountsPowerless,
  tokensRefused,
  podIdentityGone,
  irsaRoles,
  nobodyOverrides,
  nodesProxy,
  openWatches,
];

/** What *remove* claims; and all of the isolation again, as some of it is about nothing once the pods have ended. */
export const REMOVAL: readonly Verification[] = [noPods, nothingCanStart, volumesKept, ...ISOLATION];

import { apiServices } from './api-services.ts';
import { capabilities } from './capabilities.ts';
import { conversions } from './conversions.ts';
import type { DangerKind } from './danger.ts';
import { deadWebhooks } from './dead-webhooks.ts';
import { dependents } from './dependents.ts';
import { finalizers } from './finalizers.ts';
import { gitops } from './gitops.ts';
import { mutatingPolicies } from './mutating-policies.ts';
import { networkEnforcement } from './network-enforcement.ts';
import { pods } from './pods.ts';
import { policies } from './policies.ts';
import { webhooks } from './webhooks.ts';

/** The gravest first. */
export const DANGERS: readonly DangerKind[] = [
  webhooks,
  deadWebhooks,
  apiServices,
  conversions,
  policies,
  mutatingPolicies,
  networkEnforcement,
  pods,
  finalizers,
  gitops,
  capabilities,
  dependents,
];

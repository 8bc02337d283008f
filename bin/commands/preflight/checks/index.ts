import type { PreflightCheck } from '../check.ts';
import { apiServer } from './api-server.ts';
import { awsAuth } from './aws-auth.ts';
import { networkEnforcer } from './network-enforcer.ts';
import { policies } from './policies.ts';
import { quarantined } from './quarantined.ts';
import { roleBindings, roles } from './roles.ts';
import { webhooks } from './webhooks.ts';

/** In the order in which they are told and their fixes are done: what would refuse a later fix goes first. */
export const PREFLIGHT_CHECKS: readonly PreflightCheck[] = [
  apiServer,
  webhooks,
  awsAuth,
  roleBindings,
  roles,
  policies,
  quarantined,
  networkEnforcer,
];

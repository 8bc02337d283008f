import type { AwsCheck } from '../check.ts';
import { accessEntries } from './access-entries.ts';
import { auditLog } from './audit-log.ts';
import { authenticationMode } from './authentication-mode.ts';
import { bootstrap } from './bootstrap.ts';
import { capabilities } from './capabilities.ts';
import { centralLogs } from './central-logs.ts';
import { cluster } from './cluster.ts';
import { clusterVersion } from './cluster-version.ts';
import { concurrency } from './concurrency.ts';
import { configuration } from './configuration.ts';
import { containerInsights } from './container-insights.ts';
import { credentials } from './credentials.ts';
import { endpoint } from './endpoint.ts';
import { filterPattern } from './filter-pattern.ts';
import { flowLogs } from './flow-logs.ts';
import { guardduty } from './guardduty.ts';
import { imageScans } from './image-scans.ts';
import { logBudget } from './log-budget.ts';
import { logGroup } from './log-group.ts';
import { network } from './network.ts';
import { routes } from './routes.ts';
import { sameCluster } from './same-cluster.ts';
import { secrets } from './secrets.ts';
import { securityHub } from './security-hub.ts';
import { stack } from './stack.ts';
import { subscriptionFilters } from './subscription-filters.ts';
import { subscriptions } from './subscriptions.ts';
import { takenOut } from './taken-out.ts';
import { trail } from './trail.ts';
import { transformer } from './transformer.ts';

/** In the order in which they are told and their fixes are done. */
export const AWS_CHECKS: readonly AwsCheck[] = [
  credentials,
  configuration,
  bootstrap,
  stack,
  takenOut,
  cluster,
  sameCluster,
  clusterVersion,
  auditLog,
  logGroup,
  subscriptionFilters,
  filterPattern,
  transformer,
  centralLogs,
  authenticationMode,
  accessEntries,
  endpoint,
  network,
  routes,
  concurrency,
  subscriptions,
  secrets,
  securityHub,
  trail,
  logBudget,
  capabilities,
  containerInsights,
  flowLogs,
  guardduty,
  imageScans,
];

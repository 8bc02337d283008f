import type { LiveProbe } from '../probe.ts';
import { deliveryMetrics } from './delivery-metrics.ts';
import { exemptIdentities } from './exempt-identities.ts';
import { failureLines } from './failure-lines.ts';
import { filterSlots } from './filter-slots.ts';
import { insightsScans } from './insights-scans.ts';
import { messages } from './messages.ts';
import { metricMaths } from './metric-maths.ts';
import { ownCalls } from './own-calls.ts';
import { roleRights } from './role-rights.ts';
import { stateMachines } from './state-machines.ts';
import { threatDetails } from './threat-details.ts';

/** What costs nothing first; the queries over the audit log last. */
export const LIVE_PROBES: readonly LiveProbe[] = [
  roleRights,
  stateMachines,
  deliveryMetrics,
  filterSlots,
  failureLines,
  metricMaths,
  messages,
  ownCalls,
  threatDetails,
  insightsScans,
  exemptIdentities,
];

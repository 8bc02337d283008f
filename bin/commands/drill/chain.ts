/** The deployed way from the audit log to the alert, as its traces show it: the log, the findings table, the stored alert. */

import type { Alert } from '../../../functions/contract/alert.ts';
import type { DrillState } from '../../../functions/contract/drill.ts';
import { gradeOf } from '../../../functions/contract/grade.ts';
import { counted } from '../../../functions/kit/words.ts';
import { epochOf } from './epoch.ts';
import type { LinkAnswer, Wait } from './link.ts';

/** What the findings table holds of the way of a finding. */
export interface FindingTrace {
  state: string;
  /** Epoch milliseconds. */
  claimedAt?: number;
  drill?: DrillState;
  /** The ids of the destinations that have had the alert. */
  delivered: readonly string[];
  receipts: readonly TraceReceipt[];
}

/** That a service took the message for a destination. */
interface TraceReceipt {
  destination: string;
  /** RFC 3339. */
  at: string;
  messageId: string;
}

/** What is asked of the deployment. All calls throw what the service answers. */
export interface DrillChain {
  /** When CloudWatch Logs took the line about the creation, in epoch milliseconds; undefined where it has none. */
  logged(namespace: string, from: number, signal: AbortSignal): Promise<number | undefined>;
  trace(findingId: string, signal: AbortSignal): Promise<FindingTrace | undefined>;
  alert(findingId: string, signal: AbortSignal): Promise<Alert | undefined>;
}

/** How long each link is waited for, in milliseconds. */
export interface ChainLimits {
  logMs: number;
  findingMs: number;
  investigationMs: number;
  alertMs: number;
}

export interface Followed {
  findingId: string;
  namespace: string;
  madeAt: number;
}

/** EKS writes lines with the clock of the API server, which may be behind ours. */
const CLOCKS_MS = 60_000;

/** The audit log, or what it has led to: who may not read the log sees by the finding that it arrived. */
export const auditLogLink = (
  chain: DrillChain,
  { findingId, namespace, madeAt }: Followed,
  { logMs }: ChainLimits,
): Wait => ({
  id: 'audit-log',
  name: 'audit log in CloudWatch Logs',
  limitMs: logMs,
  fix: 'is the audit log of the cluster on? "sentinel preflight" says so (audit-log, log-group)',
  async ask(signal) {
    const [line, trace] = await Promise.allSettled([
      chain.logged(namespace, madeAt - CLOCKS_MS, signal),
      chain.trace(findingId, signal),
    ]);
    if (line.status === 'fulfilled' && line.value !== undefined)
      return { at: line.value, says: 'CloudWatch Logs has the line of the API server.' };
    if (trace.status === 'fulfilled' && trace.value)
      return { says: 'The finding is there, so the line has arrived; when it arrived was not seen.' };
    for (const each of [line, trace]) if (each.status === 'rejected') throw each.reason;
    return undefined;
  },
});

export const findingLink = (chain: DrillChain, { findingId }: Followed, { findingMs }: ChainLimits): Wait => ({
  id: 'finding',
  name: 'finding in the table',
  limitMs: findingMs,
  fix: 'look for what is broken between the log and detect: "sentinel preflight" (subscription-filters), the alarms of detect, and its log',
  async ask(signal) {
    const trace = await chain.trace(findingId, signal);
    if (!trace) return undefined;
    const at = trace.claimedAt === undefined ? {} : { at: trace.claimedAt };
    if (trace.drill !== 'registered')
      return {
        ...at,
        state: 'failed',
        says: 'detect has found it, and does not know it as the drill that was registered: its messages are not marked.',
        fix: 'is detect of this version? Compare the clocks, and who made the namespace with whom the drill was registered for',
      };
    return { ...at, says: `detect has found it: ${findingId}, marked as a drill.` };
  },
});

export const investigationLink = (
  chain: DrillChain,
  { findingId }: Followed,
  { investigationMs }: ChainLimits,
): Wait => ({
  id: 'investigation',
  name: 'investigation',
  limitMs: investigationMs,
  fix: 'look at the log of the function investigate, and its alarms; "sentinel redrive" lists what failed in all tries',
  async ask(signal) {
    const alert = await chain.alert(findingId, signal);
    return alert && investigated(alert);
  },
});

function investigated(alert: Alert): LinkAnswer {
  const at = epochOf(alert.investigatedAt);
  const time = at === undefined ? {} : { at };
  if (alert.investigationFailed !== undefined)
    return {
      ...time,
      state: 'failed',
      says: `It failed, and the alert went out without it: ${alert.investigationFailed}`,
      fix: 'look at the log of the function investigate',
    };
  const { evidence = [] } = alert;
  const silent = evidence.filter(({ status }) => status === 'not-checked').map(({ check }) => check);
  const open = silent.length === 0 ? 'each gave an answer' : `without an answer: ${silent.join(', ')}`;
  return { ...time, says: `${gradeOf(alert)}, by ${counted(evidence.length, 'check')}; ${open}.` };
}

export const alertLink = (
  chain: DrillChain,
  { findingId }: Followed,
  destination: { id: string; isTopic: boolean },
  { alertMs }: ChainLimits,
): Wait => ({
  id: `alert-${destination.id}`,
  name: `alert: ${destination.id}`,
  limitMs: alertMs,
  fix: 'look at the log of the function alert, its alarms, and the key; "sentinel redrive" lists what failed in all tries',
  async ask(signal) {
    const trace = await chain.trace(findingId, signal);
    if (!trace?.delivered.includes(destination.id)) return undefined;
    const receipt = trace.receipts.find((each) => each.destination === destination.id);
    const at = epochOf(receipt?.at);
    const service = destination.isTopic ? 'SNS' : 'EventBridge';
    return {
      ...(at !== undefined && { at }),
      says: `${service} took the message${receipt ? ` as ${receipt.messageId}` : ''}.`,
    };
  },
});

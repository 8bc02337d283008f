/** What a person reads of a stored finding. */
import type { StoredFinding } from '../../../functions/clients/table/stored-findings.ts';
import { actorKey } from '../../../functions/contract/actor-key.ts';
import type { DrillState } from '../../../functions/contract/drill.ts';
import type { Grade } from '../../../functions/contract/vocabulary.ts';
import { defined } from '../../../functions/kit/defined.ts';

/**
 * - `open`: its alert is out, and nobody has done or said anything.
 * - `not-alerted`: found, and on the way to its alert.
 * - `contained`, `partly-contained`, `released`, `partly-released`: what the last playbook came to.
 * - `legitimate`: a person has closed it.
 * - `accepted`: a person has accepted all that it shows, so it is reported in the daily digest.
 * - `digested`: reported in a digest.
 * - `recorded`: written down, as a name that is taken is; it does not alert.
 */
export const FINDING_STATES = [
  'open',
  'not-alerted',
  'contained',
  'partly-contained',
  'released',
  'partly-released',
  'legitimate',
  'accepted',
  'digested',
  'recorded',
] as const;
export type FindingState = (typeof FINDING_STATES)[number];

export interface Summary {
  id: string;
  state: FindingState;
  /** Absent where it was not investigated. */
  severity?: Grade;
  score?: number;
  outcome: string;
  cluster?: string;
  region?: string;
  account?: string;
  namespace?: string;
  creator: string;
  /** `registered`, or `said`: then nothing confirms it. */
  drill?: DrillState;
  /** When the API server got the request (RFC 3339). */
  at?: string;
}

export function summaryOf(stored: StoredFinding): Summary {
  const { id, finding, told, latest = told } = stored;
  const { cluster, namespace, actor, request, outcome } = finding;
  const isJudged = latest !== undefined && (latest.score !== undefined || !latest.digested);
  return {
    id,
    state: stateOf(stored),
    ...defined({
      severity: isJudged ? (latest.severity ?? 'UNKNOWN') : undefined,
      score: latest?.score,
      cluster: cluster.name,
      region: cluster.region,
      account: cluster.account,
      namespace: namespace.name,
      at: request.at ?? namespace.createdAt,
      drill: finding.drill,
    }),
    outcome,
    creator: actorKey(actor),
  };
}

/** What came last counts: a namespace can be contained after it was closed, and closed after it was contained. */
function stateOf({ state, told, latest = told, closed, playbookEnd }: StoredFinding): FindingState {
  const end = playbookEnd && toState(playbookEnd.outcome);
  if (end && !(closed && closed.decidedAt > (playbookEnd?.at ?? ''))) return end;
  if (closed) return 'legitimate';
  if (state === 'claimed' || state === 'handed-over') return 'not-alerted';
  if (latest?.accepted) return 'accepted';
  if (latest?.digested) return 'digested';
  return state === 'alerted' ? 'open' : 'recorded';
}

const toState = (outcome: string): FindingState | undefined => FINDING_STATES.find((state) => state === outcome);

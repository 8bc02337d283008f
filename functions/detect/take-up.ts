/** What is done about one finding: investigated at once, written down for a digest, or known already. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Investigator } from '../clients/send/investigator.ts';
import type { DigestGatekeeper } from '../clients/table/digests.ts';
import type { Claim, Claims } from '../clients/table/findings-table.ts';
import { hourOf } from '../contract/digest.ts';
import type { Finding } from '../contract/finding.ts';
import type { DigestReason } from '../contract/vocabulary.ts';
import { defined } from '../kit/defined.ts';
import { contradiction } from './contradiction.ts';

/** By which a finding is taken up. */
export interface TakeUpClients {
  table: Claims;
  digests: Pick<DigestGatekeeper, 'isSingle' | 'isPrompt' | 'followsRefusal' | 'add'>;
  investigator: Investigator;
}

export interface TakeUpSettings {
  /**
   * Pauses before a held claim is asked for again. Two filters that deliver one line, or CloudWatch Logs delivering
   * twice, meet each other here, and the other one is done in a moment.
   */
  heldPausesMs: readonly number[];
}

/**
 * Longer than the function may run, so that no two work on one finding; shorter than the minute that Lambda waits
 * before its first retry of an asynchronous invocation, so that the retry after a crash finds the claim free.
 */
export const LEASE_MS = 45_000;

/** What became of it. */
export type TakenUp = 'handedOver' | 'recorded' | 'digested' | 'duplicates';

/**
 * Takes one finding as far as its outcome asks.
 *
 * @param at epoch milliseconds of the log event
 */
export async function handle(
  finding: Finding,
  at: number,
  clients: TakeUpClients,
  settings: TakeUpSettings,
): Promise<TakenUp> {
  if (finding.outcome === 'already-exists') {
    await clients.table.record(finding);
    return 'recorded';
  }
  const reason = await digestReason(finding, hourOfEvent(finding, at), clients);
  const { done, known } = await (reason === undefined
    ? takeUp(finding, clients, settings)
    : recordForDigest(finding, reason, clients));
  if (done !== 'duplicates' || known === undefined) return done;
  const other = contradiction(finding, known);
  return other && finding.source.kind === 'audit-log' ? handle(other, at, clients, settings) : done;
}

interface Handled {
  done: TakenUp;
  /** The finding that is written down under this id, as JSON text. */
  known?: string;
}

/** Why a finding is reported in a digest, and investigated later if at all; undefined where it is taken up at once. */
async function digestReason(
  finding: Finding,
  hour: string,
  { digests }: TakeUpClients,
): Promise<DigestReason | undefined> {
  if (finding.outcome === 'created')
    return (await digests.isPrompt(finding, hour)) || (await digests.followsRefusal(finding)) ? undefined : 'flood';
  if (await digests.isSingle(finding, hour)) return undefined;
  return finding.outcome === 'outcome-unknown' ? 'outcome-unknown' : 'refused';
}

async function takeUp(finding: Finding, clients: TakeUpClients, { heldPausesMs }: TakeUpSettings): Promise<Handled> {
  const { table, investigator } = clients;
  const claim = await claimPatiently(finding, table, heldPausesMs);
  if (claim.state === 'done') return { done: 'duplicates', ...defined({ known: claim.known }) };
  if (claim.state === 'held')
    throw new Error(`finding ${finding.id} is claimed until ${new Date(claim.until).toISOString()}`);
  try {
    await investigator.start({ finding });
  } catch (error) {
    // If this fails too, the lease runs out before the next retry.
    await table.releaseClaim(finding.id, claim.token).catch(() => {});
    throw error;
  }
  // Lambda has it. If this write is lost, the alert's own lease marks the finding as handed over, and ends duplicates.
  await table.handedOver(finding.id, claim.token).catch(() => {});
  return { done: 'handedOver' };
}

async function claimPatiently(finding: Finding, table: Claims, pausesMs: readonly number[]): Promise<Claim> {
  for (const pause of pausesMs) {
    const claim = await table.claim(finding, LEASE_MS);
    if (claim.state !== 'held') return claim;
    await sleep(pause);
  }
  return table.claim(finding, LEASE_MS);
}

/**
 * The hour in which the API server received the request, or in which CloudWatch Logs got the line where that was cut off: a
 * late redelivery asks about the same hour.
 */
function hourOfEvent({ request }: Finding, at: number): string {
  const received = Date.parse(request.at ?? '');
  return hourOf(Number.isNaN(received) ? at : received);
}

/**
 * Nothing is lost and nothing counted twice where the delivery comes again, or the line by both filters at once: the finding is
 * written down first, by whom it is counted with it, and as counted last. What was created, or may have been, is looked at when
 * there is capacity.
 */
async function recordForDigest(
  finding: Finding,
  reason: DigestReason,
  { table, digests }: TakeUpClients,
): Promise<Handled> {
  const claim = await table.recordForDigest(finding, reason !== 'refused', LEASE_MS);
  if (claim.state === 'done') return { done: 'duplicates', ...defined({ known: claim.known }) };
  await digests.add(finding, reason);
  await table.counted(finding.id);
  return { done: 'digested' };
}

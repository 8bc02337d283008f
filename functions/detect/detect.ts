import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Investigator } from '../clients/send/investigator.ts';
import type { RejectedRecords } from '../clients/send/rejected-records.ts';
import type { CanaryArrival, CanaryArrivals } from '../clients/table/canaries.ts';
import type { DigestGatekeeper } from '../clients/table/digests.ts';
import type { DrillArrivals } from '../clients/table/drills.ts';
import type { Claim, Claims } from '../clients/table/findings-table.ts';
import { CANARY_LATE_MS, READ_BY_WATCH } from '../contract/canary.ts';
import type { Deletion } from '../contract/deletion.ts';
import { hourOf } from '../contract/digest.ts';
import type { DrillSighting } from '../contract/drill.ts';
import type { Cluster, Finding } from '../contract/finding.ts';
import type { DigestReason } from '../contract/vocabulary.ts';
import { defined } from '../kit/defined.ts';
import { attribute, type CentralLogs } from './attribution.ts';
import { contradiction } from './contradiction.ts';
import { judgeWithin, LONG_LINE } from './judge-within.ts';
import { type LogsPayload, PayloadError, unpack } from './payload.ts';
import { type RecordOrigin, rejectedRecord } from './rejected.ts';

export interface DetectClients {
  table: Claims;
  digests: Pick<DigestGatekeeper, 'isSingle' | 'isPrompt' | 'followsRefusal' | 'add'>;
  investigator: Investigator;
  rejected: RejectedRecords;
  canaries: CanaryArrivals;
  drills: DrillArrivals;
  /** Counts a canary that arrived in time, for the alarm of its cluster. */
  canaryArrived(cluster: string): void;
  /** Counts events of an account or Region that the configuration does not name, for its alarm. */
  notConfigured(source: NotConfigured): void;
}

/** Events of a log group that no configured cluster has written. */
export interface NotConfigured {
  logGroup: string;
  /** As far as CloudWatch Logs tells it. */
  cluster: Cluster;
  events: number;
}

export interface DetectSettings {
  /** Cap on a payload's unpacked size, in bytes. */
  maxUnzippedBytes: number;
  /** The Region that the function runs in: subscriptions do not cross Regions. */
  region: string;
  /**
   * Pauses before a held claim is asked for again. Two filters that deliver one line, or CloudWatch Logs delivering
   * twice, meet each other here, and the other one is done in a moment.
   */
  heldPausesMs: readonly number[];
  /** Log groups into which logs of other accounts or Regions are copied. @default none */
  central?: CentralLogs;
}

/**
 * Longer than the function may run, so that no two work on one finding; shorter than the minute that Lambda waits
 * before its first retry of an asynchronous invocation, so that the retry after a crash finds the claim free.
 */
export const LEASE_MS = 45_000;

/** Findings handled side by side: a burst of a thousand creations has to fit into one invocation. */
const WIDTH = 25;

/** What became of a delivery's records, counted. */
export interface DetectSummary {
  records: number;
  /** Audit events of something else. */
  nothing: number;
  /** Not understood, and kept. */
  rejected: number;
  /** Handed over to *investigate*. */
  handedOver: number;
  /** Written down only: the namespace existed already. */
  recorded: number;
  /** Written down, and reported in the digest of the hour. */
  digested: number;
  /** Written down with the finding of the namespace: it was deleted. */
  deleted: number;
  /** Delivered before. */
  duplicates: number;
  /** Of *watch*: what shows that this works. */
  canaries: number;
  /** Of these, of an account or Region that the configuration does not name; they are handled like all others. */
  notConfigured: number;
  /** Could not be handled: the delivery has to come again. Those that could are done and will be skipped then. */
  failed: number;
}

/** Nothing counted yet. */
export const emptySummary = (): DetectSummary => ({
  records: 0,
  nothing: 0,
  rejected: 0,
  handedOver: 0,
  recorded: 0,
  digested: 0,
  deleted: 0,
  duplicates: 0,
  canaries: 0,
  notConfigured: 0,
  failed: 0,
});

/**
 * Handles one delivery of the subscription.
 *
 * @param failed is told about each record that could not be handled; the others go on
 * @throws when not even an unreadable payload could be kept
 */
export async function detect(
  event: unknown,
  clients: DetectClients,
  settings: DetectSettings,
  failed: (error: unknown) => void,
): Promise<DetectSummary> {
  const summary = emptySummary();
  let payload: LogsPayload;
  try {
    payload = await unpack(event, settings.maxUnzippedBytes);
  } catch (error) {
    if (!(error instanceof PayloadError)) throw error;
    await clients.rejected.keep(rejectedRecord(error.message, JSON.stringify(event) ?? String(event)));
    return { ...summary, records: 1, rejected: 1 };
  }
  if (payload.messageType === 'CONTROL_MESSAGE') return summary;

  const { owner, logGroup, logStream, subscriptionFilters: filters = [], logEvents } = payload;
  const isDelivered = !filters.includes(READ_BY_WATCH);
  const place = { logGroup, owner, region: settings.region };
  const strangers = new Map<string, NotConfigured>();
  // A payload may hold an event twice.
  const ids = new Set<string>();
  const deletions: Deletion[] = [];
  const count = (what: keyof DetectSummary): void => {
    summary[what]++;
  };
  const tasks = new Tasks((error) => {
    count('failed');
    failed(error);
  });
  for (const { id: eventId, message, timestamp, extractedFields } of longLinesLast(logEvents)) {
    const { cluster, home, isConfigured } = attribute(extractedFields, place, settings.central ?? {});
    if (!isConfigured) countStranger(strangers, logGroup, cluster);
    const origin: RecordOrigin = { logGroup, logStream, eventId };
    for (const verdict of judgeWithin({ text: message, cluster, ...defined({ home }), ...origin })) {
      if (verdict.kind === 'nothing') count('nothing');
      else if (verdict.kind === 'rejected')
        await tasks.begin(async () => {
          await clients.rejected.keep(rejectedRecord(verdict.reason, message, origin));
          count('rejected');
        });
      else if (verdict.kind === 'deletion') deletions.push(verdict.deletion);
      else if (verdict.kind === 'canary')
        await tasks.begin(async () => count(await greet({ ...verdict.sighting, isDelivered }, cluster, clients)));
      else if (ids.has(verdict.finding.id)) count('duplicates');
      else {
        ids.add(verdict.finding.id);
        await tasks.begin(async () => {
          const finding = await markedAsDrill(verdict, clients);
          count(await handle(finding, timestamp, clients, settings));
        });
      }
    }
  }
  summary.records = logEvents.length;
  for (const stranger of strangers.values()) {
    summary.notConfigured += stranger.events;
    clients.notConfigured(stranger);
  }
  await tasks.end();
  // What was made and deleted in one delivery has its finding by now. Of other namespaces nobody keeps a history.
  for (const deletion of deletions)
    await tasks.begin(async () => count((await clients.table.deleted(deletion)) ? 'deleted' : 'nothing'));
  await tasks.end();
  return summary;
}

/**
 * Takes up namespaces that *watch* found and no record explains.
 *
 * @param failed is told about each that could not be handled; the others go on
 */
export async function takeUpUnexplained(
  findings: readonly Finding[],
  clients: DetectClients,
  settings: DetectSettings,
  failed: (error: unknown) => void,
): Promise<DetectSummary> {
  const summary = { ...emptySummary(), records: findings.length };
  const tasks = new Tasks((error) => {
    summary.failed++;
    failed(error);
  });
  for (const finding of findings)
    await tasks.begin(async () => void summary[await handle(finding, Date.now(), clients, settings)]++);
  await tasks.end();
  return summary;
}

function countStranger(strangers: Map<string, NotConfigured>, logGroup: string, cluster: Cluster): void {
  const key = JSON.stringify([cluster.account, cluster.region]);
  const known = strangers.get(key) ?? { logGroup, cluster, events: 0 };
  strangers.set(key, { ...known, events: known.events + 1 });
}

/** What is judged at once comes first: a line that is long, or made to be slow, keeps no other waiting. */
const longLinesLast = <T extends { message: string }>(events: readonly T[]): T[] => [
  ...events.filter(({ message }) => message.length < LONG_LINE),
  ...events.filter(({ message }) => message.length >= LONG_LINE),
];

/** Work that goes on while further lines are judged, at most {@link WIDTH} at a time. */
class Tasks {
  readonly #running = new Set<Promise<void>>();
  readonly #failed: (error: unknown) => void;

  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  /** Begins it, and lets it send its first request before the next line is judged. */
  async begin(work: () => Promise<void>): Promise<void> {
    while (this.#running.size >= WIDTH) await Promise.race(this.#running);
    const task = work()
      .catch(this.#failed)
      .finally(() => this.#running.delete(task));
    this.#running.add(task);
    await nextTurn();
  }

  async end(): Promise<void> {
    await Promise.all(this.#running);
  }
}

/** The mark changes what it is called, and nothing of what is done about it. */
async function markedAsDrill(
  { finding, drill }: { finding: Finding; drill?: DrillSighting },
  { drills }: DetectClients,
): Promise<Finding> {
  if (!drill || !(await drills.arrived(drill, finding.cluster))) return finding;
  return { ...finding, drill: 'registered' };
}

/**
 * Takes one finding as far as its outcome asks.
 *
 * @param at epoch milliseconds of the log event
 */
async function handle(
  finding: Finding,
  at: number,
  clients: DetectClients,
  settings: DetectSettings,
): Promise<keyof DetectSummary> {
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
  done: keyof DetectSummary;
  /** The finding that is written down under this id, as JSON text. */
  known?: string;
}

/** Why a finding is reported in a digest, and investigated later if at all; undefined where it is taken up at once. */
async function digestReason(
  finding: Finding,
  hour: string,
  { digests }: DetectClients,
): Promise<DigestReason | undefined> {
  if (finding.outcome === 'created')
    return (await digests.isPrompt(finding, hour)) || (await digests.followsRefusal(finding)) ? undefined : 'flood';
  if (await digests.isSingle(finding, hour)) return undefined;
  return finding.outcome === 'outcome-unknown' ? 'outcome-unknown' : 'refused';
}

async function takeUp(finding: Finding, clients: DetectClients, { heldPausesMs }: DetectSettings): Promise<Handled> {
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

/**
 * A canary shows that the way works as it is now: one that was long on it, or that *watch* has read in the log, is recognised, and
 * not counted for the alarm.
 */
async function greet(sighting: CanaryArrival, cluster: Cluster, clients: DetectClients): Promise<keyof DetectSummary> {
  const sentAt = await clients.canaries.arrived(sighting, cluster);
  if (sentAt === undefined) return 'nothing';
  if (sighting.isDelivered && Date.now() - sentAt <= CANARY_LATE_MS) clients.canaryArrived(cluster.name ?? '');
  return 'canaries';
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
  { table, digests }: DetectClients,
): Promise<Handled> {
  const claim = await table.recordForDigest(finding, reason !== 'refused', LEASE_MS);
  if (claim.state === 'done') return { done: 'duplicates', ...defined({ known: claim.known }) };
  await digests.add(finding, reason);
  await table.counted(finding.id);
  return { done: 'digested' };
}

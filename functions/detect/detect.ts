import type { RejectedRecords } from '../clients/send/rejected-records.ts';
import type { CanaryArrival, CanaryArrivals } from '../clients/table/canaries.ts';
import type { DrillArrivals } from '../clients/table/drills.ts';
import { CANARY_LATE_MS, READ_BY_WATCH } from '../contract/canary.ts';
import type { Deletion } from '../contract/deletion.ts';
import type { DrillSighting } from '../contract/drill.ts';
import type { Cluster, Finding } from '../contract/finding.ts';
import { defined } from '../kit/defined.ts';
import { attribute, type CentralLogs } from './attribution.ts';
import { judgeWithin, LONG_LINE } from './judge-within.ts';
import { type LogsPayload, PayloadError, unpack } from './payload.ts';
import { type RecordOrigin, rejectedRecord } from './rejected.ts';
import { handle, type TakeUpClients, type TakeUpSettings } from './take-up.ts';
import { Tasks } from './tasks.ts';

export interface DetectClients extends TakeUpClients {
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

export interface DetectSettings extends TakeUpSettings {
  /** Cap on a payload's unpacked size, in bytes. */
  maxUnzippedBytes: number;
  /** The Region that the function runs in: subscriptions do not cross Regions. */
  region: string;
  /** Log groups into which logs of other accounts or Regions are copied. @default none */
  central?: CentralLogs;
}

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

/** The mark changes what it is called, and nothing of what is done about it. */
async function markedAsDrill(
  { finding, drill }: { finding: Finding; drill?: DrillSighting },
  { drills }: DetectClients,
): Promise<Finding> {
  if (!drill || !(await drills.arrived(drill, finding.cluster))) return finding;
  return { ...finding, drill: 'registered' };
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

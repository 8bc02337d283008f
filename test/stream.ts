/** Streams of audit events through the real handlers but *investigate*, in memory and with a clock of their own. */
import type { Context } from 'aws-lambda';
import { DESTINATIONS } from '../functions/alert/destinations/index.ts';
import { createHandler as createAlert } from '../functions/alert/handler.ts';
import { LocalCanaries } from '../functions/clients/local/canaries.ts';
import { localDigests } from '../functions/clients/local/digest-store.ts';
import { LocalDrills } from '../functions/clients/local/drills.ts';
import { LocalFindingsTable } from '../functions/clients/local/findings-table.ts';
import { LocalJobRuns } from '../functions/clients/local/job-runs.ts';
import { LocalRejectedRecords } from '../functions/clients/local/rejected-records.ts';
import { bodies, LocalSender } from '../functions/clients/local/sender.ts';
import type { Alert } from '../functions/contract/alert.ts';
import type { Digest } from '../functions/contract/digest-message.ts';
import type { Finding } from '../functions/contract/finding.ts';
import type { Assessment, Evidence, InvestigationRequest } from '../functions/contract/investigation.ts';
import type { Limit, Severity } from '../functions/contract/vocabulary.ts';
import { createHandler as createDetect } from '../functions/detect/handler.ts';
import { createHandler as createWatch } from '../functions/watch/handler.ts';
import { type AgendaClients, agenda } from '../functions/watch/jobs/agenda.ts';
import { type DueDigestClients, digests } from '../functions/watch/jobs/digests.ts';
import { failed, succeeded } from './alert/records.ts';
import { creation, delivery, line, refusal } from './detect/events.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-11-23T07:00:00Z');
const context = { functionName: 'f', awsRequestId: 'r', getRemainingTimeInMillis: () => 30_000 } as Context;

/** What an investigation says; `throttled` where Lambda could not run it in time, `limited` where limits kept it from asking. */
export type Result = Severity | 'throttled' | 'limited';

/** What an investigation answers. */
type Investigation = { evidence: Evidence[]; assessment: Assessment };

/** All handlers but *investigate*, whose answers are given, with a clock of its own. */
export class World {
  now = START;
  /** By the name of the namespace, or of the actor. */
  resultOf: (finding: Finding) => Result = () => 'LOW';
  /** What an investigation comes to that was not throttled. */
  investigationOf: (finding: Finding, result: Exclude<Result, 'throttled'>) => Investigation = (_, result) => ({
    evidence: [{ check: 'c', question: 'q?', status: 'clear', summary: 's.' }],
    assessment: assessmentOf(result),
  });
  readonly canaries = new LocalCanaries();
  readonly table = new LocalFindingsTable(() => this.now);
  readonly digests = localDigests(() => this.now);
  readonly sender = new LocalSender();
  readonly #requests: InvestigationRequest[] = [];
  readonly #investigator = { start: async (request: InvestigationRequest) => void this.#requests.push(request) };
  readonly #detect = createDetect(
    {
      table: this.table,
      digests: this.digests,
      investigator: this.#investigator,
      rejected: new LocalRejectedRecords(),
      canaries: this.canaries,
      drills: new LocalDrills(),
    },
    { maxUnzippedBytes: 2 ** 26, region: 'eu-central-1', heldPausesMs: [] },
  );
  readonly #alert = createAlert(
    {
      table: this.table,
      digests: this.digests,
      senders: { sns: this.sender, eventbridge: this.sender },
      archive: { store: async (key) => `s3://evidence/${key}` },
    },
    { destinations: DESTINATIONS.slice(0, 1), leaseMs: 45_000, archiveMs: 1_000, recordPausesMs: [] },
    () => this.now,
  );
  readonly #watch = createWatch<AgendaClients & DueDigestClients>({
    jobs: [agenda, digests],
    clients: {
      table: this.table,
      digests: this.digests,
      investigator: this.#investigator,
      messages: { send: async (digest) => void (await this.#alert({ digest }, context)) },
    },
    runs: new LocalJobRuns(),
    settings: { maxPerRun: 100, role: '' },
    clusters: [],
    now: () => this.now,
  });

  async deliver(lines: readonly string[]): Promise<void> {
    for (let start = 0; start < lines.length; start += 500) {
      const messages = lines.slice(start, start + 500);
      const logEvents = messages.map((message) => ({
        id: String(++counter).padStart(56, '0'),
        timestamp: this.now,
        message,
      }));
      await this.#detect(delivery([], { logEvents }), context);
      await this.#investigateAll();
    }
  }

  /** Lets time pass, with a run of *watch* every five minutes. */
  async pass(minutes: number): Promise<void> {
    const end = this.now + minutes * MINUTE;
    while (this.now < end) {
      this.now = Math.min(end, this.now + 5 * MINUTE);
      await this.#watch({}, context);
      await this.#investigateAll();
    }
  }

  async #investigateAll(): Promise<void> {
    for (const request of this.#requests.splice(0)) {
      this.investigations.push({ name: request.finding.namespace.name, at: this.now });
      const result = this.resultOf(request.finding);
      const record =
        result === 'throttled'
          ? { ...failed({}), requestContext: { ...failed({}).requestContext, condition: 'EventAgeExceeded' } }
          : succeeded({
              schemaVersion: 1,
              findingId: request.finding.id,
              ...this.investigationOf(request.finding, result),
            });
      await this.#alert({ ...record, requestPayload: request }, context);
    }
  }

  /** What was investigated, and when. */
  readonly investigations: { name: string | undefined; at: number }[] = [];
  get investigated(): number {
    return this.investigations.length;
  }
  get investigatedNames(): Set<string | undefined> {
    return new Set(this.investigations.map(({ name }) => name));
  }
  /** Minutes after the first investigation. */
  looks(of: string): number[] {
    const [first, ...others] = this.investigations.filter(({ name }) => name === of).map(({ at }) => at);
    return others.map((at) => (at - (first ?? 0)) / MINUTE);
  }
  findings = (): Finding[] => [...this.table.items.values()].flatMap(({ finding }) => finding ?? []);
  /** It is written down, and waits for its first investigation. */
  isDeferred = (name: string): boolean =>
    [...this.table.items.values()].some(
      ({ finding, agenda }) => finding?.namespace.name === name && agenda === 'deferred',
    );

  messages = (): (Alert | Digest)[] =>
    this.sender.sent.map(({ message }) => JSON.parse(bodies(message).default) as Alert | Digest);
  alerts = (): Alert[] => this.messages().filter((message): message is Alert => 'finding' in message);
  digested = (): Digest[] => this.messages().filter((message): message is Digest => 'kind' in message);
  /** Of what was reported on its own. */
  actors = (): (string | undefined)[] => this.alerts().map(({ finding }) => finding.actor.username);
  told = (): (string | undefined)[] => this.alerts().map(({ finding }) => finding.namespace.name);
}

const assessmentOf = (result: Exclude<Result, 'throttled'>): Assessment => {
  if (result !== 'limited') return { score: 50, severity: result, indicators: [] };
  const limits: Limit[] = ['log-budget'];
  return {
    score: 0,
    severity: 'UNKNOWN',
    atLeast: 'LOW',
    indicators: [],
    couldChange: [{ check: 'c', upTo: 75, limits }],
    limits,
  };
};

let counter = 0;
export const at = (now: number) => new Date(now).toISOString().replace('Z', '000Z');
export const denied = (now: number, username: string, changes: Record<string, unknown> = {}): string =>
  line(
    refusal(403, {
      auditID: `a-${++counter}`,
      user: { username },
      objectRef: { resource: 'namespaces' },
      requestReceivedTimestamp: at(now),
      ...changes,
    }),
  );
export const created = (now: number, name: string, username: string, changes: Record<string, unknown> = {}): string =>
  line(
    creation({
      auditID: `a-${++counter}`,
      user: { username },
      objectRef: { resource: 'namespaces', name },
      requestReceivedTimestamp: at(now),
      responseObject: { kind: 'Namespace', metadata: { name, uid: `uid-${++counter}`, resourceVersion: '1' } },
      ...changes,
    }),
  );
export const unknown = (now: number, name: string, username: string): string =>
  line(
    refusal(500, {
      auditID: `a-${++counter}`,
      user: { username },
      objectRef: { resource: 'namespaces', name },
      requestReceivedTimestamp: at(now),
    }),
  );

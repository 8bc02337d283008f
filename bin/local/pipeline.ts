import { gzipSync } from 'node:zlib';
import type { Context } from 'aws-lambda';
import { DELIVERY_LEASE_MS } from '../../functions/alert/delivery.ts';
import { DESTINATIONS } from '../../functions/alert/destinations/index.ts';
import { createHandler as createAlert } from '../../functions/alert/handler.ts';
import type { StateMachineArns } from '../../functions/alert/state-machine-arns.ts';
import { DEFAULT_CHECK_SETTINGS, type CheckClients as InvestigateClients } from '../../functions/checks/check.ts';
import type { AlertArchive } from '../../functions/clients/bucket/alert-archive.ts';
import { LocalAlertArchive } from '../../functions/clients/local/alert-archive.ts';
import { LocalCanaries } from '../../functions/clients/local/canaries.ts';
import { localDigests } from '../../functions/clients/local/digest-store.ts';
import { LocalDrills } from '../../functions/clients/local/drills.ts';
import { LocalFindingsTable } from '../../functions/clients/local/findings-table.ts';
import { LocalJobRuns } from '../../functions/clients/local/job-runs.ts';
import { LocalRejectedRecords } from '../../functions/clients/local/rejected-records.ts';
import { LocalSender } from '../../functions/clients/local/sender.ts';
import { DIGEST_GRACE_MS } from '../../functions/clients/table/digests.ts';
import type { Digest } from '../../functions/contract/digest-message.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import type { Investigation, InvestigationRequest } from '../../functions/contract/investigation.ts';
import { LOOK_MINUTES } from '../../functions/contract/vocabulary.ts';
import { type DetectSummary, emptySummary } from '../../functions/detect/detect.ts';
import { createHandler as createDetect } from '../../functions/detect/handler.ts';
import { createHandler as createInvestigate } from '../../functions/investigate/handler.ts';
import { defined } from '../../functions/kit/defined.ts';
import { controlPlaneLogGroup } from '../../functions/kubernetes/names/aws.ts';
import { createHandler as createWatch } from '../../functions/watch/handler.ts';
import { type AgendaClients, agenda } from '../../functions/watch/jobs/agenda.ts';
import { type DueDigestClients, digests } from '../../functions/watch/jobs/digests.ts';
import { Clock } from './clock.ts';

export interface PipelineOptions {
  /** The cluster that the log is from. */
  cluster: { name: string; region: string; account: string };
  /** What the investigation can ask at its first look, and at the later ones. */
  clients: Record<'first' | 'second', InvestigateClients>;
  /** Where alerts and archive are written. */
  folder: string;
  /** @default the time of day */
  clock?: Clock;
  /** In place of the evidence bucket. @default the folder */
  archive?: AlertArchive;
  /** The state machines that mails offer. @default none */
  playbooks?: StateMachineArns;
  /** ARN of the policy of those who may read reports. @default none */
  readers?: string;
  knownAutomation?: readonly string[];
  proxies?: readonly string[];
  breakGlass?: readonly string[];
}

/** What an investigation answered; nothing where it failed. */
export interface Investigated {
  finding: Finding;
  investigation?: Investigation;
}

/** Lambda delivers at most 6 MB; CloudWatch Logs sends far less at once. */
const EVENTS_PER_DELIVERY = 500;

const HOUR_MS = 3_600_000;

/**
 * The deployed pipeline on one machine: the real handlers, joined as the stack joins them, with local clients. Log
 * lines go in as CloudWatch Logs would deliver them.
 */
export class LocalPipeline {
  /** What was sent to each destination. */
  readonly sender: LocalSender;
  readonly table: LocalFindingsTable;
  readonly digests: ReturnType<typeof localDigests>;
  /** What *alert* was given, in this order, and when, in epoch milliseconds. */
  readonly handedToAlert: { at: number; event: unknown }[] = [];
  readonly rejected = new LocalRejectedRecords();
  /** Every investigation, whether or not it was told. */
  readonly investigated: Investigated[] = [];
  readonly #options: PipelineOptions;
  readonly #detect: ReturnType<typeof createDetect>;
  readonly #watch: ReturnType<typeof createWatch>;
  readonly #alert: ReturnType<typeof createAlert>;
  readonly #requests: InvestigationRequest[] = [];
  readonly #clock: Clock;
  #delivered = 0;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#clock = options.clock ?? new Clock();
    const { now } = this.#clock;
    const { region } = options.cluster;
    this.table = new LocalFindingsTable(now);
    this.digests = localDigests(now);
    this.sender = new LocalSender(options.folder);
    const investigator = { start: async (request: InvestigationRequest) => void this.#requests.push(request) };
    this.#detect = createDetect(
      {
        table: this.table,
        digests: this.digests,
        investigator,
        rejected: this.rejected,
        canaries: new LocalCanaries(),
        drills: new LocalDrills(),
      },
      { maxUnzippedBytes: 64 * 1024 * 1024, region, heldPausesMs: [] },
    );
    const messages = { send: (digest: Digest) => this.tell({ digest }) };
    this.#watch = createWatch<AgendaClients & DueDigestClients>({
      jobs: [agenda, digests],
      clients: { table: this.table, digests: this.digests, investigator, messages },
      runs: new LocalJobRuns(),
      settings: { maxPerRun: 1_000, role: '' },
      clusters: [],
      now,
    });
    this.#alert = createAlert(
      {
        table: this.table,
        digests: this.digests,
        senders: { sns: this.sender, eventbridge: this.sender },
        archive: options.archive ?? new LocalAlertArchive(options.folder),
      },
      {
        // Of a bus nobody reads here: its events say the same as the JSON of the main topic.
        destinations: DESTINATIONS.filter(({ transport }) => transport.kind === 'sns'),
        leaseMs: DELIVERY_LEASE_MS,
        archiveMs: 5_000,
        recordPausesMs: [],
        ...defined({ playbooks: options.playbooks, readers: options.readers }),
      },
      now,
    );
  }

  /** Hands something to *alert*, as Lambda, *watch* and the playbooks do. */
  async tell(event: unknown): Promise<void> {
    this.handedToAlert.push({ at: this.#clock.now(), event });
    await this.#alert(event, context('alert'));
  }

  /**
   * Delivers these lines, and runs all that follows from them.
   *
   * @param cluster that they are from, where it is another than that of the pipeline
   * @returns what *detect* counted
   */
  async deliver(lines: readonly string[], cluster = this.#options.cluster): Promise<DetectSummary> {
    const total = emptySummary();
    for (let start = 0; start < lines.length; start += EVENTS_PER_DELIVERY) {
      const summary = await this.#detect(
        this.#payload(lines.slice(start, start + EVENTS_PER_DELIVERY), cluster),
        context('detect'),
      );
      for (const key of Object.keys(total) as (keyof DetectSummary)[]) total[key] += summary[key];
      for (const request of this.#requests.splice(0)) await this.investigate(request);
    }
    return total;
  }

  /** Puts the clock forward to each further look, and lets *watch* take it. @param told is called after each */
  async lookAgain(told = async (): Promise<void> => {}): Promise<void> {
    const { now } = this.#clock;
    const begun = now();
    for (const minutes of LOOK_MINUTES) {
      this.#clock.forward(begun + (minutes + 1) * 60_000 - now());
      await this.#watch({}, context('watch'));
      for (const request of this.#requests.splice(0)) await this.investigate(request);
      await told();
    }
  }

  /** Puts the clock forward past the end of the hour, and lets *watch* send the digests. */
  async endHour(): Promise<void> {
    this.#clock.forward(HOUR_MS - (this.#clock.now() % HOUR_MS) + DIGEST_GRACE_MS);
    await this.#watch({}, context('watch'));
    for (const request of this.#requests.splice(0)) await this.investigate(request);
  }

  #payload(lines: readonly string[], { name, account }: PipelineOptions['cluster']): object {
    const document = {
      messageType: 'DATA_MESSAGE',
      owner: account,
      logGroup: controlPlaneLogGroup(name),
      logStream: `kube-apiserver-audit-${'0'.repeat(32)}`,
      subscriptionFilters: ['namespace-sentinel'],
      logEvents: lines.map((message) => ({
        id: String(++this.#delivered).padStart(56, '0'),
        timestamp: this.#clock.now(),
        message,
      })),
    };
    return { awslogs: { data: gzipSync(JSON.stringify(document)).toString('base64') } };
  }

  /**
   * Hands a request to *investigate*, as *detect* and *watch* do, and does what Lambda does after an asynchronous
   * invocation: its destination gets request and answer, or request and error.
   */
  async investigate(request: InvestigationRequest): Promise<void> {
    const record = {
      version: '1.0',
      timestamp: new Date(this.#clock.now()).toISOString(),
      requestContext: {
        requestId: crypto.randomUUID(),
        functionArn: 'arn:aws:lambda:local:000000000000:function:investigate',
        approximateInvokeCount: 1,
      },
      requestPayload: request,
    };
    const { clients, knownAutomation = [], proxies = [], breakGlass = [] } = this.#options;
    const investigate = createInvestigate(
      request.look ? clients.second : clients.first,
      {
        budgetMs: 25_000,
        knownAutomation,
        checks: { ...DEFAULT_CHECK_SETTINGS, proxies, breakGlass },
      },
      this.#clock.now,
    );
    const outcome = await investigate(request, context('investigate')).then(
      (responsePayload) => {
        this.investigated.push({ finding: request.finding, investigation: responsePayload });
        return {
          requestContext: { ...record.requestContext, condition: 'Success' },
          responseContext: { statusCode: 200 },
          responsePayload,
        };
      },
      (error: Error) => {
        this.investigated.push({ finding: request.finding });
        return {
          requestContext: { ...record.requestContext, condition: 'RetriesExhausted' },
          responseContext: { statusCode: 200, functionError: 'Unhandled' },
          responsePayload: { errorType: error.name, errorMessage: error.message },
        };
      },
    );
    await this.tell({ ...record, ...outcome });
  }
}

const context = (functionName: string): Context =>
  ({ functionName, awsRequestId: crypto.randomUUID(), getRemainingTimeInMillis: () => 30_000 }) as Context;

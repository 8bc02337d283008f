import type { Context } from 'aws-lambda';
import type { Kubernetes } from '../../functions/clients/kubernetes/kubernetes.ts';
import { LocalCanaries } from '../../functions/clients/local/canaries.ts';
import { localDigests } from '../../functions/clients/local/digest-store.ts';
import { LocalDrills } from '../../functions/clients/local/drills.ts';
import { LocalFindingsTable } from '../../functions/clients/local/findings-table.ts';
import { LocalGaps } from '../../functions/clients/local/gaps.ts';
import { LocalRejectedRecords } from '../../functions/clients/local/rejected-records.ts';
import { LocalStock } from '../../functions/clients/local/stock.ts';
import type { ClusterFilter, ClusterLog } from '../../functions/clients/logs/cluster-log.ts';
import type { Detector } from '../../functions/clients/send/detector.ts';
import { READ_BY_WATCH } from '../../functions/contract/canary.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import type { InvestigationRequest } from '../../functions/contract/investigation.ts';
import { createHandler as createDetect } from '../../functions/detect/handler.ts';
import type { Job, JobSummary } from '../../functions/watch/job.ts';
import type { CoverageClients } from '../../functions/watch/jobs/coverage.ts';
import type { ReplayClients } from '../../functions/watch/jobs/replay.ts';
import { packed } from '../detect/events.ts';

export const CLUSTER = { name: 'prod', region: 'eu-central-1', account: '111122223333' };
export const MINUTE = 60_000;
export const START = Date.parse('2026-11-23T07:00:00Z');

interface LiveNamespace {
  name: string;
  uid: string;
  at: number;
  labels?: Record<string, string>;
}

/** An instant as the API server writes it into an object. */
export const instant = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** A cluster, its log group with our filter, and the real *detect* behind what *watch* hands to it. */
export class World implements ClusterLog {
  now = START;
  readonly patterns = ['{ json }', '%cut%'];
  readonly table = new LocalFindingsTable(() => this.now);
  readonly stock = new LocalStock();
  readonly gaps = new LocalGaps();
  readonly investigated: Finding[] = [];
  readonly problems: string[] = [];
  readonly errors: string[] = [];
  namespaces: LiveNamespace[] = [];
  complete = true;
  /** Of the log group, with the instant at which each was there to be read. */
  readonly log: { id: string; timestamp: number; message: string; logStream: string; inAt: number }[] = [];
  filter: ClusterFilter | undefined = { since: START, pattern: '{ json }' };
  /** When the newest canary that has arrived was sent. */
  canaryAt: number | undefined;
  reads = 0;
  readonly #investigator = {
    start: async ({ finding }: InvestigationRequest) => void this.investigated.push(finding),
  };
  readonly #detect = createDetect(
    {
      table: this.table,
      digests: localDigests(() => this.now),
      investigator: this.#investigator,
      rejected: new LocalRejectedRecords(),
      canaries: new LocalCanaries(),
      drills: new LocalDrills(),
    },
    { maxUnzippedBytes: 2 ** 26, region: CLUSTER.region, heldPausesMs: [] },
  );

  invoke(event: unknown) {
    return this.#detect(event, { functionName: 'detect', awsRequestId: '1' } as Context);
  }

  readonly detector: Detector = {
    deliver: async (delivery) =>
      void (await this.invoke(
        packed({ messageType: 'DATA_MESSAGE', subscriptionFilters: [READ_BY_WATCH], ...delivery }),
      )),
    explain: async (unexplained) => void (await this.invoke({ unexplained })),
  };

  async filters(): Promise<ClusterFilter[]> {
    return this.filter ? [this.filter] : [];
  }

  async events(_: unknown, { from, to, pattern, token = '0' }: Parameters<ClusterLog['events']>[1]) {
    this.reads++;
    if (pattern !== this.patterns[0]) return { events: [] };
    // Two to a page.
    const all = this.log.filter(({ timestamp, inAt }) => timestamp >= from && timestamp <= to && inAt <= this.now);
    const next = Number(token) + 2;
    const events = all.slice(Number(token), next).map(({ inAt: _in, ...event }) => event);
    return { events, ...(next < all.length && { token: String(next) }) };
  }

  readonly kubernetes = {
    connect: async () =>
      ({
        listMetadata: async () => ({
          complete: this.complete,
          items: this.namespaces.map(({ name, uid, at, labels }) => ({
            metadata: { name, uid, creationTimestamp: instant(at), ...(labels && { labels }) },
          })),
        }),
      }) as unknown as Kubernetes,
  };

  get clients(): CoverageClients & ReplayClients {
    const { kubernetes, stock, gaps, table, detector } = this;
    const findings = async (ids: readonly string[]) =>
      new Map(ids.flatMap((id) => (table.items.has(id) ? [[id, table.items.get(id)?.finding] as const] : [])));
    const canaries = { state: async () => ({ ...(this.canaryAt !== undefined && { arrivedAt: this.canaryAt }) }) };
    return { kubernetes, stock, canaries, gaps, explanations: { findings }, clusterLog: this, detector };
  }

  run(job: Job<CoverageClients & ReplayClients>, clients = this.clients): Promise<JobSummary> {
    return job.run({
      clients,
      settings: { maxPerRun: 100, role: 'arn:aws:iam::111122223333:role/watch' },
      clusters: [CLUSTER],
      signal: AbortSignal.timeout(60_000),
      now: () => this.now,
      unknown: () => {},
      failed: (_, error) => void this.errors.push((error as Error).message),
      problem: (problem) => void this.problems.push(problem),
    });
  }

  get found(): (string | undefined)[] {
    return this.investigated.map(({ namespace }) => namespace.name);
  }
}

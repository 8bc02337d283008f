import { defined } from '../../kit/defined.ts';
import type {
  EcrImage,
  FlowLogDestination,
  FlowLogs,
  ImageScan,
  ImageScans,
  ThreatAnswer,
  ThreatQuestion,
  Threats,
  Trail,
  TrailEvent,
  TrailQuestion,
} from '../aws/cloud-findings.ts';
import { type LookedUp, trailEventOf } from '../aws/trail-event.ts';

/** What AWS would answer about a recorded incident, as it can stand in a JSON file. What is absent cannot be asked. */
export interface RecordedCloud {
  /** The answer of LookupEvents. */
  cloudTrail?: { Events: readonly LookedUp[] };
  imageScans?: readonly (EcrImage & ImageScan)[];
  /** Null: GuardDuty is off. Without `watch`, all its features are on. */
  threats?: (Pick<ThreatAnswer, 'detectorId' | 'findings'> & Partial<Pick<ThreatAnswer, 'watch'>>) | null;
  /** By the VPC's id. */
  flowLogs?: Record<string, { cidrs: string[]; destinations: FlowLogDestination[] }>;
}

/** The clients that can answer from what was recorded. */
export function localCloud(recorded: RecordedCloud): {
  trail?: Trail;
  imageScans?: ImageScans;
  threats?: Threats;
  flowLogs?: FlowLogs;
} {
  const { cloudTrail, imageScans, threats, flowLogs } = recorded;
  return defined({
    trail: cloudTrail && new LocalTrail(cloudTrail.Events),
    imageScans: imageScans && new LocalImageScans(imageScans),
    threats: threats === undefined ? undefined : new LocalThreats(threats),
    flowLogs: flowLogs && new LocalFlowLogs(flowLogs),
  });
}

class LocalTrail implements Trail {
  readonly #events: readonly { event: TrailEvent; resources: readonly (string | undefined)[] }[];

  constructor(events: readonly LookedUp[]) {
    this.#events = events
      .map((event) => ({
        event: trailEventOf(event),
        resources: (event.Resources ?? []).map(({ ResourceName }) => ResourceName),
      }))
      .sort((a, b) => b.event.at.localeCompare(a.event.at));
  }

  async lookUp({ eventSource, names, resource, from, to, max }: TrailQuestion, signal: AbortSignal) {
    signal.throwIfAborted();
    const events = this.#events
      .filter(({ event: { source, name, at }, resources }) => {
        const instant = Date.parse(at);
        const isAsked = source === eventSource && names.includes(name) && instant >= from && instant <= to;
        return isAsked && (resource === undefined || resources.includes(resource));
      })
      .map(({ event }) => event);
    return { events: events.slice(0, max), more: events.length > max };
  }
}

const keyOf = ({ registryId, region, repository, digest }: EcrImage) =>
  `${registryId}/${region}/${repository}@${digest}`;

class LocalImageScans implements ImageScans {
  readonly #scans: Map<string, ImageScan>;

  constructor(recorded: readonly (EcrImage & ImageScan)[]) {
    this.#scans = new Map(
      recorded.map(({ registryId, region, repository, digest, ...scan }) => [
        keyOf({ registryId, region, repository, digest }),
        scan,
      ]),
    );
  }

  async findings(image: EcrImage, signal: AbortSignal): Promise<ImageScan> {
    signal.throwIfAborted();
    return this.#scans.get(keyOf(image)) ?? { status: 'not-scanned' };
  }

  async startScan(image: EcrImage, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#scans.set(keyOf(image), { status: 'in-progress' });
  }
}

const EPOCH = new Date(0).toISOString();

class LocalThreats implements Threats {
  readonly #recorded: RecordedCloud['threats'];

  constructor(recorded: RecordedCloud['threats']) {
    this.#recorded = recorded;
  }

  async findings({ since }: ThreatQuestion, signal: AbortSignal) {
    signal.throwIfAborted();
    if (!this.#recorded) return undefined;
    const { detectorId, findings, watch = { status: 'on', since: EPOCH, runtime: true } } = this.#recorded;
    const current = findings.filter(({ updatedAt }) => Date.parse(updatedAt) >= since);
    return { detectorId, findings: current, more: false, watch } satisfies ThreatAnswer;
  }
}

class LocalFlowLogs implements FlowLogs {
  readonly #vpcs: NonNullable<RecordedCloud['flowLogs']>;

  constructor(vpcs: NonNullable<RecordedCloud['flowLogs']>) {
    this.#vpcs = vpcs;
  }

  async destinations(vpcId: string, signal: AbortSignal): Promise<FlowLogDestination[]> {
    signal.throwIfAborted();
    return this.#vpcs[vpcId]?.destinations ?? [];
  }

  async cidrs(vpcId: string, signal: AbortSignal): Promise<string[]> {
    signal.throwIfAborted();
    return this.#vpcs[vpcId]?.cidrs ?? [];
  }
}

/** A deployment in memory, whose links can fail one by one. */

import type { DrillChain, FindingTrace } from '../../../bin/commands/drill/chain.ts';
import type {
  Deployed,
  DrillLimits,
  DrillOptions,
  DrillReport,
  DrillWorld,
} from '../../../bin/commands/drill/course.ts';
import { holdDrill } from '../../../bin/commands/drill/hold.ts';
import type { DrillClock, DrillLink } from '../../../bin/commands/drill/link.ts';
import type { DrillPlaybooks, RunEnd, RunStart } from '../../../bin/commands/drill/playbooks.ts';
import type { TopicView } from '../../../bin/commands/drill/subscribers.ts';
import type { KubernetesObject } from '../../../functions/clients/kubernetes/kubernetes.ts';
import type { WriteOptions } from '../../../functions/clients/kubernetes/kubernetes-writer.ts';
import { LocalDrills } from '../../../functions/clients/local/drills.ts';
import { MemoryCluster } from '../../../functions/clients/local/memory-cluster.ts';
import type { Alert } from '../../../functions/contract/alert.ts';
import { HIGH } from '../../alert/examples.ts';

export const NAME = 'sentinel-drill-0a1b2c3d';
export const NONCE = '0b5c0a52-8d0c-4d5e-9f2a-6f4a3a1b2c3d';
export const PRINCIPAL = 'arn:aws:iam::111122223333:role/Driller';
export const CLUSTER = { name: 'prod', region: 'eu-west-1', account: '111122223333' };

/** Time passes when somebody waits. */
export class FakeClock implements DrillClock {
  time = Date.parse('2026-11-23T07:00:00Z');
  /** Is called before each pause. */
  onPause = (): void => undefined;
  now = (): number => this.time;
  pause = async (ms: number, signal: AbortSignal): Promise<void> => {
    this.onPause();
    signal.throwIfAborted();
    this.time += ms;
    // Others get their turn, as in a real pause.
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  };
}

/** Knows who asks, and who wrote what, as an API server does. */
export class DrillCluster extends MemoryCluster {
  user: object = { username: 'driller', extra: { canonicalArn: [PRINCIPAL] } };

  override async create(
    path: string,
    object: object,
    signal: AbortSignal,
    options?: WriteOptions,
  ): Promise<KubernetesObject> {
    if (path.endsWith('/selfsubjectreviews')) return { metadata: {}, status: { userInfo: this.user } } as never;
    const [plain = '', query] = path.split('?');
    const manager = new URLSearchParams(query).get('fieldManager');
    const { metadata } = object as KubernetesObject;
    const managed = manager === null ? {} : { managedFields: [{ manager }] };
    return super.create(plain, { ...object, metadata: { ...metadata, ...managed } }, signal, options);
  }

  get namespaces(): string[] {
    return this.writes.filter((write) => / \/api\/v1\/namespaces\/[^/]+$/.test(write));
  }
}

export const LIMITS: DrillLimits = {
  requestMs: 60_000,
  logMs: 300_000,
  findingMs: 60_000,
  investigationMs: 60_000,
  alertMs: 60_000,
  subscribersMs: 20_000,
  playbookMs: 60_000,
  cleanUpMs: 60_000,
  pollMs: 1_000,
};

const PROOF = {
  id: 'quota-in-force',
  claim: 'Nothing starts.',
  how: 'Tried.',
  verdict: 'proven',
  decisive: true,
} as const;
export const end = (outcome: string, more: Partial<RunEnd> = {}): RunEnd => ({
  outcome,
  summary: `${outcome}.`,
  open: [],
  proofs: outcome === 'contained' ? [PROOF] : [],
  ...more,
});

class FakePlaybooks implements DrillPlaybooks {
  readonly where = 'memory';
  seesSessions = true;
  hasIsolated = false;
  readonly started: RunStart[] = [];
  forgotten: boolean | undefined;
  /** What each run ends as; may fail or hang. */
  ends: Record<RunStart['mode'], (signal: AbortSignal) => Promise<RunEnd>> = {
    plan: async () => end('planned'),
    isolate: async () => end('contained'),
    remove: async () => end('contained'),
    release: async () => end('released'),
  };
  settles = async (): Promise<void> => undefined;
  declare refuse?: NonNullable<DrillPlaybooks['refuse']>;

  async run(start: RunStart, signal: AbortSignal): Promise<RunEnd> {
    this.started.push(start);
    if (start.mode !== 'plan') this.hasIsolated = true;
    return this.ends[start.mode](signal);
  }
  settled = (): Promise<void> => this.settles();
  async forget(needed: boolean): Promise<string | undefined> {
    this.forgotten = needed;
    return needed ? '/kept' : undefined;
  }
}

export const never = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

export const topicView = (changes: Partial<TopicView> = {}): TopicView => ({
  name: 'topic',
  subscribers: async () => [
    { arn: 'arn:aws:sns:eu-west-1:111122223333:t:1', protocol: 'email', endpoint: 'oncall@corp.io' },
  ],
  logged: async () => ({ successes: [], failures: [] }),
  statuses: async () => [],
  ...changes,
});

/** All that answers. */
export function setup() {
  const clock = new FakeClock();
  const cluster = new DrillCluster();
  const drills = new LocalDrills();
  const playbooks = new FakePlaybooks();
  const links: DrillLink[] = [];
  const waited: string[] = [];
  const trace: FindingTrace = {
    state: 'alerted',
    claimedAt: clock.time + 5_000,
    drill: 'registered',
    delivered: ['topic', 'events'],
    receipts: [{ destination: 'topic', at: new Date(clock.time + 9_000).toISOString(), messageId: 'm-1' }],
  };
  const alert: Alert = { ...HIGH, investigatedAt: new Date(clock.time + 8_000).toISOString() };
  const chain: DrillChain = {
    logged: async () => clock.time + 3_000,
    trace: async () => trace,
    alert: async () => alert,
  };
  const deployed: Deployed = { drills, chain, destinations: [{ id: 'topic', topic: topicView() }, { id: 'events' }] };
  const world: DrillWorld = { cluster: CLUSTER, kubernetes: cluster, clock, deployed, playbooks };
  const options: DrillOptions = { name: NAME, nonce: NONCE, image: 'pause', askOnCall: false, limits: LIMITS };
  const stop = new AbortController();
  return {
    ...{ clock, cluster, drills, playbooks, links, waited, trace, alert, chain, deployed, world, options, stop },
    hold: (): Promise<DrillReport> =>
      holdDrill(
        world,
        options,
        { waiting: (what) => waited.push(what), seen: (link) => links.push(link) },
        stop.signal,
      ),
  };
}

export const states = ({ links }: Pick<DrillReport, 'links'>): Record<string, string> =>
  Object.fromEntries(links.map(({ id, state }) => [id, state]));

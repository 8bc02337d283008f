/** What steps are run with in the unit suite: a cluster and a store in memory. */
import { HashesInMemory } from '../../functions/clients/local/hash-file.ts';
import type { PendingQuestion } from '../../functions/clients/table/containment-register.ts';
import { Actuator } from '../../functions/contain/framework/actuator.ts';
import { Folder } from '../../functions/contain/framework/folder.ts';
import { runStep } from '../../functions/contain/framework/run-step.ts';
import {
  type ContainClients,
  DEFAULT_SETTINGS,
  type PlaybookStep,
  type StepContext,
} from '../../functions/contain/framework/step.ts';
import type { Snapshot, SnapshotObject } from '../../functions/contain/snapshot/snapshot.ts';
import {
  CONTAINMENT_SCHEMA_VERSION,
  type Mode,
  type StepRecord,
  type StepResult,
  type Target,
} from '../../functions/contract/containment.ts';
import type { FollowUp } from '../../functions/contract/follow-up.ts';
import { QUARANTINE_LABEL } from '../../functions/kubernetes/quarantine.ts';
import type { MemoryCluster } from './memory-cluster.ts';
import { MemoryStore } from './memory-store.ts';

export const UID = '0e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b';
const TARGET: Target = { cluster: { name: 'prod', region: 'eu-west-1' }, namespace: 'evil', uid: UID };
export const NOW = Date.parse('2026-03-01T10:00:00Z');

export const namespace = (labels: Record<string, string> = { [QUARANTINE_LABEL]: UID }) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: TARGET.namespace, uid: UID, labels },
});

/** An object of the target's namespace. */
export const inside = (apiVersion: string, kind: string, name: string, rest: object = {}, metadata: object = {}) => ({
  apiVersion,
  kind,
  metadata: { name, namespace: TARGET.namespace, uid: `uid-of-${kind}-${name}`, ...metadata },
  ...rest,
});

/** Runs steps, and keeps what they tell. */
export class Bench {
  readonly store = new MemoryStore();
  readonly hashes = new HashesInMemory();
  readonly questions: PendingQuestion[] = [];
  readonly told: FollowUp[] = [];
  readonly leases: unknown[][] = [];
  readonly clients: ContainClients;
  readonly cluster: MemoryCluster;
  now = NOW;

  constructor(cluster: MemoryCluster, more: Partial<ContainClients> = {}) {
    this.cluster = cluster;
    const unused = async (): Promise<never> => {
      throw new Error('not used here');
    };
    this.clients = {
      kubernetes: cluster,
      store: this.store,
      register: {
        lease: async (...asked) => void this.leases.push(asked),
        giveBack: unused,
        ask: async (open) => void this.questions.push(open),
        question: unused,
        answer: unused,
        reopen: unused,
        countStart: unused,
        noteHash: (...noted) => this.hashes.note(...noted),
        hashes: (...asked) => this.hashes.of(...asked),
      },
      followUps: { tell: async (followUp) => void this.told.push(followUp) },
      ...more,
    };
  }

  /** @param given what of the payload matters */
  run(
    step: PlaybookStep,
    mode: Mode,
    given: { results?: Record<string, unknown>; taskToken?: string } = {},
  ): Promise<StepResult> {
    const { cluster, ...input } = TARGET;
    const payload = {
      step: step.key,
      execution: 'arn:execution',
      name: 'run',
      startedAt: new Date(NOW).toISOString(),
      input: { cluster, ...input, mode },
      results: {},
      ...given,
    };
    return runStep(step, payload, this.clients, DEFAULT_SETTINGS, () => this.now);
  }

  /** What a step wrote down. */
  async record(step: PlaybookStep['key']): Promise<StepRecord> {
    return (await this.folder().record(step)) as StepRecord;
  }

  folder = (): Folder => new Folder(this.store, TARGET, 'run');

  /** What the step would be given. */
  context(mode: Mode = 'isolate'): StepContext {
    const { signal } = new AbortController();
    return {
      run: {
        execution: 'arn:execution',
        name: 'run',
        startedAt: new Date(NOW).toISOString(),
        target: TARGET,
        mode,
        accept: [],
        overwrite: false,
      },
      results: {},
      cluster: new Actuator(this.cluster, signal, { dryRun: mode === 'plan' }),
      folder: this.folder(),
      clients: this.clients,
      settings: DEFAULT_SETTINGS,
      signal,
      now: () => this.now,
    };
  }

  /** Writes down that a step has ended, with nothing in particular. */
  async ended(step: PlaybookStep['key'], finishedAt: number, details: Record<string, unknown> = {}): Promise<void> {
    const record = recordOf(step, new Date(finishedAt).toISOString(), details);
    await this.folder().add(`steps/${step}.json`, JSON.stringify(record), 'application/json');
  }

  snapshot(objects: readonly object[], bindings: readonly object[] = []): Promise<unknown> {
    const wrapped = (all: readonly object[]) => all.map((object) => ({ resource: '', object }) as SnapshotObject);
    const snapshot: Snapshot = {
      schemaVersion: 1,
      target: TARGET,
      takenAt: new Date(NOW).toISOString(),
      execution: 'arn:execution',
      namespace: namespace(),
      objects: wrapped(objects),
      bindings: wrapped(bindings),
      secretNames: [],
      notRead: [],
    };
    return this.folder().addSnapshot(snapshot, (...noted) => this.hashes.note('snapshot', ...noted));
  }
}

/** What a step writes down that did nothing in particular. */
export const recordOf = (
  step: PlaybookStep['key'],
  finishedAt: string,
  details: Record<string, unknown> = {},
): StepRecord => ({
  schemaVersion: CONTAINMENT_SCHEMA_VERSION,
  step,
  status: 'done',
  summary: '',
  startedAt: finishedAt,
  finishedAt,
  actions: [],
  open: [],
  proposals: [],
  proofs: [],
  files: [],
  details,
});

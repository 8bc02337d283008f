/** What steps are run with in the unit suite: a cluster and an evidence store in memory, and clients that keep what they are given. */

import { expect } from '@jest/globals';
import type { PodIdentityAssociation } from '../../functions/clients/aws/pod-identity.ts';
import type { EvidenceStore } from '../../functions/clients/bucket/evidence-store.ts';
import { LocalFindingsTable } from '../../functions/clients/local/findings-table.ts';
import { HashesInMemory } from '../../functions/clients/local/hash-file.ts';
import { LocalLogSearch, type RecordedLine } from '../../functions/clients/local/log-search.ts';
import { MemoryCluster } from '../../functions/clients/local/memory-cluster.ts';
import type { LeaseHolder, PendingQuestion } from '../../functions/clients/table/containment-register.ts';
import { Actuator } from '../../functions/contain/framework/actuator.ts';
import { runFolder } from '../../functions/contain/framework/execution.ts';
import { Folder } from '../../functions/contain/framework/folder.ts';
import { allNeeds, STEP_NEEDS } from '../../functions/contain/framework/needs.ts';
import { runStep } from '../../functions/contain/framework/run-step.ts';
import {
  type ContainClients,
  type ContainSettings,
  DEFAULT_SETTINGS,
  type PlaybookRun,
  type PlaybookStep,
  type StepContext,
} from '../../functions/contain/framework/step.ts';
import type { Snapshot, SnapshotObject } from '../../functions/contain/snapshot/snapshot.ts';
import {
  CONTAINMENT_SCHEMA_VERSION,
  type Failure,
  type Mode,
  type StepRecord,
  type StepResult,
  type Target,
} from '../../functions/contract/containment.ts';
import type { FollowUp } from '../../functions/contract/follow-up.ts';
import type { StepKey } from '../../functions/contract/playbook-steps.ts';
import { QUARANTINE_LABEL } from '../../functions/kubernetes/quarantine.ts';
import { MemoryStore } from './memory-store.ts';
import { Recorder } from './recorder.ts';

export const UID = '11111111-2222-4333-8444-555555555555';
export const NAMESPACE = 'evil';
export const NOW = Date.parse('2026-11-26T10:00:00Z');
export const TARGET: Target = {
  cluster: { name: 'prod', region: 'eu-west-1', account: '111122223333' },
  namespace: NAMESPACE,
  uid: UID,
};

export const RUN: PlaybookRun = {
  execution: 'execution:run-1',
  name: 'run-1',
  startedAt: new Date(NOW).toISOString(),
  target: TARGET,
  mode: 'isolate',
  scope: 'workloads',
  findingId: 'nsf-0123456789abcdef0123456789abcdef',
  accept: [],
  overwrite: false,
  auditLogMinutes: 5,
};

/** No node has to be waited for. */
const SETTINGS: ContainSettings = { ...DEFAULT_SETTINGS, agentsMs: 20 };

/** The target. */
export const namespace = (labels: Record<string, string> = {}, name = NAMESPACE) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, uid: UID, labels },
});

/** The target as containment marks it. */
export const quarantined = () => namespace({ [QUARANTINE_LABEL]: UID });

/** The target as it is made, with its default account, beside another namespace. */
export const namespaceObjects = (name = NAMESPACE): object[] => [
  namespace({}, name),
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { team: 'shop' } } },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } },
];

/** An object of the target. */
export const inside = (apiVersion: string, kind: string, name: string, rest: object = {}, metadata: object = {}) => ({
  apiVersion,
  kind,
  metadata: { name, namespace: NAMESPACE, uid: `uid-of-${kind}-${name}`, ...metadata },
  ...rest,
});

interface RunOptions {
  mode?: Mode;
  name?: string;
  /** Of the execution, beside the target and the mode. */
  input?: object;
  /** All of the execution's input. */
  typed?: object;
  results?: Record<string, unknown>;
  failure?: Failure;
  taskToken?: string;
  settings?: Partial<ContainSettings>;
}

/** Runs steps on one cluster and one store, and keeps what they tell and ask. */
export class Stage {
  readonly cluster: MemoryCluster;
  readonly store = new MemoryStore();
  readonly hashes = new HashesInMemory();
  readonly leases = new Map<string, LeaseHolder>();
  /** Executions that have ended. */
  readonly ended = new Set<string>();
  readonly questions: PendingQuestion[] = [];
  readonly told: FollowUp[] = [];
  /** The findings that are known. */
  readonly findings = new LocalFindingsTable(() => this.now);
  associations: PodIdentityAssociation[] = [];
  readonly clients: ContainClients;
  /** What steps have called so far. */
  readonly used = new Map<StepKey, Recorder>();
  now = NOW;
  /** The audit log of the cluster. */
  auditLines: RecordedLine[] = [];

  /** @param cluster or the objects in it */
  constructor(cluster: MemoryCluster | readonly object[] = [], clients: Partial<ContainClients> = {}) {
    this.cluster = cluster instanceof MemoryCluster ? cluster : new MemoryCluster(cluster);
    this.clients = {
      kubernetes: this.cluster,
      store: this.store,
      register: {
        lease: async (uid, execution, until, now, over) => {
          const holder = this.leases.get(uid);
          if (holder && holder.until > now && ![execution, over].includes(holder.execution)) return holder;
          this.leases.set(uid, { execution, until });
          return undefined;
        },
        giveBack: async (uid, execution) => {
          if (this.leases.get(uid)?.execution === execution) this.leases.delete(uid);
        },
        ask: async (open) => void this.questions.push(open),
        question: async (id) => this.questions.find(({ question }) => [question.id, question.target.uid].includes(id)),
        answer: unused,
        reopen: unused,
        countStart: unused,
        noteHash: (...noted) => this.hashes.note(...noted),
        hashes: (...asked) => this.hashes.of(...asked),
      },
      lookup: this.findings,
      followUps: { tell: async (followUp) => void this.told.push(followUp) },
      playbooks: { ended: async (execution) => this.ended.has(execution) },
      podIdentity: {
        associations: async () => [...this.associations],
        dissociate: async (_, id) => {
          const before = this.associations.length;
          this.associations = this.associations.filter(({ associationId }) => associationId !== id);
          return this.associations.length < before;
        },
      },
      capabilities: { of: async () => [] },
      auditLog: new LocalLogSearch({ audit: () => this.auditLines }),
      ...clients,
    };
  }

  /** @returns what the state machine gets */
  async run(step: PlaybookStep, options: RunOptions = {}): Promise<StepResult> {
    const { mode = 'isolate', name = 'run-1', input = {}, typed, settings = {}, ...given } = options;
    const payload = {
      step: step.key,
      execution: `execution:${name}`,
      name,
      startedAt: new Date(NOW).toISOString(),
      results: {},
      input: typed ?? { ...TARGET, mode, ...input },
      ...given,
    };
    const recorder = new Recorder();
    const clients = recorder.clients(this.clients);
    try {
      return await runStep(step, payload, clients, { ...SETTINGS, ...settings }, () => this.now);
    } finally {
      this.used.set(step.key, recorder.with(this.used.get(step.key)));
      // In every test: what a step calls is what it says that it needs.
      expect([step.key, recorder.beyond(allNeeds(STEP_NEEDS, step.needs))]).toEqual([step.key, []]);
    }
  }

  /** Runs a step. @returns what it wrote down */
  async recordOf(step: PlaybookStep, options: RunOptions = {}): Promise<StepRecord> {
    await this.run(step, options);
    return this.record(step.key, options.name);
  }

  /** What a step wrote down. @throws where it wrote nothing */
  record(step: StepKey, name = 'run-1'): StepRecord {
    const [, body] = [...this.store.files].find(([key]) => key.endsWith(`/${name}/steps/${step}.json`)) ?? [];
    if (!body) throw new Error(`${step} of ${name} has written down nothing`);
    return JSON.parse(body.toString()) as StepRecord;
  }

  folder = (name = 'run-1'): Folder => this.folderOf(this.store, name);

  folderOf = (store: EvidenceStore, name = 'run-1'): Folder =>
    new Folder(store, TARGET, runFolder(`execution:${name}`, name));

  /** What a step is given. @param run what is different from {@link RUN} */
  context(run: Partial<PlaybookRun> = {}, more: Partial<StepContext> = {}): StepContext {
    const whole = { ...RUN, ...run };
    const { signal } = new AbortController();
    return {
      run: whole,
      results: {},
      cluster: new Actuator(this.cluster, signal, { dryRun: whole.mode === 'plan' }),
      folder: this.folder(whole.name),
      clients: this.clients,
      settings: SETTINGS,
      signal,
      now: () => this.now,
      ...more,
    };
  }

  /** Writes down that a step has finished, with nothing in particular. */
  async finished(
    step: StepKey,
    finishedAt: number,
    details: Record<string, unknown> = {},
    actions: StepRecord['actions'] = [],
  ): Promise<void> {
    const record = { ...someRecord(step, new Date(finishedAt).toISOString(), details), actions };
    await this.folder().add(`steps/${step}.json`, JSON.stringify(record), 'application/json');
  }

  /** Keeps a snapshot of the target. */
  snapshot(objects: readonly object[], bindings: readonly object[] = []): Promise<unknown> {
    const wrapped = (all: readonly object[]) => all.map((object) => ({ resource: '', object }) as SnapshotObject);
    const snapshot: Snapshot = {
      schemaVersion: 1,
      target: TARGET,
      takenAt: new Date(NOW).toISOString(),
      execution: 'execution:run-1',
      namespace: namespace(),
      objects: wrapped(objects),
      bindings: wrapped(bindings),
      secretNames: [],
      notRead: [],
    };
    return this.folder().addSnapshot(snapshot, (...noted) => this.hashes.note('snapshot', ...noted));
  }
}

const unused = async (): Promise<never> => {
  throw new Error('no step asks this');
};

/** What a step writes down that did nothing in particular. */
export const someRecord = (step: StepKey, finishedAt: string, details: Record<string, unknown> = {}): StepRecord => ({
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

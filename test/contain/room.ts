/** What steps are run with in the unit suite: a cluster in memory, and clients that keep what they are given. */
import type { PodIdentityAssociation } from '../../functions/clients/aws/pod-identity.ts';
import { HashesInMemory } from '../../functions/clients/local/hash-file.ts';
import { runStep } from '../../functions/contain/framework/run-step.ts';
import {
  type ContainClients,
  type ContainSettings,
  DEFAULT_SETTINGS,
  type PlaybookStep,
} from '../../functions/contain/framework/step.ts';
import type { Mode, StepKey, StepRecord, StepResult } from '../../functions/contract/containment.ts';
import type { MemoryCluster } from './memory-cluster.ts';
import { MemoryStore } from './memory-store.ts';

export const UID = '11111111-2222-4333-8444-555555555555';
export const NAMESPACE = 'evil';
export const AT = Date.parse('2026-11-26T10:00:00Z');

/** A namespace as it is made, with its default account. */
export const namespaceObjects = (name = NAMESPACE): object[] => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name, uid: UID, labels: {} } },
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { team: 'shop' } } },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } },
];

/** Runs steps on one cluster and one store. */
export class Room {
  readonly store = new MemoryStore();
  readonly hashes = new HashesInMemory();
  readonly leases = new Map<string, { execution: string; until: number }>();
  readonly ended = new Set<string>();
  associations: PodIdentityAssociation[] = [];
  readonly cluster: MemoryCluster;
  readonly clients: ContainClients;

  constructor(cluster: MemoryCluster, clients: Partial<ContainClients> = {}) {
    this.cluster = cluster;
    this.clients = {
      kubernetes: cluster,
      store: this.store,
      register: {
        lease: async (uid, execution, until, now, over) => {
          const holder = this.leases.get(uid);
          if (holder && holder.until > now && ![execution, over].includes(holder.execution)) return holder;
          this.leases.set(uid, { execution, until });
          return undefined;
        },
        giveBack: async () => undefined,
        ask: async () => undefined,
        question: async () => undefined,
        answer: async () => false,
        reopen: async () => undefined,
        countStart: async () => true,
        noteHash: (...noted) => this.hashes.note(...noted),
        hashes: (...asked) => this.hashes.of(...asked),
      },
      followUps: { tell: async () => undefined },
      playbooks: { ended: async (execution) => this.ended.has(execution) },
      podIdentity: {
        associations: async () => [...this.associations],
        dissociate: async (_, id) => {
          const before = this.associations.length;
          this.associations = this.associations.filter(({ associationId }) => associationId !== id);
          return this.associations.length < before;
        },
      },
      ...clients,
    };
  }

  /** @returns what the state machine gets, and the whole record */
  async run(
    step: PlaybookStep,
    { mode = 'isolate', name = 'run-1', input = {}, settings = {} }: RunOptions = {},
  ): Promise<{ result: StepResult; record: StepRecord }> {
    const payload = {
      step: step.key,
      execution: `execution:${name}`,
      name,
      startedAt: new Date(AT).toISOString(),
      results: {},
      input: { cluster: 'prod', namespace: NAMESPACE, uid: UID, mode, ...input },
    };
    const result = await runStep(step, payload, this.clients, { ...DEFAULT_SETTINGS, ...settings }, () => AT);
    return { result, record: this.record(step.key, name) };
  }

  record(step: StepKey, name = 'run-1'): StepRecord {
    const [, body] = [...this.store.files].find(([key]) => key.endsWith(`runs/${name}/steps/${step}.json`)) ?? [];
    if (!body) throw new Error(`${step} of ${name} has written down nothing`);
    return JSON.parse(body.toString()) as StepRecord;
  }
}

interface RunOptions {
  mode?: Mode;
  name?: string;
  input?: object;
  settings?: Partial<ContainSettings>;
}

/** What a step is given, for the unit suite: a cluster and stores in memory. */

import { HashesInMemory } from '../../functions/clients/local/hash-file.ts';
import { Actuator } from '../../functions/contain/framework/actuator.ts';
import { Folder } from '../../functions/contain/framework/folder.ts';
import {
  type ContainClients,
  DEFAULT_SETTINGS,
  type PlaybookRun,
  type StepContext,
} from '../../functions/contain/framework/step.ts';
import type { FollowUp } from '../../functions/contract/follow-up.ts';
import { MemoryCluster } from './memory-cluster.ts';
import { MemoryStore } from './memory-store.ts';

export const UID = '11111111-2222-3333-4444-555555555555';
const NOW = Date.parse('2026-11-24T03:00:00Z');

export const RUN: PlaybookRun = {
  execution: 'arn:aws:states:eu-west-1:111122223333:execution:contain:run-1',
  name: 'run-1',
  startedAt: '2026-11-24T03:00:00Z',
  target: { cluster: { name: 'prod', region: 'eu-west-1', account: '111122223333' }, namespace: 'evil', uid: UID },
  mode: 'isolate',
  findingId: 'ns-0123456789abcdef',
  accept: [],
  overwrite: false,
};

export interface Stage {
  cluster: MemoryCluster;
  store: MemoryStore;
  told: FollowUp[];
  clients: ContainClients;
  /** @param run what is different from {@link RUN} */
  context(run?: Partial<PlaybookRun>, more?: Partial<StepContext>): StepContext;
}

/** @param objects what is in the cluster */
export function stage(objects: readonly object[] = [], more: Partial<ContainClients> = {}): Stage {
  const cluster = new MemoryCluster(objects);
  const store = new MemoryStore();
  const hashes = new HashesInMemory();
  const told: FollowUp[] = [];
  const clients: ContainClients = {
    kubernetes: cluster,
    store,
    register: {
      lease: async () => undefined,
      giveBack: async () => undefined,
      ask: async () => undefined,
      question: async () => undefined,
      answer: async () => true,
      reopen: async () => undefined,
      countStart: async () => true,
      noteHash: (...noted) => hashes.note(...noted),
      hashes: (...asked) => hashes.of(...asked),
    },
    followUps: {
      tell: async (followUp) => {
        told.push(followUp);
      },
    },
    ...more,
  };
  const signal = new AbortController().signal;
  return {
    cluster,
    store,
    told,
    clients,
    context: (changes = {}, others = {}) => {
      const run = { ...RUN, ...changes };
      return {
        run,
        results: {},
        cluster: new Actuator(cluster, signal, { dryRun: run.mode === 'plan' }),
        folder: new Folder(store, run.target, run.name),
        clients,
        settings: DEFAULT_SETTINGS,
        signal,
        now: () => NOW,
        ...others,
      };
    },
  };
}

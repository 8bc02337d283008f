import { beforeEach, expect, test } from '@jest/globals';
import type { MetricSum } from '../../functions/clients/aws/chain.ts';
import { heartbeat } from '../../functions/watch/jobs/heartbeat.ts';

const NOW = Date.parse('2026-11-30T06:00:00Z');
const cluster = (name: string) => ({ name, region: 'eu-west-1', account: '111122223333' });

let mails: { subject: string; text: string }[];
let asked: MetricSum[];
let unknown: string[];
beforeEach(() => {
  mails = [];
  asked = [];
  unknown = [];
});

const run = (canaries: Record<string, number | Error>, copied: Record<string, number> = {}) =>
  heartbeat.run({
    clients: {
      chain: {
        sum: async (metric) => {
          asked.push(metric);
          if (metric.metric === 'ForwardedLogEvents') return 1_200;
          if (metric.metric === 'IncomingLogEvents') return copied[metric.dimensions['LogGroupName'] ?? ''] ?? 0;
          const count = canaries[metric.dimensions['cluster'] ?? ''] ?? 0;
          if (count instanceof Error) throw count;
          return count;
        },
      },
      canaries: { state: async () => ({ arrivedAt: NOW - 60_000 }) },
      chainStates: {
        read: async ({ name }) =>
          name === 'quiet'
            ? { watchedSince: 0, broken: { filter: { since: NOW, says: 'The filter is missing.' } } }
            : undefined,
      },
      deployed: { centralGroups: Object.keys(copied).map((name) => ({ name, cutLines: true })) },
      health: { tell: async (subject, text) => void mails.push({ subject, text }) },
    },
    settings: { maxPerRun: 1, role: '' },
    clusters: Object.keys(canaries).map(cluster),
    signal: new AbortController().signal,
    now: () => NOW,
    failed: (what) => unknown.push(what),
    unknown: (what) => unknown.push(what),
    problem: () => {},
  });

test('says of each cluster what was seen in the last day, under a subject that always begins in the same way', async () => {
  await expect(run({ blue: 143, green: 144 })).resolves.toEqual({ clusters: 2, silent: 0 });
  expect(mails.map(({ subject }) => subject)).toEqual(['heartbeat: 2 clusters heard']);
  expect(mails[0]?.text).toContain('blue: 143 of 144 canaries arrived, 1200 lines of its log were delivered.');
  expect(mails[0]?.text).toContain('green: 144 of 144 canaries arrived');
  expect(mails[0]?.text).toContain('sent at 2026-11-30T05:59:00.000Z');
  expect(new Set(asked.map(({ minutes, until }) => `${minutes} ${until}`))).toEqual(new Set([`1440 ${NOW}`]));
});

test('names in its subject a cluster that was not heard, and says what is broken', async () => {
  await run({ blue: 144, quiet: 0 });
  expect(mails[0]?.subject).toBe('heartbeat: NOT HEARD: quiet');
  expect(mails[0]?.text).toContain('Broken since 2026-11-30T06:00:00.000Z: The filter is missing.');
});

test('comes also where something is not known, and does not call it heard', async () => {
  await run({ blue: new Error('throttled') });
  expect(mails[0]?.subject).toBe('heartbeat: NOT HEARD: blue');
  expect(mails[0]?.text).toContain('an unknown number of 144 canaries');
  expect(unknown).toEqual(['CanaryArrived of blue']);
});

test('tells of log groups of other accounts what was copied, and names one into which nothing was', async () => {
  await run({}, { '/central/aws/eks/a/cluster': 9_000 });
  await run({ blue: 144 }, { '/central/aws/eks/a/cluster': 9_000 });
  await run({ blue: 144 }, { '/central/aws/eks/a/cluster': 9_000, '/central/aws/eks/b/cluster': 0 });
  expect(mails.map(({ subject }) => subject)).toEqual([
    'heartbeat: 1 central log group heard',
    'heartbeat: 1 cluster and 1 central log group heard',
    'heartbeat: NOT HEARD: /central/aws/eks/b/cluster',
  ]);
  expect(mails[0]?.text).toContain(
    '/central/aws/eks/a/cluster: 9000 lines were copied into it, 1200 of them were delivered.',
  );
});

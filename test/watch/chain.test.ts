/** Each link of the chain is cut in turn: the mail names it, since when, and what fixes it; and it is told once. */

import { type Cluster as EksCluster, ResourceNotFoundException } from '@aws-sdk/client-eks';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Chain } from '../../functions/clients/aws/chain.ts';
import type { CanaryState } from '../../functions/clients/table/canaries.ts';
import type { ChainState } from '../../functions/contract/chain-state.ts';
import { NAMESPACE_WRITES } from '../../functions/kubernetes/filter-pattern.ts';
import { LINKS } from '../../functions/watch/chain/links.ts';
import { type ChainJobClients, chain } from '../../functions/watch/jobs/chain.ts';

const MINUTE = 60_000;
const CLUSTER = { name: 'prod', region: 'eu-west-1', account: '111122223333' };
const DETECT = 'arn:aws:lambda:eu-west-1:111122223333:function:S-Detect';
const ROLE = 'arn:aws:iam::111122223333:role/S-Watch';
const START = Date.parse('2026-11-30T08:00:00Z');

interface World {
  described: EksCluster | undefined;
  entry: { kubernetesGroups: string[] } | undefined;
  canary: CanaryState;
  group: object | undefined;
  transformed: boolean;
  filter: object | undefined;
  policy: object;
  detect: { roleArn: string; state: string } | undefined;
  concurrency: number | undefined;
  hasRole: boolean;
  sums: Record<string, number>;
  /** Thrown by the calls of these names. */
  refused: string[];
}

let world: World;
let now: number;
let mails: { subject: string; text: string }[];
let state: ChainState | undefined;
let unknown: string[];
let known: string[];

beforeEach(() => {
  now = START;
  central = [];
  mails = [];
  state = undefined;
  unknown = [];
  known = [];
  world = {
    described: {
      logging: {
        clusterLogging: [
          { types: ['api'], enabled: false },
          { types: ['audit'], enabled: true },
        ],
      },
      accessConfig: { authenticationMode: 'API' },
    },
    entry: { kubernetesGroups: ['namespace-sentinel:watch'] },
    canary: { sentAt: START, arrivedAt: START, clusterUid: 'u', seenUid: 'u' },
    group: { logGroupName: '/aws/eks/prod/cluster', logGroupClass: 'STANDARD' },
    transformed: false,
    filter: { filterName: 'S-namespaces', filterPattern: NAMESPACE_WRITES, destinationArn: DETECT },
    policy: {
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'logs.amazonaws.com' },
          Action: 'lambda:InvokeFunction',
          Condition: {
            StringEquals: { 'AWS:SourceAccount': '111122223333' },
            ArnLike: { 'AWS:SourceArn': 'arn:aws:logs:eu-west-1:111122223333:log-group:/aws/eks/*/cluster:*' },
          },
        },
      ],
    },
    detect: { roleArn: 'arn:aws:iam::111122223333:role/S-Detect', state: 'Active' },
    concurrency: undefined,
    hasRole: true,
    sums: {},
    refused: [],
  };
});

const answer =
  <T>(name: string, value: () => T) =>
  async (): Promise<T> => {
    if (world.refused.includes(name)) throw new Error(`${name} is refused`);
    return value();
  };

const keep = async (_: unknown, kept: ChainState): Promise<void> => {
  state = structuredClone(kept);
};

/** Log groups into which logs of other accounts are copied. */
let central: ChainJobClients['deployed']['centralGroups'];

const clients = (): ChainJobClients => ({
  chain: {
    logGroup: answer('logGroup', () => world.group),
    hasTransformer: answer('hasTransformer', () => world.transformed),
    filter: answer('filter', () => world.filter),
    function: answer('function', () => world.detect),
    concurrency: answer('concurrency', () => world.concurrency),
    policy: answer('policy', () => JSON.stringify(world.policy)),
    hasRole: answer('hasRole', () => world.hasRole),
    sum: async ({ metric }) => world.sums[metric] ?? 0,
  } as Chain,
  eks: {
    describeCluster: async () => {
      if (world.described) return world.described;
      throw new ResourceNotFoundException({ message: 'No cluster found for name: prod.', $metadata: {} });
    },
    describeAccessEntry: async () => world.entry,
  } as unknown as ChainJobClients['eks'],
  canaries: {
    state: async () => world.canary,
    know: async (_: unknown, uid: string) => void known.push(uid),
  } as unknown as ChainJobClients['canaries'],
  chainStates: { read: async () => state, write: keep },
  health: { tell: async (subject, text) => void mails.push({ subject, text }) },
  place: { account: '111122223333', region: 'eu-west-1' },
  deployed: {
    role: ROLE,
    region: 'eu-west-1',
    stackName: 'S',
    detectName: 'S-Detect',
    detectArn: DETECT,
    cutLineClusters: [],
    centralGroups: central,
    mappedClusters: [],
  },
});

const run = () =>
  chain.run({
    clients: clients(),
    settings: { maxPerRun: 1, role: ROLE },
    clusters: central.length > 0 ? [] : [CLUSTER],
    signal: new AbortController().signal,
    now: () => now,
    failed: (what, error) => {
      throw new Error(what, { cause: error });
    },
    unknown: (what) => unknown.push(what),
    problem: () => {},
  });

/** By the id of the link, the ways in which it is cut; and what the mail must say. */
const CUTS: Record<string, [cut: (world: World) => void, says: string][]> = {
  cluster: [[(w) => (w.described = undefined), 'EKS does not know a cluster prod']],
  'same-cluster': [[(w) => (w.canary.seenUid = 'other'), 'prod is another cluster than before']],
  'access-entry': [
    [(w) => (w.entry = undefined), 'aws eks create-access-entry'],
    [(w) => (w.entry = { kubernetesGroups: ['system:masters'] }), 'aws eks update-access-entry'],
  ],
  reach: [[(w) => (w.canary.sentAt = START - 40 * MINUTE), 'does not answer the canary']],
  'audit-logging': [[(w) => (w.described = { ...w.described, logging: {} }), 'aws eks update-cluster-config']],
  'log-group': [
    [(w) => (w.group = undefined), 'There is no log group /aws/eks/prod/cluster'],
    [(w) => (w.group = { ...w.group, logGroupClass: 'INFREQUENT_ACCESS' }), 'class INFREQUENT_ACCESS'],
    [(w) => (w.group = { ...w.group, retentionInDays: 1 }), 'for 1 days only'],
  ],
  transformer: [[(w) => (w.transformed = true), 'has a transformer']],
  filter: [
    [(w) => (w.filter = undefined), 'aws logs put-subscription-filter'],
    [(w) => (w.filter = { ...w.filter, filterPattern: '{ $.verb = "delete" }' }), 'has another pattern'],
    [(w) => (w.filter = { ...w.filter, destinationArn: `${DETECT}2` }), 'sends the lines elsewhere'],
    [(w) => (w.filter = { ...w.filter, applyOnTransformedLogs: true }), 'takes other lines'],
  ],
  permission: [
    [(w) => (w.policy = { Statement: [] }), 'does not let CloudWatch Logs invoke it'],
    [
      (w) => {
        const [statement] = (w.policy as { Statement: object[] }).Statement;
        const Condition = {
          ArnLike: { 'AWS:SourceArn': 'arn:aws:logs:eu-west-1:1:log-group:/aws/eks/other/cluster:*' },
        };
        w.policy = { Statement: [{ ...statement, Condition }] };
      },
      'does not let CloudWatch Logs invoke it',
    ],
  ],
  delivery: [
    [(w) => (w.sums['DeliveryErrors'] = 2), 'could not deliver lines of prod'],
    [(w) => (w.sums['DeliveryThrottling'] = 1), 'was throttled'],
  ],
  detect: [
    [(w) => (w.detect = undefined), 'There is no function S-Detect'],
    [(w) => (w.concurrency = 0), 'is disabled: its reserved concurrency is 0'],
    [(w) => (w.hasRole = false), 'is gone, so that it cannot run'],
  ],
  throttles: [[(w) => (w.sums['Throttles'] = 9), 'Lambda refuses the invocations of S-Detect']],
  canary: [[(w) => (w.canary.arrivedAt = START - 40 * MINUTE), 'are sent and do not arrive']],
};

test('each link can be cut here', () => {
  expect(Object.keys(CUTS)).toEqual(LINKS.map(({ id }) => id));
});

test('nothing is told about a chain that is whole, and it is kept since when it is watched', async () => {
  await expect(run()).resolves.toEqual({ broken: 0 });
  expect(mails).toEqual([]);
  expect(state).toEqual({ watchedSince: START, broken: {} });
});

describe.each(Object.entries(CUTS))('the link %s', (id, cuts) => {
  test.each(cuts)('is named when it is cut (%#)', async (cut, says) => {
    state = { watchedSince: 0, broken: {} };
    cut(world);
    await run();
    expect(mails).toHaveLength(1);
    const [mail] = mails;
    expect(mail?.text).toContain(`(link ${id})`);
    expect(mail?.text).toContain(says);
    expect(mail?.text).toContain('To do: ');
    expect(mail?.subject).toMatch(/^prod: [ -~]+$/);
    // One link alone is named, but for what goes with it.
    expect(mail?.text.match(/\(link /g)).toHaveLength(1);
  });

  test.each(cuts)('is told once, while what is counted of it goes on (%#)', async (cut) => {
    state = { watchedSince: 0, broken: {} };
    cut(world);
    await run();
    now += 10 * MINUTE;
    for (const [metric, sum] of Object.entries(world.sums)) world.sums[metric] = 3 * sum;
    // Another one was refused; and it is known from then on.
    if (world.canary.seenUid !== world.canary.clusterUid) world.canary.clusterUid = world.canary.seenUid ?? '';
    await run();
    expect(mails.filter(({ subject }) => !subject.includes('holds again'))).toHaveLength(1);
  });
});

test('a break is told once, with the time at which it was noticed, and its end', async () => {
  await run();
  world.concurrency = 0;
  now += 10 * MINUTE;
  await run();
  now += 10 * MINUTE;
  await run();
  expect(mails).toHaveLength(1);
  expect(mails[0]?.text).toContain('Noticed at 2026-11-30T08:10:00.000Z.');
  expect(mails[0]?.text).toContain('The last canary that arrived was sent at 2026-11-30T08:00:00.000Z');
  world.concurrency = undefined;
  await run();
  expect(mails[1]?.subject).toBe('prod: holds again');
  expect(mails[1]?.text).toContain('Since 2026-11-30T08:10:00.000Z: S-Detect is disabled');
  await run();
  expect(mails).toHaveLength(2);
});

test('what cannot be examined is not known: neither broken by that, nor whole again', async () => {
  world.filter = undefined;
  await run();
  world.refused = ['filter', 'logGroup'];
  await run();
  expect(mails).toHaveLength(1);
  expect(unknown.toSorted()).toEqual(['filter of prod', 'log-group of prod']);
});

test('a cluster that was made again is told once, and known from then on', async () => {
  world.canary.seenUid = 'other';
  await run();
  expect(mails).toHaveLength(1);
  expect(known).toEqual(['other']);
});

test('before a canary can have arrived, nothing is said of canaries', async () => {
  world.canary = {};
  await run();
  now += 25 * MINUTE;
  await run();
  expect(mails).toEqual([]);
  now += 10 * MINUTE;
  await run();
  expect(mails[0]?.subject).toContain('watch does not reach the cluster');
});

describe('a log group into which logs of other accounts are copied', () => {
  const GROUP = '/central/aws/eks/prod/cluster';
  beforeEach(() => {
    central = [{ name: GROUP, cutLines: false }];
    world.group = { logGroupName: GROUP };
    world.filter = { ...world.filter, emitSystemFields: ['@aws.account', '@aws.region'] };
    const [statement] = (world.policy as { Statement: object[] }).Statement;
    const Condition = { ArnLike: { 'AWS:SourceArn': 'arn:aws:logs:eu-west-1:1:log-group:*/aws/eks/*/cluster:*' } };
    world.policy = { Statement: [{ ...statement, Condition }] };
    // Nothing of a cluster is asked.
    world.described = undefined;
    world.canary = {};
  });

  test('is examined without anything of a cluster', async () => {
    now += 60 * MINUTE;
    await expect(run()).resolves.toEqual({ broken: 0 });
    expect(mails).toEqual([]);
  });

  test.each<[string, (world: World) => void, RegExp]>([
    ['is gone', (w) => (w.group = undefined), /The centralization rule makes it again/],
    [
      'has a filter without system fields',
      (w) => (w.filter = { ...w.filter, emitSystemFields: ['@aws.account'] }),
      /does not tell the account and the Region of each line[\s\S]*--emit-system-fields '\["@aws\.account","@aws\.region"\]'/,
    ],
    ['has no filter', (w) => (w.filter = undefined), /is missing: what is created in the clusters of that group/],
    ['may not be delivered', (w) => (w.policy = { Statement: [] }), /does not let CloudWatch Logs invoke it/],
    ['was not delivered', (w) => (w.sums['DeliveryErrors'] = 1), /could not deliver/],
    ['is rewritten', (w) => (w.transformed = true), /has a transformer/],
  ])('%s: told once, with the group, and its end', async (_, cut, says) => {
    const before = structuredClone(world);
    cut(world);
    await run();
    await run();
    expect(mails).toHaveLength(1);
    expect(mails[0]?.subject).toMatch(/^\/central\/aws\/eks\/prod\/cluster: /);
    expect(mails[0]?.text).toMatch(says);
    expect(mails[0]?.text).toContain(`The way from the log group ${GROUP}`);
    expect(mails[0]?.text).not.toContain('canary');
    world = before;
    await run();
    expect(mails[1]?.subject).toBe(`${GROUP}: holds again`);
  });

  test('has a second filter where cut lines are watched', async () => {
    central = [{ name: GROUP, cutLines: true }];
    await run();
    expect(mails[0]?.text).toContain('S-cut-lines of /central/aws/eks/prod/cluster has another pattern');
  });
});

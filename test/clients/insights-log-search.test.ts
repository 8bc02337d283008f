import {
  CloudWatchLogsClient,
  GetQueryResultsCommand,
  LimitExceededException,
  StartQueryCommand,
  StopQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { LocalLogSearch } from '../../functions/clients/local/log-search.ts';
import { InsightsLogSearch } from '../../functions/clients/logs/insights-log-search.ts';
import type { Condition, LogQuestion } from '../../functions/clients/logs/log-search.ts';
import { LogVolume, type LogVolumes } from '../../functions/clients/logs/log-volume.ts';
import { budgetOfEach, type LogBudget, type ScanKind } from '../../functions/clients/table/log-budget.ts';
import { LogBudgetExceeded } from '../../functions/contract/errors.ts';
import { InsightsService, type StoredLine } from './insights-service.ts';

const NOW = Date.parse('2026-11-23T10:05:00Z');
const MINUTE = 60_000;
const HOUR = Date.parse('2026-11-23T10:00:00Z');
const GROUP = '/aws/eks/prod/cluster';

type Scan = Parameters<LogBudget['reserve']>[0];

const mock = mockClient(CloudWatchLogsClient);
let service: InsightsService;
let reserved: Scan[];
let settled: number[];
/** Which kinds of scans there is no budget for. */
let spent: ScanKind[];
let volumes: LogVolumes;
let logs: InsightsLogSearch;
const { signal } = new AbortController();

beforeEach(() => {
  mock.reset();
  service = new InsightsService();
  service.attach(mock);
  [reserved, settled, spent] = [[], [], []];
  // 24,000 bytes a day for a week.
  const hours = Array.from({ length: 7 * 24 }, (_, index) => [HOUR - index * 60 * MINUTE, 1_000] as const);
  volumes = { of: async () => new LogVolume(new Map(hours), { from: NOW - 7 * 24 * 60 * MINUTE, to: NOW }) };
  const budget: LogBudget = {
    async reserve(scan) {
      reserved.push(scan);
      return !spent.includes(scan.kind) ? { settle: async (scanned) => void settled.push(scanned) } : undefined;
    },
  };
  logs = new InsightsLogSearch(
    new CloudWatchLogsClient({ region: 'eu-central-1' }),
    { budget, volumes: { of: (...asked) => volumes.of(...asked) } },
    {
      now: () => NOW,
      pollMs: 1,
    },
  );
});
afterEach(() => void mock.reset());

const question = (where: Condition = { all: [] }, overrides: Partial<LogQuestion> = {}): LogQuestion => ({
  cluster: { name: 'prod' },
  source: 'audit',
  from: NOW - 60 * MINUTE,
  to: NOW,
  where,
  limit: 100,
  ...overrides,
});

const line = (minutesAgo: number, json: object, stream = 'kube-apiserver-audit-1'): StoredLine => ({
  at: NOW - minutesAgo * MINUTE,
  stream,
  message: JSON.stringify({ auditID: `${minutesAgo}`, ...json }),
});
const get = (minutesAgo: number, username = 'a') => line(minutesAgo, { verb: 'get', user: { username } });

describe('a log group that has the logs of several accounts', () => {
  const CENTRAL = '/central/aws/eks/prod/cluster';
  const [first, second] = ['222233334444', '333344445555'].map((account) => ({ account, region: 'eu-west-1' }));
  const of = (origin: LogQuestion['origin'], where: Condition = { all: [] }): LogQuestion =>
    question(where, { logGroup: CENTRAL, ...(origin && { origin }) });
  beforeEach(() => {
    service.groups[CENTRAL] = [
      { ...get(5), ...(first && { origin: first }) },
      { ...get(3), ...(second && { origin: second }) },
      { ...get(2), origin: { account: '222233334444', region: 'us-east-1' } },
      get(1),
    ];
  });
  const agesOf = (entries: readonly { at: number }[]) => entries.map(({ at }) => (NOW - at) / MINUTE);

  test('only lines of the account and Region that is asked about are told, also where the service tells others', async () => {
    const { entries, more } = await logs.ask(of(first), signal);
    expect([agesOf(entries), more]).toEqual([[5], false]);
    expect(service.started[0]?.query).toContain('@aws.account = "222233334444" and @aws.region = "eu-west-1"');
    mock.on(GetQueryResultsCommand).resolves({
      status: 'Complete',
      results: [get(5), get(4)].map(({ at, stream, message }, index) => [
        { field: '@timestamp', value: new Date(at).toISOString().replace('T', ' ').replace('Z', '') },
        { field: '@logStream', value: stream },
        { field: '@aws.account', value: index === 0 ? '222233334444' : '999988887777' },
        { field: '@aws.region', value: 'eu-west-1' },
        { field: 'namespaceSentinelLine', value: message },
      ]),
    });
    expect(agesOf((await logs.ask(of(first), signal)).entries)).toEqual([5]);
  });

  test('questions about two accounts share a scan, and each gets its own lines', async () => {
    const [one, two] = await Promise.all([logs.ask(of(first), signal), logs.ask(of(second), signal)]);
    expect([agesOf(one.entries), agesOf(two.entries)]).toEqual([[5], [3]]);
    expect(service.started).toHaveLength(1);
  });

  test('a line that is cut is not taken for one of another account', async () => {
    service.groups[CENTRAL] = [get(5)].map(({ at, stream }) => ({
      at,
      stream,
      message: `{"auditID":"x","verb":"get","user":{"username":"${'a'.repeat(9_000)}`,
      ...(second && { origin: second }),
    }));
    const { entries, more } = await logs.ask(of(first, { field: 'user.username', is: 'a' }), signal);
    expect([entries, more]).toEqual([[], false]);
  });
});

describe('an answer', () => {
  test('holds the entries that meet the condition, oldest first, with what they hold', async () => {
    service.groups[GROUP] = [get(5), get(1, 'b'), get(9)];
    const answer = await logs.ask(question({ field: 'user.username', is: 'a' }), signal);
    expect(answer.entries.map(({ at }) => at)).toEqual([NOW - 9 * MINUTE, NOW - 5 * MINUTE]);
    expect(answer.entries[0]).toMatchObject({ logStream: 'kube-apiserver-audit-1', json: { verb: 'get' } });
    expect(answer.more).toBe(false);
  });

  test.each<[string, object, boolean | undefined]>([
    ['no line to scan', { recordsScanned: 0 }, true],
    ['none but what an index spares', { recordsScanned: 0, estimatedRecordsSkipped: 9 }, undefined],
    ['lines, none of which matches', { recordsScanned: 3 }, undefined],
    ['no statistics', {}, undefined],
  ])('of a log with %s', async (_, statistics, silent) => {
    service.groups[GROUP] = [];
    mock.on(GetQueryResultsCommand).resolves({ status: 'Complete', results: [], statistics });
    const answer = await logs.ask(question(), signal);
    expect([answer.entries, answer.silent]).toEqual([[], silent]);
  });

  test('is complete until entries have had the time to arrive', async () => {
    service.groups[GROUP] = [];
    service.groups['flow'] = [];
    expect((await logs.ask(question(), signal)).completeUntil).toBe(NOW - 3 * MINUTE);
    expect((await logs.ask(question({ all: [] }, { to: NOW - 20 * MINUTE }), signal)).completeUntil).toBe(
      NOW - 20 * MINUTE,
    );
    const flow = await logs.ask(question({ all: [] }, { source: 'flow', logGroup: 'flow' }), signal);
    expect(flow.completeUntil).toBe(NOW - 15 * MINUTE);
  });

  test('says when there is more', async () => {
    service.groups[GROUP] = [get(1), get(2), get(3)];
    const answer = await logs.ask(question({ all: [] }, { limit: 2 }), signal);
    expect(answer).toMatchObject({ more: true, entries: [{ at: NOW - 2 * MINUTE }, { at: NOW - MINUTE }] });
  });

  test('keeps the logs of the control plane apart', async () => {
    const text = (stream: string) => ({ at: NOW - MINUTE, stream, message: 'E1123 mallory' });
    service.groups[GROUP] = [get(1), text('kube-apiserver-77'), text('authenticator-77'), text('kube-scheduler-77')];
    for (const [source, stream] of [
      ['audit', 'kube-apiserver-audit-1'],
      ['api-server', 'kube-apiserver-77'],
      ['authenticator', 'authenticator-77'],
    ] as const) {
      const { entries } = await logs.ask(question({ all: [] }, { source }), signal);
      expect(entries.map(({ logStream }) => logStream)).toEqual([stream]);
    }
  });

  test('of a long line holds the beginning, and what is complete in it', async () => {
    service.groups[GROUP] = [line(1, { verb: 'create', requestObject: { metadata: { x: 'y'.repeat(20_000) } } })];
    const { entries, more } = await logs.ask(question({ field: 'verb', is: 'create' }), signal);
    expect(entries).toMatchObject([{ cut: true, json: { verb: 'create' } }]);
    expect(entries[0]?.message).toHaveLength(8_192);
    expect(more).toBe(false);
  });

  test.each([
    ['pushed beyond what is fetched', line(1, { requestURI: 'x'.repeat(10_000), verb: 'create' })],
    [
      'pushed beyond where the service cuts',
      {
        ...get(1),
        message: `${JSON.stringify({ auditID: '1', requestURI: 'x'.repeat(300_000) }).slice(0, 262_000)}[Truncated...]`,
      },
    ],
  ])('does not hide that a line was %s', async (_, stored) => {
    service.groups[GROUP] = [stored, get(2)];
    const { entries, more } = await logs.ask(question({ field: 'verb', is: 'create' }), signal);
    expect({ entries, more }).toEqual({ entries: [], more: true });
  });

  test('finds a line in which the service discovered no more fields', async () => {
    const extra = Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`k${index}`, 1]));
    service.groups[GROUP] = [line(1, { extra, verb: 'create' }), line(2, { extra, verb: 'get' })];
    const { entries } = await logs.ask(question({ field: 'verb', is: 'create' }), signal);
    expect(entries.map(({ at }) => at)).toEqual([NOW - MINUTE]);
  });

  test.each(['a" or verb like "', 'a\\', "x' | limit 1 #", '\n', '`verb`', '"'])(
    'about the value %j is exact',
    async (username) => {
      service.groups[GROUP] = [get(1, username), get(2, 'a'), get(3, `${username}x`)];
      const { entries } = await logs.ask(question({ field: 'user.username', is: username }), signal);
      expect(entries.map(({ at }) => at)).toEqual([NOW - MINUTE]);
    },
  );
});

test('both implementations answer the same', async () => {
  const users = ['a', 'b', 'system:serviceaccount:x:y'];
  const lines = Array.from({ length: 60 }, (_, index) =>
    line(index / 2 + 4, {
      verb: ['get', 'create', 'delete'][index % 3],
      user: { username: users[index % users.length], extra: { canonicalArn: [`arn:${index % 4}`] } },
      responseStatus: { code: index % 5 === 0 ? 403 : 200 },
    }),
  );
  service.groups[GROUP] = lines;
  const local = new LocalLogSearch({ audit: () => lines });
  for (const where of [
    { field: 'user.extra.canonicalArn.0', is: 'arn:1' },
    { all: [{ field: 'verb', in: ['create', 'delete'] }, { not: { field: 'user.username', is: 'a' } }] },
    {
      any: [
        { field: 'responseStatus.code', is: 403 },
        { field: '@message', has: 'serviceaccount' },
      ],
    },
  ] satisfies Condition[]) {
    const [one, other] = [await logs.ask(question(where), signal), await local.ask(question(where), signal)];
    expect(one.entries.map(({ message }) => message)).toEqual(other.entries.map(({ message }) => message));
    expect(one.entries.length).toBeGreaterThan(5);
  }
});

describe('what is scanned', () => {
  test('questions about one window share it', async () => {
    service.groups[GROUP] = [get(1), get(2, 'b'), { ...get(3), stream: 'authenticator-1', message: 'denied' }];
    const answers = await Promise.all([
      logs.ask(question({ field: 'user.username', is: 'a' }), signal),
      logs.ask(question({ field: 'user.username', is: 'b' }), signal),
      logs.ask(question({ field: 'user.username', is: 'b' }), signal),
      logs.ask(question({ field: '@message', has: 'denied' }, { source: 'authenticator' }), signal),
    ]);
    expect(service.started).toHaveLength(1);
    expect(answers.map(({ entries }) => entries.map(({ at }) => (NOW - at) / MINUTE))).toEqual([[1], [2], [2], [3]]);
    expect(answers.map(({ more }) => more)).toEqual([false, false, false, false]);
  });

  test('where one crowds out another, each is asked for itself', async () => {
    service.groups[GROUP] = [...Array.from({ length: 50 }, () => get(1, 'noise')), get(5, 'mallory')];
    const [noise, mallory] = await Promise.all([
      logs.ask(question({ field: 'user.username', is: 'noise' }, { limit: 10 }), signal),
      logs.ask(question({ field: 'user.username', is: 'mallory' }, { limit: 10 }), signal),
    ]);
    expect(service.started).toHaveLength(3);
    expect(noise.more).toBe(true);
    expect(mallory).toMatchObject({ more: false, entries: [{ json: { user: { username: 'mallory' } } }] });
  });

  test('and says so where that cannot be paid any more', async () => {
    service.groups[GROUP] = [...Array.from({ length: 50 }, () => get(1, 'noise')), get(5, 'mallory')];
    const both = Promise.all([
      logs.ask(question({ field: 'user.username', is: 'noise' }, { limit: 10 }), signal),
      logs.ask(question({ field: 'user.username', is: 'mallory' }, { limit: 10 }), signal),
    ]);
    mock.on(StartQueryCommand).callsFakeOnce((input) => {
      spent = ['whole', 'short', 'later'];
      mock.on(StartQueryCommand).rejects(new Error('must not be asked'));
      service.attach(mock);
      return new CloudWatchLogsClient({}).send(new StartQueryCommand(input));
    });
    expect(await both).toMatchObject([
      { more: true, limit: 'log-budget' },
      { more: true, limit: 'log-budget', entries: [] },
    ]);
  });

  test('is estimated by what was written in the window, and put right afterwards', async () => {
    service.groups[GROUP] = [get(1)];
    const share = { actor: 'ci', isFirst: true, at: NOW };
    const { scannedBytes, from } = await logs.ask(question({ all: [] }, { share }), signal);
    expect(reserved).toEqual([
      {
        logGroup: GROUP,
        bytesPerDay: expect.closeTo(24_000, -3),
        share,
        kind: 'whole',
        bytes: expect.closeTo(1_000, -2),
      },
    ]);
    expect(from).toBe(question().from);
    expect(settled).toEqual([scannedBytes]);
    expect(scannedBytes).toBe(get(1).message.length);
  });

  test('only the time about the request, where the whole window is too much; and says so', async () => {
    service.groups[GROUP] = [get(1), get(200, 'early')];
    spent = ['whole'];
    const share = { actor: 'ci', isFirst: true, at: NOW - 30 * MINUTE };
    const answer = await logs.ask(question({ all: [] }, { from: NOW - 600 * MINUTE, share }), signal);
    expect(reserved.map(({ kind, bytes }) => [kind, bytes])).toEqual([
      ['whole', expect.closeTo(10_000, -2)],
      ['short', expect.closeTo(1_500, -2)],
    ]);
    expect(answer).toMatchObject({ from: NOW - 90 * MINUTE, limit: 'log-budget', more: true });
    expect(answer.entries).toHaveLength(1);
  });

  test('a later look has its own share, and no shorter window', async () => {
    service.groups[GROUP] = [];
    spent = ['later'];
    const share = { actor: 'ci', isFirst: false, at: NOW - 30 * MINUTE };
    const asked = logs.ask(question({ all: [] }, { from: NOW - 600 * MINUTE, share }), signal);
    await expect(asked).rejects.toMatchObject({ name: 'LogBudgetExceeded', limit: 'log-budget' });
    expect(reserved.map(({ kind }) => kind)).toEqual(['later']);
  });

  test('nothing, where the budget is used up', async () => {
    service.groups[GROUP] = [];
    spent = ['whole', 'short'];
    await expect(logs.ask(question(), signal)).rejects.toMatchObject({ name: 'LogBudgetExceeded' });
    expect(service.started).toEqual([]);
  });

  test('counts when it was scanned, where nobody knows how much is written', async () => {
    service.groups[GROUP] = [get(1)];
    volumes = { of: () => Promise.reject(Object.assign(new Error('x'), { name: 'AccessDenied' })) };
    await logs.ask(question(), signal);
    expect(reserved).toMatchObject([{ bytesPerDay: 0, bytes: 0 }]);
    expect(settled).toEqual([get(1).message.length]);
    spent = ['whole', 'short'];
    await expect(logs.ask(question(), signal)).rejects.toThrow('could not be read (AccessDenied)');
  });

  test('nothing, where nothing can meet the condition', async () => {
    service.groups[GROUP] = [get(1)];
    const where = { any: [] };
    const answer = await logs.ask(question(where, { source: 'application', logGroup: GROUP }), signal);
    expect(answer).toMatchObject({ entries: [], more: false });
    expect(service.started).toEqual([]);
  });
});

describe('no answer', () => {
  test.each([
    ['the log group does not exist', question()],
    ['the cluster has no name', question({ all: [] }, { cluster: {} })],
    ['it is not said where flow logs are', question({ all: [] }, { source: 'flow' })],
    ['Container Insights is not set up', question({ all: [] }, { source: 'application' })],
  ])('%s', async (_, asked) => {
    service.groups[`${GROUP}-2`] = [];
    await expect(logs.ask(asked, signal)).rejects.toMatchObject({ name: 'LogSourceMissing' });
  });

  test.each([
    ['Failed', 'LogQueryFailed'],
    ['Timeout', 'LogQueryTimeout'],
    ['Cancelled', 'LogQueryFailed'],
    ['Unknown', 'LogQueryFailed'],
  ] as const)('the query ends as %s', async (status, name) => {
    service.groups[GROUP] = [];
    mock.on(GetQueryResultsCommand).resolves({ status, statistics: { bytesScanned: 7 } });
    await expect(logs.ask(question(), signal)).rejects.toMatchObject({ name });
    expect(settled).toEqual([7]);
    expect(service.stopped).toEqual([]);
  });

  test('too many queries at once, beyond the retries', async () => {
    service.groups[GROUP] = [];
    mock.on(StartQueryCommand).rejects(new LimitExceededException({ message: 'too many', $metadata: {} }));
    await expect(logs.ask(question(), signal)).rejects.toMatchObject({ name: 'LimitExceededException' });
    expect(settled).toEqual([0]);
  });

  test('denied', async () => {
    const denied = Object.assign(new Error('not authorized to perform: logs:StartQuery'), {
      name: 'AccessDeniedException',
    });
    service.groups[GROUP] = [];
    mock.on(StartQueryCommand).rejects(denied);
    await expect(logs.ask(question(), signal)).rejects.toBe(denied);
  });

  test.each([
    ['rows without columns', [[], [{}]]],
    [
      'a time that is not one',
      [
        [
          { field: '@timestamp', value: 'yesterday' },
          { field: 'namespaceSentinelLine', value: '{}' },
        ],
      ],
    ],
  ])('rubbish is said to be more than was read: %s', async (_, results) => {
    service.groups[GROUP] = [];
    mock.on(GetQueryResultsCommand).resolves({ status: 'Complete', results });
    expect(await logs.ask(question(), signal)).toMatchObject({ entries: [], more: true });
  });

  test('a query without an id, and one that answers nothing at all', async () => {
    service.groups[GROUP] = [];
    mock.on(GetQueryResultsCommand).resolves({});
    await expect(logs.ask(question(), signal)).rejects.toMatchObject({ name: 'LogQueryFailed' });
    mock.on(StartQueryCommand).resolves({});
    await expect(logs.ask(question(), signal)).rejects.toMatchObject({ name: 'LogQueryFailed' });
  });
});

describe('when nobody waits any more', () => {
  test('the query is stopped, and its estimate stands', async () => {
    service.groups[GROUP] = [get(1)];
    service.pollsUntilDone = 1_000_000;
    const controller = new AbortController();
    const answer = logs.ask(question(), controller.signal);
    await until(() => mock.commandCalls(GetQueryResultsCommand).length >= 3);
    controller.abort(new Error('over'));
    await expect(answer).rejects.toThrow('over');
    await until(() => settled.length > 0);
    expect(service.stopped).toEqual(['query-0']);
    expect(settled).toEqual(reserved.map(({ bytes }) => bytes));
  });

  test('a query that cannot be stopped does no harm', async () => {
    service.groups[GROUP] = [];
    service.pollsUntilDone = 1_000_000;
    mock.on(StopQueryCommand).rejects(new Error('it has ended'));
    const controller = new AbortController();
    const answer = logs.ask(question(), controller.signal);
    await until(() => service.started.length > 0);
    controller.abort();
    await expect(answer).rejects.toThrow();
    await until(() => settled.length > 0);
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}

describe('the ends of log streams', () => {
  const window = { cluster: { name: 'prod' }, source: 'audit' as const, from: NOW - 60 * MINUTE, to: NOW };
  const line = (stream: string, minutes: number): StoredLine => ({
    at: NOW - minutes * MINUTE,
    stream,
    message: JSON.stringify({ auditID: `${stream} ${minutes}` }),
  });

  test('are the newest entries of each audit stream', async () => {
    service.groups[GROUP] = [
      line('kube-apiserver-audit-a', 5),
      line('kube-apiserver-audit-a', 3),
      line('kube-apiserver-audit-b', 50),
      line('kube-apiserver-audit-c', 70),
      line('kube-apiserver-d', 1),
    ];
    expect((await logs.newest(window, signal)).toSorted((a, b) => a.at - b.at)).toEqual([
      { stream: 'kube-apiserver-audit-b', at: NOW - 50 * MINUTE },
      { stream: 'kube-apiserver-audit-a', at: NOW - 3 * MINUTE },
    ]);
    expect(service.started.map(({ query }) => query)).toEqual([expect.stringContaining('| dedup @logStream |')]);
  });

  test('are not told where only a part of the time may be read', async () => {
    service.groups[GROUP] = [line('kube-apiserver-audit-a', 5)];
    spent = ['whole'];
    await expect(logs.newest({ ...window, from: NOW - 300 * MINUTE }, signal)).rejects.toThrow('not every log stream');
    spent = ['whole', 'short'];
    await expect(logs.newest(window, signal)).rejects.toThrow(LogBudgetExceeded);
  });

  test('are those of files, where these are what there is', async () => {
    const event = (at: number) => JSON.stringify({ stageTimestamp: new Date(at).toISOString(), auditID: 'x' });
    const local = new LocalLogSearch({
      audit: () => [
        { logStream: 'one.log', message: event(NOW - 2 * MINUTE) },
        { logStream: 'two.log', message: event(NOW - 9 * MINUTE) },
        { logStream: 'one.log', message: event(NOW - 4 * MINUTE) },
        { logStream: 'old.log', message: event(NOW - 90 * MINUTE) },
      ],
    });
    expect(await local.newest(window, signal)).toEqual([
      { stream: 'one.log', at: NOW - 2 * MINUTE },
      { stream: 'two.log', at: NOW - 9 * MINUTE },
    ]);
  });
});

test('a budget of each question lets through what is small enough', async () => {
  const each = budgetOfEach(10);
  const scan = { logGroup: GROUP, bytesPerDay: 1, share: { actor: '', isFirst: true }, kind: 'whole' } as const;
  expect(await each.reserve({ ...scan, bytes: 10 })).toBeDefined();
  expect(await each.reserve({ ...scan, bytes: 11 })).toBeUndefined();
});

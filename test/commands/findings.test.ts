/** `sentinel findings`: what a deployment has found, and what became of it. */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { STORED_ATTRIBUTES } from '../../functions/contract/item-keys.ts';
import { run } from './run.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z');
jest.useFakeTimers({ now: NOW, doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'setInterval', 'clearInterval'] });
afterAll(() => {
  jest.useRealTimers();
});

const db = mockClient(DynamoDBClient);
const cloudformation = mockClient(CloudFormationClient);
beforeEach(() => {
  db.reset();
  cloudformation.reset();
});

const REGION = ['--region', 'eu-west-1'];
const AT = [...REGION, '--table', 'T'];
const id = (digit: string) => `nsf-${digit.repeat(32)}`;
const CLUSTER = { name: 'prod', region: 'eu-west-1', account: '111122223333' };
const finding = (digit: string, more: object = {}) => ({
  schemaVersion: 1,
  id: id(digit),
  outcome: 'created',
  cluster: CLUSTER,
  namespace: { name: `shop-${digit}`, uid: `uid-${digit}` },
  actor: { kind: 'iam-role', principalArn: 'arn:aws:iam::111122223333:role/Dev' },
  request: { at: '2026-11-30T11:56:00.000000Z' },
  source: { kind: 'audit-log' },
  ...more,
});
const verdict = (severity: string | undefined, score: number, more: object = {}) => ({
  ...(severity && { severity }),
  score,
  indicators: { 'lookalike-name': score },
  reasons: { 'lookalike-name': { reason: 'It can be taken for kube-system.' } },
  ...more,
});
const CLOSED = { reason: 'planned', decidedBy: 'alice', decidedAt: '2026-11-30T11:58:00.000Z' };

/** An item as the functions write it. */
function item(digit: string, state: string, { of = {}, ...json }: Record<string, object> = {}) {
  const text = Object.entries({ finding: finding(digit, of), ...json }).map(([name, value]) => [
    name,
    { S: JSON.stringify(value) },
  ]);
  return { id: { S: id(digit) }, state: { S: state }, ...Object.fromEntries(text) };
}

const ITEMS = {
  open: item('1', 'alerted', { told: verdict('HIGH', 60) }),
  worse: item('2', 'alerted', { told: verdict('LOW', 5), latest: verdict('CRITICAL', 95) }),
  contained: item('3', 'alerted', {
    told: verdict('HIGH', 60),
    playbookEnd: { outcome: 'contained', at: '2026-11-30T11:59:00Z' },
  }),
  closedSince: item('4', 'alerted', {
    told: verdict('LOW', 5),
    closed: CLOSED,
    playbookEnd: { outcome: 'contained', at: '2026-11-30T11:57:00Z' },
  }),
  releasedSince: item('5', 'alerted', {
    told: verdict('LOW', 5),
    closed: CLOSED,
    playbookEnd: { outcome: 'released', at: '2026-11-30T11:59:00Z' },
  }),
  fresh: item('6', 'claimed'),
  refused: item('7', 'recorded', { of: { outcome: 'already-exists', cluster: { ...CLUSTER, name: 'test' } } }),
  digested: item('8', 'recorded', { told: { indicators: {}, digested: true } }),
  accepted: item('9', 'alerted', { told: verdict('LOW', 10, { accepted: true }) }),
  unknown: item('a', 'alerted', { told: verdict(undefined, 0) }),
  old: item('b', 'alerted', { of: { request: { at: '2026-11-01T00:00:00Z' } }, told: verdict('HIGH', 70) }),
};
type Name = keyof typeof ITEMS;
const holds = (...names: Name[]) => db.on(ScanCommand).resolves({ Items: names.map((name) => ITEMS[name]) as never });
const all = () => holds(...(Object.keys(ITEMS) as Name[]));

const listed = async (...args: string[]) =>
  (await run(['findings', ...AT, '--json', ...args])).stdout
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { id: string; state: string; severity?: string });

describe('the list', () => {
  test('tells severity, state and age', async () => {
    holds('open', 'refused');
    const { code, stdout, stderr } = await run(['findings', ...AT]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe(
      [
        'SEVERITY  STATE             AGE      ID                CLUSTER               NAMESPACE                     OUTCOME          CREATOR',
        'HIGH      open              4 min    nsf-111111111111  prod                  shop-1                        created          arn:aws:iam::111122223333:role/Dev',
        '-         recorded          4 min    nsf-777777777777  test                  shop-7                        already-exists   arn:aws:iam::111122223333:role/Dev',
        '2 findings since 2026-11-23T12:00:00.000Z.',
        '',
      ].join('\n'),
    );
  });

  test('reads only what the policy of readers allows, page by page', async () => {
    db.on(ScanCommand)
      .resolvesOnce({ Items: [ITEMS.open] as never, LastEvaluatedKey: { id: { S: 'x' } } })
      .resolves({ Items: [ITEMS.worse] as never });
    expect(await listed()).toHaveLength(2);
    const { ProjectionExpression = '', Select, TableName } = db.commandCalls(ScanCommand)[0]?.args[0].input ?? {};
    expect([Select, TableName]).toEqual(['SPECIFIC_ATTRIBUTES', 'T']);
    expect(ProjectionExpression.replace('#', '').split(', ')).toEqual([...STORED_ATTRIBUTES]);
  });

  test.each<[Name, string, string | undefined]>([
    ['open', 'open', 'HIGH'],
    ['worse', 'open', 'CRITICAL'],
    ['contained', 'contained', 'HIGH'],
    ['closedSince', 'legitimate', 'LOW'],
    ['releasedSince', 'released', 'LOW'],
    ['fresh', 'not-alerted', undefined],
    ['refused', 'recorded', undefined],
    ['digested', 'digested', undefined],
    ['accepted', 'accepted', 'LOW'],
    ['unknown', 'open', 'UNKNOWN'],
  ])('%s is %s', async (name, state, severity) => {
    holds(name);
    expect(await listed()).toEqual([expect.objectContaining({ state, ...(severity && { severity }) })]);
    expect((await listed())[0]?.severity).toBe(severity);
  });

  test.each([
    ['nothing', [], 10],
    ['a severity and above, and what is unknown', ['--severity', 'HIGH'], 4],
    ['states', ['--state', 'contained', 'released'], 2],
    ['a cluster', ['--cluster', 'test'], 1],
    ['a namespace', ['--namespace', 'shop-2'], 1],
    ['a time', ['--since', '60d'], 11],
    ['a date', ['--since', '2026-10-01'], 11],
    ['minutes', ['--since', '3m'], 0],
    ['all together', ['--severity', 'CRITICAL', '--state', 'open', '--cluster', 'prod', '--since', '1h'], 2],
  ])('is filtered by %s', async (_, args, count) => {
    all();
    expect(await listed(...args)).toHaveLength(count);
  });

  test('has the newest first', async () => {
    holds('old', 'open');
    expect((await listed('--since', '90d')).map((each) => each.id)).toEqual([id('1'), id('b')]);
  });

  test('tells what cannot be read, and shows the others', async () => {
    db.on(ScanCommand).resolves({ Items: [{ ...ITEMS.open, finding: { S: '{"a":\u001b' } }, ITEMS.worse] as never });
    const { code, stdout, stderr } = await run(['findings', ...AT]);
    expect(code).toBe(1);
    expect(stdout).toContain('1 finding since');
    expect(stderr).toMatch(/^not read: nsf-1{32}: .*finding in the findings table/);
  });

  test('shows no control character of what others have chosen', async () => {
    const hostile = 'a\u001b[2J\u202egnp\r\nSEVERITY';
    const of = {
      namespace: { name: hostile },
      cluster: { name: hostile },
      actor: { kind: 'user', username: hostile, sessionName: hostile },
    };
    const told = verdict('HIGH', 60, { reasons: { 'lookalike-name': { reason: hostile } } });
    db.on(ScanCommand).resolves({
      Items: [item('1', 'alerted', { of, told, closed: { ...CLOSED, reason: hostile } })] as never,
    });
    for (const args of [[], ['--json'], ['show', id('1')], ['show', id('1'), '--json']]) {
      const { code, stdout } = await run(['findings', ...AT, ...args]);
      expect(code).toBe(0);
      expect(stdout).not.toMatch(/[^\n\x20-\x7e…]/);
      expect(stdout.split('\n').filter((line) => /^SEVERITY/.test(line)).length).toBeLessThan(2);
    }
  });
});

describe('show', () => {
  test.each([[id('2')], ['nsf-222222222222'], ['NSF-222222222222'], ['nsf-2222']])('finds %s', async (given) => {
    holds('worse');
    const { code, stdout } = await run(['findings', 'show', given, ...AT]);
    expect(code).toBe(0);
    expect(stdout).toBe(`Finding:    ${id('2')}
Severity:   CRITICAL (95/100)
State:      open
Namespace:  shop-2
UID:        uid-2
Cluster:    111122223333/eu-west-1/prod
Outcome:    created
Creator:    arn:aws:iam::111122223333:role/Dev
At:         2026-11-30T11:56:00.000000Z (4 min ago)
Source:     audit-log
Reasons:
  +95 It can be taken for kube-system.
`);
    const { FilterExpression, ExpressionAttributeValues } = db.commandCalls(ScanCommand)[0]?.args[0].input ?? {};
    expect(FilterExpression).toBe('attribute_exists(finding) AND begins_with(id, :prefix)');
    expect(ExpressionAttributeValues).toEqual({ ':prefix': { S: given.toLowerCase() } });
  });

  test('prints all that is kept, as JSON', async () => {
    holds('contained');
    const { stdout } = await run(['findings', 'show', id('3'), '--json', ...AT]);
    expect(JSON.parse(stdout)).toMatchObject({
      id: id('3'),
      state: 'contained',
      finding: { namespace: { name: 'shop-3' } },
      playbookEnd: { outcome: 'contained' },
    });
  });

  test('tells that the namespace was deleted, and by whom', async () => {
    const deleted = { findingId: id('1'), actor: { kind: 'user', username: 'mallory' }, at: '2026-11-30T11:57:00Z' };
    db.on(ScanCommand).resolves({ Items: [item('1', 'alerted', { told: verdict('LOW', 5), deleted })] as never });
    expect((await run(['findings', 'show', id('1'), ...AT])).stdout).toContain(
      'Deleted:    2026-11-30T11:57:00Z, by mallory',
    );
  });

  describe('tells what was in it', () => {
    const deleted = { findingId: id('1'), actor: { kind: 'user', username: 'mallory' } };
    const objects = {
      at: '2026-11-30T11:50:00Z',
      kinds: [
        { kind: 'Pod', count: 2 },
        { kind: 'Job.batch', count: 1 },
      ],
    };
    const made = {
      until: '2026-11-30T11:56:00Z',
      kinds: [{ kind: 'pods', count: 3 }],
      images: ['x/xmrig:1', 'evil\u001b[2J'],
      more: true,
    };
    const shown = async (attributes: object) => {
      db.on(ScanCommand).resolves({ Items: [item('1', 'alerted', { ...attributes })] as never });
      return (await run(['findings', 'show', id('1'), ...AT])).stdout.split('\n');
    };

    test('by the last look and by the audit log', async () => {
      const lines = await shown({ told: verdict('LOW', 5), deleted, objects, made });
      expect(lines).toEqual(
        expect.arrayContaining([
          'Contents:   2 Pod, 1 Job.batch; seen at 2026-11-30T11:50:00Z',
          'Made in it: 3 pods and more; by the audit log until 2026-11-30T11:56:00Z',
          expect.stringMatching(/^Images: {5}x\/xmrig:1, evil[ -~]+$/),
        ]),
      );
    });

    test('or that it is not known', async () => {
      expect(await shown({ told: verdict('LOW', 5), deleted })).toContain(
        'Contents:   not known: no look saw it before it was deleted',
      );
      expect((await shown({ told: verdict('LOW', 5) })).join()).not.toContain('Contents');
    });
  });

  test.each<[string, Name[], string, RegExp]>([
    ['none', [], 'nsf-abcd', /the table has no finding nsf-abcd: it may have expired, or be of another deployment/],
    ['several', ['open', 'worse'], 'nsf-1111', /several findings begin with nsf-1111: nsf-1{32}, nsf-2{32}/],
    ['no id', [], '../x', /\.\.\/x is not the id of a finding: "nsf-" and digits/],
  ])('says so where there is %s', async (_, names, given, says) => {
    holds(...names);
    const { code, stdout, stderr } = await run(['findings', 'show', given, ...AT]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(says);
  });
});

describe('the table', () => {
  const outputs = (Outputs: object[]) =>
    cloudformation.on(DescribeStacksCommand).resolves({ Stacks: [{ Outputs }] as never });

  test.each([
    [['findings'], 'NamespaceSentinel'],
    [['findings', '--stack', 'Mine'], 'Mine'],
    [['findings', '--stack', 'Mine', 'show', id('1')], 'Mine'],
    [['findings', 'show', '--stack', 'Mine', id('1')], 'Mine'],
    [['baseline', 'list', '--stack', 'Mine'], 'Mine'],
  ])('of %j is that of the stack %s', async (args, StackName) => {
    outputs([{ OutputKey: 'FindingsTableName', OutputValue: 'Table-1' }]);
    holds('open');
    await run([...args, ...REGION]);
    expect(cloudformation.commandCalls(DescribeStacksCommand)[0]?.args[0].input).toEqual({ StackName });
    expect(db.calls()[0]?.args[0].input).toMatchObject({ TableName: 'Table-1' });
  });

  const failing = (name: string, message: string) => Object.assign(new Error(message), { name, $metadata: {} });
  test.each<[what: string, prepare: () => void, args: string[], says: RegExp]>([
    [
      'no stack',
      () =>
        cloudformation
          .on(DescribeStacksCommand)
          .rejects(failing('ValidationError', 'Stack with id NamespaceSentinel does not exist')),
      REGION,
      /there is no stack NamespaceSentinel in eu-west-1: give another one with --stack, or --region, or AWS_PROFILE/,
    ],
    [
      'a stack of others',
      () => outputs([]),
      REGION,
      /the stack NamespaceSentinel in eu-west-1 has no output FindingsTableName/,
    ],
    [
      'no such table',
      () => db.on(ScanCommand).rejects(failing('ResourceNotFoundException', 'Requested resource not found')),
      AT,
      /AWS has no such thing: .*\n {2}where: table T in eu-west-1\n {2}to do: check the name/,
    ],
    [
      'no right',
      () => db.on(ScanCommand).rejects(failing('AccessDeniedException', 'not authorized to perform: dynamodb:Scan')),
      AT,
      /AWS does not allow this: .*\n {2}where: table T/,
    ],
    [
      'an expired session',
      () => db.on(ScanCommand).rejects(failing('ExpiredTokenException', 'expired')),
      AT,
      /AWS does not accept the credentials: expired\n.*\n {2}to do: sign in to AWS/,
    ],
    ['a wrong severity', () => {}, [...AT, '--severity', 'BAD'], /Allowed choices are LOW, MEDIUM, HIGH, CRITICAL/],
    ['a wrong state', () => {}, [...AT, '--state', 'bad'], /Allowed choices are open, not-alerted/],
    ['a wrong time', () => {}, [...AT, '--since', 'soon'], /Give a time as 30m, 24h or 7d, or a date/],
  ])('%s is told with what to do', async (_, prepare, args, says) => {
    prepare();
    const { code, stdout, stderr } = await run(['findings', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

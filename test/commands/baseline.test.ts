import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import {
  BatchGetItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { parse } from 'yaml';
import { run } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'sentinel-baseline-'));
afterAll(() => rmSync(folder, { recursive: true }));
const db = mockClient(DynamoDBClient);
beforeEach(() => {
  db.reset();
  db.on(PutItemCommand).resolves({});
});

const CLUSTER = ['--cluster', 'prod', '--region', 'eu-central-1', '--account', '111122223333'];
const DEV = 'arn:aws:iam::111122223333:role/Dev';
let counter = 0;

/** A creation, as the API server logs it. */
const creation = (name: string, user: object, more: object = {}): string =>
  JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    auditID: `a-${++counter}`,
    stage: 'ResponseComplete',
    requestURI: '/api/v1/namespaces',
    verb: 'create',
    user,
    sourceIPs: ['10.0.0.7'],
    objectRef: { resource: 'namespaces', name, apiVersion: 'v1' },
    responseStatus: { metadata: {}, code: 201 },
    requestReceivedTimestamp: `2026-11-23T07:00:${String(counter % 60).padStart(2, '0')}.000000Z`,
    stageTimestamp: `2026-11-23T07:00:${String(counter % 60).padStart(2, '0')}.000001Z`,
    responseObject: { kind: 'Namespace', metadata: { name, uid: `u-${counter}`, resourceVersion: '7' } },
    ...more,
  });
const dev = { username: 'arn:aws:sts::111122223333:assumed-role/Dev/s', groups: [], extra: { canonicalArn: [DEV] } };
const flux = { username: 'system:serviceaccount:flux-system:kustomize-controller', groups: ['system:serviceaccounts'] };

const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const propose = (lines: string[], ...args: string[]) =>
  run(['baseline', 'propose', '-', ...CLUSTER, ...args], `${lines.join('\n')}\n`);

describe('sentinel baseline propose', () => {
  const lines = [
    ...['team-c', 'team-a', 'team-b'].map((name) => creation(name, dev)),
    creation('shop', dev),
    creation('shop', dev),
    creation('team-x', flux),
  ];

  test('proposes who made what, the most frequent first, as YAML that says what to do with it', async () => {
    const { code, stdout } = await propose(lines);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^# Who made which namespaces in these logs\. Nothing of it is accepted yet/);
    const { proposals } = parse(stdout);
    expect(proposals).toEqual([
      {
        cluster: { name: 'prod', region: 'eu-central-1', account: '111122223333' },
        principal: DEV,
        namePattern: 'team-*',
        indicators: [],
        addresses: ['10.0.0.0/16'],
        created: 3,
        first: expect.stringMatching(/^2026-11-23T07:00:/),
        last: expect.stringMatching(/^2026-11-23T07:00:/),
        names: ['team-a', 'team-b', 'team-c'],
      },
      expect.objectContaining({ principal: DEV, namePattern: 'shop', created: 2, names: ['shop'] }),
      expect.objectContaining({
        principal: flux.username,
        namePattern: 'team-x',
        indicators: ['service-account-creator'],
        created: 1,
      }),
    ]);
    expect(proposals[0].first < proposals[0].last).toBe(true);
    expect(db.calls()).toHaveLength(0);
  });

  test('proposes the indicators that fired by all that the log tells', async () => {
    const reads = Array.from({ length: 12 }, () =>
      creation('x', flux, {
        verb: 'list',
        requestURI: '/api/v1/secrets',
        objectRef: { resource: 'secrets', apiVersion: 'v1' },
        responseStatus: { metadata: {}, code: 200 },
        responseObject: undefined,
      }),
    );
    const log = file('audit.jsonl', `${[...reads, creation('team-x', flux)].join('\n')}\n`);
    const { stdout } = await run(['baseline', 'propose', log, ...CLUSTER]);
    expect(parse(stdout).proposals).toMatchObject([{ indicators: ['secrets-read', 'service-account-creator'] }]);
  });

  test('as JSON, one a line', async () => {
    const { stdout } = await propose(lines, '--json');
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).namePattern),
    ).toEqual(['team-*', 'shop', 'team-x']);
  });

  test('leaves out what must not become known, and says why', async () => {
    const { stdout } = await propose([
      creation('kube-systern', dev),
      creation('shop', { username: 'system:anonymous', groups: ['system:unauthenticated'] }),
      creation('shop', dev, { impersonatedUser: { username: 'bob' } }),
      creation('shop', dev, { responseStatus: { code: 403 } }),
      creation('shop', dev, {
        requestURI: '/api/v1/namespaces?dryRun=All',
        responseObject: { metadata: { name: 'shop' } },
      }),
    ]);
    expect(parse(stdout).proposals).toMatchObject([
      { principal: DEV, namePattern: 'kube-systern', indicators: [], alsoShown: ['lookalike-name'] },
      { principal: DEV, impersonated: 'bob', namePattern: 'shop', indicators: ['claimed-identity'] },
    ]);
    expect(stdout.match(/^# Left out: 1 created, because .*/gm)).toEqual([expect.stringContaining('no identity')]);
  });

  test('proposes nothing for a cluster that is not wholly known', async () => {
    const { stdout } = await run(['baseline', 'propose', '-', '--cluster', 'prod'], `${creation('shop', dev)}\n`);
    expect(parse(stdout)).toEqual({ proposals: [] });
    expect(stdout).toContain('give --cluster, --region and --account');
  });

  test('text of others stays within its value', async () => {
    const username = 'x"\n  - principal: y\u001b[2J\u202e# ]';
    const { stdout } = await propose([creation('shop', { username })]);
    expect(stdout).toMatch(/^[\n -~]*$/);
    expect(parse(stdout).proposals).toEqual([expect.objectContaining({ principal: username })]);
  });

  test.each<[string, string, number]>([
    ['a log with a bad line', `${creation('shop', dev)}\nrubbish\n`, 1],
    ['no log at all', 'rubbish\n', 2],
    ['nothing', '', 2],
  ])('%s', async (_, input, code) => {
    const result = await run(['baseline', 'propose', '-', ...CLUSTER], input);
    expect(result.code).toBe(code);
    expect(result.stderr).not.toBe('');
  });

  test('reads several files, and goes on where one is missing', async () => {
    const good = file('a.jsonl', `${creation('shop', dev)}\n`);
    const { code, stdout, stderr } = await run(['baseline', 'propose', join(folder, 'none'), good, ...CLUSTER]);
    expect([code, parse(stdout).proposals.length]).toEqual([2, 1]);
    expect(stderr).toContain('none');
  });
});

describe('sentinel baseline accept', () => {
  const entry = (changes: object = {}) => ({
    cluster: { name: 'prod', region: 'eu-central-1', account: '111122223333' },
    principal: DEV,
    namePattern: 'team-*',
    created: 3,
    ...changes,
  });
  const accept = (content: string, ...args: string[]) =>
    run(['baseline', 'accept', file('p.yaml', content), '--table', 'T', '--region', 'eu-central-1', ...args]);
  const written = () => db.commandCalls(PutItemCommand).map(({ args }) => args[0].input);

  test('writes what a person left in the file, with who accepted it', async () => {
    const { stdout: proposed } = await propose(
      ['team-a', 'team-b', 'team-c', 'shop'].map((name) => creation(name, dev)),
    );
    const [head = '', ...entries] = proposed.split(/^(?= {2}- )/m);
    const left = head + entries.filter((text) => !text.includes('"shop"')).join('');
    const { code: refused, stderr } = await accept(left, '--by', 'alice');
    expect([refused, stderr]).toEqual([2, expect.stringContaining('An acceptance says why')]);
    for (const [by, reason, message] of [
      ['alice', 'WHY', 'The reason must say why: "WHY" only holds the place.'],
      ['WHO', 'our previews', 'Who decided it must say who decides: "WHO" only holds the place.'],
    ] as const) {
      const unfilled = await accept(left, '--by', by, '--reason', reason);
      expect([unfilled.code, unfilled.stderr]).toEqual([2, expect.stringContaining(message)]);
    }
    const { code, stdout } = await accept(left, '--by', 'alice', '--reason', 'our previews');
    expect([code, stdout]).toEqual([0, expect.stringContaining('1 accepted by alice.')]);
    expect(written()).toMatchObject([
      { TableName: 'T', Item: { id: { S: `baseline#111122223333#eu-central-1#prod#${DEV}#team-*` } } },
    ]);
    expect(JSON.parse(written()[0]?.Item?.['known']?.S ?? '{}')).toMatchObject({
      decidedBy: 'alice',
      reason: 'our previews',
      indicators: [],
      addresses: ['10.0.0.0/16'],
      origin: 'proposal',
    });
  });

  test('takes the JSON form as well, from standard input', async () => {
    const lines = [entry(), entry({ namePattern: 'shop', reason: 'our shop' })].map(
      (value) => `${JSON.stringify(value)}\n`,
    );
    const { code } = await run(['baseline', 'accept', '-', '--table', 'T', '--region', 'eu-central-1'], lines.join(''));
    expect([code, written().length]).toEqual([0, 2]);
  });

  test.each<[string, string, RegExp[]]>([
    [
      'any wrong entry: none is written, and all that is wrong is told',
      JSON.stringify(
        {
          proposals: [
            entry(),
            entry({ namePattern: 'team*' }),
            entry({ principal: 'system:anonymous' }),
            7,
            entry({ cluster: {} }),
          ],
        },
        null,
        1,
      ).replace(/^\{/, '--- {'),
      [
        /proposals\[1\].*neither the name of a namespace/,
        /proposals\[2\].*principal/,
        /proposals\[3\]/,
        /proposals\[4\]\.cluster\.name/,
        /Nothing was accepted\./,
      ],
    ],
    [
      'a creator that accepts itself',
      `proposals: [${JSON.stringify(entry({ principal: 'alice' }))}]`,
      [/vouch for itself/],
    ],
    [
      'indicators that do not exist, or can never be accepted',
      `proposals: [${JSON.stringify(entry({ indicators: ['secret-read', 'miner'], addresses: ['10.0.0.0/16'], reason: 'r' }))}]`,
      [/no indicators \["secret-read"\]/, /never be accepted: miner/],
    ],
    ['an empty file', '', [/holds no list/]],
    ['no proposals', 'proposals: []', [/holds no proposals/]],
    ['no YAML', 'proposals: [', [/cannot be read/]],
    ['no JSON', '{"a"', [/cannot be read/]],
  ])('refuses %s', async (_, content, messages) => {
    const { code, stderr } = await accept(content, '--by', 'alice');
    expect([code, written()]).toEqual([2, []]);
    for (const message of messages) expect(stderr).toMatch(message);
  });

  test('a table that cannot be written to is told, with what failed', async () => {
    db.on(PutItemCommand).rejects(Object.assign(new Error('no\u001b[2J'), { name: 'AccessDeniedException' }));
    const { code, stderr } = await accept(`proposals: [${JSON.stringify(entry())}]`);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^sentinel baseline accept: AWS does not allow this: no\\u001b\[2J\n {2}where: table T in eu-central-1\n {2}to do: /,
    );
  });

  test('a wrong file is reported before AWS is asked for the table', async () => {
    const cloudformation = mockClient(CloudFormationClient);
    const { code, stderr } = await run(['baseline', 'accept', join(folder, 'none'), '--region', 'eu-central-1']);
    expect([code, stderr, cloudformation.calls()]).toEqual([2, expect.stringContaining('cannot be read'), []]);
    cloudformation.restore();
  });

  test('a file that is not there', async () => {
    const { code, stderr } = await run(['baseline', 'accept', join(folder, 'none'), '--table', 'T']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('cannot be read')]);
  });
});

describe('sentinel baseline list and revoke', () => {
  const known = {
    cluster: { name: 'prod', region: 'eu-central-1', account: '111122223333' },
    principal: DEV,
    namePattern: 'team-*',
    decidedBy: 'alice',
    origin: 'decision',
    findingId: 'nsf-1',
    decidedAt: '2026-11-23T10:00:00.000Z',
    expiresAt: '2027-02-21T10:00:00.000Z',
  };
  const id = { S: `baseline#111122223333#eu-central-1#prod#${DEV}#team-*` };
  const at = ['--table', 'T', '--region', 'eu-central-1'];

  test('lists', async () => {
    db.on(QueryCommand).resolves({ Items: [{ id }] });
    db.on(BatchGetItemCommand).resolves({ Responses: { T: [{ id, known: { S: JSON.stringify(known) } }] } });
    const { code, stdout } = await run(['baseline', 'list', ...at]);
    expect([code, stdout]).toEqual([
      0,
      `111122223333/eu-central-1/prod  ${DEV}  team-*\n` +
        '  by alice, decision about nsf-1, 2026-11-23T10:00:00.000Z to 2027-02-21T10:00:00.000Z\n1 known.\n',
    ]);
    const json = await run(['baseline', 'list', '--json', ...at]);
    expect(JSON.parse(json.stdout)).toEqual(known);
  });

  test.each([
    ['what is there', { id }, 0, 'Revoked.\n'],
    ['what is not', undefined, 1, 'The baseline holds no such thing; see "sentinel baseline list".\n'],
  ])('revokes %s', async (_, old, code, stdout) => {
    db.on(DeleteItemCommand).resolves({ ...(old && { Attributes: old }) });
    const result = await run([
      'baseline',
      'revoke',
      '--table',
      'T',
      ...CLUSTER,
      '--principal',
      DEV,
      '--pattern',
      'team-*',
    ]);
    expect(result).toMatchObject({ code, stdout });
    expect(db.commandCalls(DeleteItemCommand)[0]?.args[0].input.Key).toEqual({ id });
  });
});

test.each([
  [['baseline'], /Usage: sentinel baseline/],
  [['baseline', 'accept', 'x', '--table'], /argument missing/],
  [['baseline', 'propose', 'x', '--region', 'mars'], /This is not a valid AWS Region/],
  [['baseline', 'revoke', '--table', 'T'], /required option/],
])('%j is wrong', async (args, message) => {
  const { code, stderr } = await run(args);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});

test('help says what it is for', async () => {
  const { code, stdout } = await run(['baseline', '--help']);
  expect([code, stdout]).toEqual([0, expect.stringContaining('sentinel baseline propose audit-*.log.gz')]);
});

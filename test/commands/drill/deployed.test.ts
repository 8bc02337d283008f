/** What a drill asks of AWS, and how it reads the answers. */
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { marshall } from '@aws-sdk/util-dynamodb';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { NOT_PROVEN, syntheticRecord } from '../../../bin/commands/drill/alert-only.ts';
import { clustersOf, deployedWay } from '../../../bin/commands/drill/deployed.ts';
import { DeployedPlaybooks, machinesOf } from '../../../bin/commands/drill/deployed-playbooks.ts';
import { limitsOf } from '../../../bin/commands/drill/run.ts';
import { awsClients } from '../../../bin/commands/preflight/aws/clients.ts';
import { alertFrom, lookFrom } from '../../../functions/alert/destination.ts';
import { subjectOf } from '../../../functions/alert/headline.ts';
import { SEVERITIES } from '../../../functions/contract/vocabulary.ts';
import { FINDING } from '../../alert/examples.ts';
import { run } from '../run.ts';
import { CLUSTER, FakeClock, NAME, NONCE } from './world.ts';

const [logs, db, s3, sfn] = [
  mockClient(CloudWatchLogsClient),
  mockClient(DynamoDBClient),
  mockClient(S3Client),
  mockClient(SFNClient),
];
const clients = awsClients('eu-west-1');
const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:111122223333:${resource}`;
const OUTPUTS = new Map([
  ['FindingsTableName', 'findings'],
  ['EvidenceBucketName', 'evidence'],
  ['AlertTopicArn', arn('sns', 'alerts')],
  ['EventsBusArn', arn('events', 'event-bus/e')],
  ['ContainPlaybookArn', arn('states', 'stateMachine:N-contain')],
  ['ReleasePlaybookArn', arn('states', 'stateMachine:N-release')],
  ['ContainVpc1PlaybookArn', arn('states', 'stateMachine:N-contain-vpc1')],
  ['ReleaseVpc1PlaybookArn', arn('states', 'stateMachine:N-release-vpc1')],
  ['DecidePlaybookArn', arn('states', 'stateMachine:N-decide')],
  ['SubscriptionFilters', '{"prod":["a"],"dev":["b"]}'],
]);
const { signal } = new AbortController();
beforeEach(() => {
  for (const mock of [logs, db, s3, sfn]) mock.reset();
});

describe('the way of a finding', () => {
  const { chain, destinations } = deployedWay(clients, OUTPUTS, CLUSTER);

  test('has the destinations that the stack has', () => {
    expect(destinations.map(({ id, topic }) => [id, topic !== undefined])).toEqual([
      ['topic', true],
      ['events', false],
    ]);
    expect(clustersOf(OUTPUTS)).toEqual(['prod', 'dev']);
    expect(() => deployedWay(clients, new Map(), CLUSTER)).toThrow(/no output FindingsTableName/);
  });

  test('is looked for in the log of the cluster, page by page', async () => {
    logs
      .on(FilterLogEventsCommand)
      .resolvesOnce({ events: [], nextToken: 'n' })
      .resolvesOnce({ events: [{ timestamp: 1, ingestionTime: 2 }] });
    await expect(chain.logged(NAME, 0, signal)).resolves.toBe(2);
    expect(logs.commandCalls(FilterLogEventsCommand)[1]?.args[0].input).toMatchObject({
      logGroupName: '/aws/eks/prod/cluster',
      nextToken: 'n',
      filterPattern: expect.stringContaining(`"${NAME}"`),
    });
  });

  test('is read from the table: what alert took for itself has no finding there', async () => {
    db.on(GetItemCommand)
      .resolvesOnce({})
      .resolvesOnce({
        Item: marshall({
          id: FINDING.id,
          state: 'alerted',
          claimedAt: 5,
          finding: JSON.stringify({ ...FINDING, drill: 'registered' }),
          delivered: new Set(['topic']),
          receipts: new Set(['topic 2026-11-23T07:00:09Z m-1', 'rubbish']),
        }),
      })
      .resolvesOnce({ Item: marshall({ id: FINDING.id, state: 'handed-over' }) });
    await expect(chain.trace(FINDING.id, signal)).resolves.toBeUndefined();
    await expect(chain.trace(FINDING.id, signal)).resolves.toEqual({
      state: 'alerted',
      claimedAt: 5,
      drill: 'registered',
      delivered: ['topic'],
      receipts: [{ destination: 'topic', at: '2026-11-23T07:00:09Z', messageId: 'm-1' }],
    });
    await expect(chain.trace(FINDING.id, signal)).resolves.toEqual({
      state: 'handed-over',
      delivered: [],
      receipts: [],
    });
  });

  test('has no alert where none is stored', async () => {
    s3.on(ListObjectsV2Command).resolves({});
    await expect(chain.alert(FINDING.id, signal)).resolves.toBeUndefined();
  });
});

describe('the state machines', () => {
  const EXECUTION = arn('states', 'execution:N-contain:e-1');
  const START = {
    playbook: 'contain',
    mode: 'isolate',
    target: { namespace: NAME, uid: '28108d55-f7d8-45c8-90ac-e1dbd86c7307' },
    findingId: FINDING.id,
  } as const;
  const open = () => {
    const machines = machinesOf(OUTPUTS);
    if (!machines) throw new Error('none');
    return new DeployedPlaybooks(
      clients,
      async () => machines,
      { bucket: 'evidence', cluster: CLUSTER, pollMs: 1 },
      new FakeClock().pause,
    );
  };

  test('are those of one network', () => {
    expect(machinesOf(OUTPUTS)).toMatchObject({
      contain: expect.stringMatching(/N-contain$/),
      release: expect.stringMatching(/N-release$/),
    });
    expect(machinesOf(OUTPUTS, OUTPUTS.get('ContainVpc1PlaybookArn'))).toMatchObject({
      release: expect.stringMatching(/N-release-vpc1$/),
    });
    expect(machinesOf(new Map())).toBeUndefined();
  });

  test('are given the namespace, waited for, and end as their report says', async () => {
    sfn.on(StartExecutionCommand).resolves({ executionArn: EXECUTION });
    sfn.on(DescribeExecutionCommand).resolvesOnce({ status: 'RUNNING' }).resolves({ status: 'SUCCEEDED' });
    const report = {
      ...{
        schemaVersion: 1,
        playbook: 'contain',
        mode: 'isolate',
        execution: EXECUTION,
        startedAt: 'x',
        at: '2026-11-23T07:00:00Z',
      },
      ...{
        target: { ...START.target, cluster: CLUSTER },
        outcome: 'contained',
        summary: 'Done.',
        open: [],
        given: {},
        steps: [],
        proofs: [],
      },
    };
    s3.on(GetObjectCommand).resolves({ Body: { transformToString: async () => JSON.stringify(report) } as never });
    const playbooks = open();
    await expect(playbooks.run(START, signal)).resolves.toMatchObject({
      outcome: 'contained',
      at: Date.parse('2026-11-23T07:00:00Z'),
    });
    expect(playbooks.hasIsolated).toBe(true);
    expect(JSON.parse(sfn.commandCalls(StartExecutionCommand)[0]?.args[0].input.input ?? '')).toEqual({
      ...START.target,
      cluster: CLUSTER,
      mode: 'isolate',
      findingId: FINDING.id,
      reason: 'A drill.',
    });
    expect(s3.commandCalls(GetObjectCommand)[0]?.args[0].input.Key).toBe(
      `containment/111122223333/eu-west-1/prod/${START.target.uid}/runs/N-contain/e-1/report.json`,
    );
  });

  test('end as Step Functions says where there is no report', async () => {
    sfn.on(StartExecutionCommand).resolves({ executionArn: EXECUTION });
    sfn.on(DescribeExecutionCommand).resolves({ status: 'FAILED', error: 'refused', cause: 'The input is wrong.' });
    s3.on(GetObjectCommand).rejects(Object.assign(new Error('no'), { name: 'NoSuchKey' }));
    await expect(open().run(START, signal)).resolves.toMatchObject({
      outcome: 'refused',
      summary: 'The input is wrong.',
    });
  });

  test('a question is answered when it waits for its token, and not before: decide would end as refused', async () => {
    const asked = {
      type: 'TaskStateEntered' as const,
      id: 10,
      timestamp: undefined,
      stateEnteredEventDetails: { name: 'Ask on-call' },
    };
    sfn.on(StartExecutionCommand).resolves({ executionArn: EXECUTION });
    sfn.on(DescribeExecutionCommand).resolves({ status: 'RUNNING' });
    const history = sfn.on(GetExecutionHistoryCommand);
    history.resolvesOnce({ events: [{ type: 'TaskSubmitted', id: 9, timestamp: undefined }] });
    history.resolvesOnce({ events: [asked, { type: 'TaskSubmitted', id: 9, timestamp: undefined }] });
    history.resolves({ events: [{ type: 'TaskSubmitted', id: 12, timestamp: undefined }, asked] });
    const playbooks = open();
    await expect(playbooks.refuse(signal)).resolves.toMatchObject({ state: 'not-seen' });
    const stop = new AbortController();
    const running = playbooks.run({ ...START, mode: 'remove' }, stop.signal);
    running.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await expect(playbooks.refuse(signal)).resolves.toBeUndefined();
    await expect(playbooks.refuse(signal)).resolves.toBeUndefined();
    expect(sfn.commandCalls(StartExecutionCommand)).toHaveLength(1);
    sfn.on(DescribeExecutionCommand).resolves({ status: 'SUCCEEDED', stopDate: new Date(7) });
    await expect(playbooks.refuse(signal)).resolves.toMatchObject({
      at: 7,
      says: expect.stringContaining('task-token'),
    });
    expect(JSON.parse(sfn.commandCalls(StartExecutionCommand)[1]?.args[0].input.input ?? '')).toMatchObject({
      decision: 'refuse',
      findingId: FINDING.id,
    });
    stop.abort();
    await running.catch(() => undefined);
  });
});

describe('the alert alone', () => {
  test.each(SEVERITIES)('is one that alert reads, marked, with the severity %s and nothing to contain', (severity) => {
    const { finding, record } = syntheticRecord({ cluster: CLUSTER, namespace: NAME, nonce: NONCE, severity }, 0);
    const alert = alertFrom(record);
    expect(lookFrom(record)).toBeUndefined();
    expect(alert).toMatchObject({
      id: finding.id,
      assessment: { severity },
      finding: { drill: 'registered', outcome: 'rejected' },
    });
    expect(subjectOf(alert)).toMatch(new RegExp(`^DRILL ${severity}: .*${NAME} rejected in prod`));
  });

  test('names what it does not prove', () => {
    for (const link of ['audit log', 'detect', 'investigate', 'playbook']) expect(NOT_PROVEN).toContain(link);
  });
});

describe('the command', () => {
  test.each([
    [['--ask-on-call'], /--ask-on-call needs a deployment/],
    [['--alert-only', '--ask-on-call'], /--alert-only contains nothing/],
    [['--stack', 'S', '--audit-log', 'test/samples/first.jsonl'], /reads its audit log itself/],
    [['--audit-log', '/nothing'], /nothing/],
    [['--wait', '0'], /at most 60/],
    [['--wait', 'x'], /at most 60/],
    [['--severity', 'BAD'], /Allowed choices/],
  ])('refuses %j before anything is made', async (args, says) => {
    const { code, stderr } = await run(['drill', ...args]);
    expect(stderr).toMatch(says);
    expect(code).toBe(2);
  });

  test('has an end for every part, and a shorter one where that is wanted', () => {
    const [usual, short] = [limitsOf(10), limitsOf(0.1)];
    for (const value of Object.values(usual)) expect(value).toBeGreaterThan(0);
    for (const key of Object.keys(usual) as (keyof typeof usual)[]) expect(short[key]).toBeLessThanOrEqual(usual[key]);
    expect(usual.cleanUpMs).toBeGreaterThanOrEqual(usual.logMs);
  });
});

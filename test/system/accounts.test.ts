/**
 * Several accounts: clusters of one name in three of them, whose logs a centralization rule copies into one log group beside the stack;
 * and a central bus in one of them, which gets every event. The accounts, the rule and the buses are emulated (docs/twin.md): what
 * CloudWatch Logs really tells, only accounts show. The audit lines are of a real API server.
 */
import { readFileSync } from 'node:fs';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeSubscriptionFiltersCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutPermissionCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { controlPlaneLogGroup } from '../../functions/kubernetes/names/aws.ts';
import { AlertQueue, type Received } from '../../tools/twin/alerts.ts';
import { run } from '../../tools/twin/commands.ts';
import { deploy } from '../../tools/twin/deployment.ts';
import { clientSettings } from '../../tools/twin/identities.ts';
import { mails } from '../../tools/twin/mailbox.ts';
import { startTwin, type Twin } from '../../tools/twin/twin.ts';
import { startWire } from '../../tools/twin/wire/wire.ts';
import { BRING_UP_MS, progress } from './bring-up.ts';
import { until } from './until.ts';

const HOME = { account: '111122223333', region: 'us-east-1' };
const FIRST = { account: '222233334444', region: 'us-east-1' };
const SECOND = { account: '333344445555', region: 'eu-west-1' };
/** In the rule, and not in the configuration. */
const STRANGER = { account: '444455556666', region: 'eu-west-1' };
type Place = typeof HOME;

const CLUSTER = 'twin';
const PREFIX = '/central';
const CENTRAL = `${PREFIX}${controlPlaneLogGroup(CLUSTER)}`;
/** The same in both accounts: nothing but the system fields tells their lines apart. */
const STREAM = 'kube-apiserver-audit-0123456789abcdef0123456789abcdef';
const BUS = 'security';

const report = progress();
let twin: Twin;
let alerts: AlertQueue;
let queue: { sqs: SQSClient; url: string };
/** The record of the one creation that really was. */
let creation: string;

const settingsOf = ({ account, region }: Place) => ({
  ...clientSettings(twin.emulator),
  region,
  credentials: { accessKeyId: account, secretAccessKey: 'twin' },
});

/** As EKS does in that account. */
async function write(place: Place, ...lines: string[]): Promise<void> {
  const timestamp = Date.now();
  await new CloudWatchLogsClient(settingsOf(place)).send(
    new PutLogEventsCommand({
      logGroupName: controlPlaneLogGroup(CLUSTER),
      logStreamName: STREAM,
      logEvents: lines.map((message) => ({ timestamp, message })),
    }),
  );
}

/** The central bus of the first account, with a queue behind it. */
async function makeBus(): Promise<void> {
  const [events, sqs] = [new EventBridgeClient(settingsOf(FIRST)), new SQSClient(settingsOf(FIRST))];
  await events.send(new CreateEventBusCommand({ Name: BUS }));
  await events.send(
    new PutPermissionCommand({
      EventBusName: BUS,
      Action: 'events:PutEvents',
      Principal: HOME.account,
      StatementId: 'NamespaceSentinel',
    }),
  );
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: BUS }));
  const EventPattern = JSON.stringify({
    source: ['namespace-sentinel'],
    'detail-type': ['Namespace Sentinel Finding'],
  });
  await events.send(new PutRuleCommand({ EventBusName: BUS, Name: 'all', EventPattern }));
  const Arn = `arn:aws:sqs:${FIRST.region}:${FIRST.account}:${BUS}`;
  await events.send(new PutTargetsCommand({ EventBusName: BUS, Rule: 'all', Targets: [{ Id: 'queue', Arn }] }));
  queue = { sqs, url: QueueUrl };
}

beforeAll(async () => {
  const accounts = [FIRST, SECOND, STRANGER].map(({ account }) => account);
  twin = await startTwin(report, { ...HOME, cluster: CLUSTER, centralization: { accounts, prefix: PREFIX } });
  await startWire(twin);
  for (const place of [FIRST, SECOND, STRANGER]) {
    const logs = new CloudWatchLogsClient(settingsOf(place));
    const logGroupName = controlPlaneLogGroup(CLUSTER);
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: STREAM }));
    await write(place, 'the first line: the rule makes the central group with it');
  }
  await makeBus();
  const { outputs } = await deploy(twin, report, {
    emails: [{ address: 'oncall@example.com' }],
    events: { forwardTo: [`arn:aws:events:${FIRST.region}:${FIRST.account}:event-bus/${BUS}`] },
    centralClusters: [FIRST, SECOND].map((place) => ({ name: CLUSTER, ...place, logGroup: CENTRAL })),
  });
  alerts = await AlertQueue.subscribe(twin, outputs['AlertTopicArn'] ?? '');
}, BRING_UP_MS);
afterAll(() => twin?.close());

const findingOf = ({ alert }: Received) => alert.finding;
const evidenceOf = ({ alert }: Received, name: string) => alert.evidence?.find(({ check }) => check === name);

test('the filter on the central group asks for account and Region of each event', async () => {
  const { subscriptionFilters = [] } = await new CloudWatchLogsClient(settingsOf(HOME)).send(
    new DescribeSubscriptionFiltersCommand({ logGroupName: CENTRAL }),
  );
  expect(subscriptionFilters.map(({ emitSystemFields }) => emitSystemFields)).toEqual([
    ['@aws.account', '@aws.region'],
    ['@aws.account', '@aws.region'],
  ]);
});

test('a namespace in the cluster of the stack is found in its own account', async () => {
  const kubeconfig = await twin.identities.roleKubeconfig('Dev', 'alice@example.com', twin.processes.folder);
  await run(twin.binaries.kubectl, [`--kubeconfig=${kubeconfig}`, 'create', 'namespace', 'payroll']);
  const [own] = await alerts.next();
  expect(own && findingOf(own)).toMatchObject({ cluster: { name: CLUSTER, ...HOME }, namespace: { name: 'payroll' } });
  expect(own && findingOf(own).source).not.toHaveProperty('account');
  creation =
    readFileSync(twin.auditLog, 'utf8')
      .split('\n')
      .find(
        (line) => line.includes(own?.alert.finding.request.auditId ?? '?') && line.includes('"ResponseComplete"'),
      ) ?? '';
});

test('the same record in two other accounts is two findings more, each of its account, in JSON, mail and events', async () => {
  const secrets = JSON.stringify({
    ...JSON.parse(creation),
    auditID: 'a5c9b1d2-0000-4000-8000-000000000001',
    verb: 'list',
    requestURI: '/api/v1/namespaces/kube-system/secrets',
    objectRef: { resource: 'secrets', namespace: 'kube-system', apiVersion: 'v1' },
    responseStatus: { code: 200 },
    requestObject: undefined,
    responseObject: undefined,
  });
  const before = mails(twin).length;
  await write(FIRST, secrets, creation);
  await write(SECOND, creation);
  const received = await alerts.collect(2);
  const byAccount = new Map(received.map((each) => [findingOf(each).cluster.account, each]));
  expect([...byAccount.keys()].sort()).toEqual([FIRST.account, SECOND.account]);
  const [first, second] = [FIRST, SECOND].map(({ account }) => byAccount.get(account));
  if (!first || !second) throw new Error('an alert is missing');
  for (const [place, each] of [
    [FIRST, first],
    [SECOND, second],
  ] as const) {
    const finding = findingOf(each);
    expect(finding).toMatchObject({
      cluster: { name: CLUSTER, ...place },
      namespace: { name: 'payroll', uid: JSON.parse(creation).responseObject.metadata.uid },
      source: { kind: 'audit-log', logGroup: CENTRAL, ...HOME },
    });
    // The playbooks do not reach it, and the alert says so.
    expect(each.alert.contain).toEqual({ leftOut: expect.stringContaining('this one is in another') });
    // Nothing was asked of the cluster of the same name that the stack reaches.
    for (const name of ['namespace', 'cluster-posture', 'workloads'])
      expect(evidenceOf(each, name)).toMatchObject({ check: name, status: 'not-checked' });
  }
  expect(findingOf(first).id).not.toBe(findingOf(second).id);
  // The log was asked, about lines of that account alone: only in the first one were Secrets read.
  report(
    `first: ${evidenceOf(first, 'actor-activity')?.summary}; second: ${evidenceOf(second, 'actor-activity')?.summary}`,
  );
  const readSecrets = ({ alert }: Received) => alert.assessment?.indicators.some(({ id }) => id === 'secrets-read');
  expect([evidenceOf(first, 'actor-activity')?.status, evidenceOf(second, 'actor-activity')?.status]).not.toContain(
    'not-checked',
  );
  expect([readSecrets(first), readSecrets(second)]).toEqual([true, false]);

  await until('both mails are there', async () => mails(twin).length >= before + 2, 20_000);
  const texts = mails(twin)
    .slice(before)
    .map(({ text }) => text.replace(/\s+/g, ' '));
  for (const { account, region } of [FIRST, SECOND])
    expect(texts.filter((text) => text.includes(`${region}, account ${account}`))).toHaveLength(1);
});

test('an account in the rule that nobody configured is alerted all the same, and counted for its alarm', async () => {
  await write(STRANGER, creation);
  const [received, ...more] = await alerts.collect(1);
  expect(more).toEqual([]);
  expect(received && findingOf(received).cluster).toEqual({ name: CLUSTER, ...STRANGER });
  const counted = async () => {
    const { metrics } = (await (await fetch(`${twin.emulator.url}/_twin/cloudwatch?since=0`)).json()) as {
      metrics: { name: string; dimensions: unknown; points: { value: number }[] }[];
    };
    return metrics
      .filter(
        ({ name, dimensions }) => name === 'Problem' && JSON.stringify(dimensions).includes('source-not-configured'),
      )
      .flatMap(({ points }) => points.map(({ value }) => value));
  };
  await until('it is counted', async () => (await counted()).length > 0, 20_000);
  // Both filters deliver the line.
  expect(new Set(await counted())).toEqual(new Set([1]));
});

test('the central bus in the first account has the findings of all four, each with its account', async () => {
  const accounts = new Set<string>();
  await until(
    'the events are there',
    async () => {
      const { Messages = [] } = await queue.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queue.url, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
      );
      for (const { Body = '' } of Messages) {
        const { account, detail } = JSON.parse(Body);
        accounts.add(`${account}: ${detail.account}`);
      }
      return accounts.size >= 4;
    },
    30_000,
  ).catch((error: unknown) => report(String(error)));
  // Who sent it is the account of the stack; what it is about, that of the cluster.
  expect([...accounts].sort()).toEqual(
    [HOME, FIRST, SECOND, STRANGER].map(({ account }) => `${HOME.account}: ${account}`).sort(),
  );
});

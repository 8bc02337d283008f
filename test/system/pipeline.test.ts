import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import {
  CloudWatchLogsClient,
  DescribeSubscriptionFiltersCommand,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTableCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DescribeAccessEntryCommand, EKSClient } from '@aws-sdk/client-eks';
import { DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { kindOf, SINGLES } from '../../functions/contract/digest.ts';
import type { DigestAbout } from '../../functions/contract/digest-message.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import { ITEM_KEYS } from '../../functions/contract/item-keys.ts';
import { judge } from '../../functions/detect/judge.ts';
import { recordOn } from '../../tools/record/corpus.ts';
import type { Truth } from '../../tools/record/truth.ts';
import type { Received } from '../../tools/twin/alerts.ts';
import { run } from '../../tools/twin/commands.ts';
import { clientSettings } from '../../tools/twin/identities.ts';
import { type Stack, startStack } from '../../tools/twin/stack.ts';
import { cutLine, timestampOf } from '../../tools/twin/wire/batches.ts';
import { auditLogGroup, MAX_LINE_BYTES } from '../../tools/twin/wire/wire.ts';
import { BRING_UP_MS, progress } from './bring-up.ts';

/**
 * From the audit log of a real API server to a queue behind SNS, through the stack as deployed, IAM enforced. Without
 * Logs Insights, which is denied: the emulator would be busy with the queries of hundreds of investigations.
 * incidents.test.ts has them.
 */
let stack: Stack;
const report = progress();
beforeAll(async () => {
  stack = await startStack(report, { config: { clusters: [{ name: 'twin', cutLines: true }] } });
  const statement = { Effect: 'Deny', Action: ['logs:DescribeLogGroups', 'logs:StartQuery'], Resource: '*' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await new IAMClient(clientSettings(stack.emulator)).send(
    new PutRolePolicyCommand({ ...noInsights(), PolicyDocument }),
  );
}, BRING_UP_MS);
afterAll(() => stack?.close());

const output = (name: string): string => stack.deployment.outputs[name] ?? '';
/** The policy that denies it to *investigate*. */
const noInsights = () => ({ RoleName: output('InvestigateRoleArn').split('/').pop(), PolicyName: 'no-insights' });

/** The count of messages in one of the stack's queues. */
async function messagesIn(outputName: string): Promise<number> {
  const { Attributes } = await new SQSClient(clientSettings(stack.emulator)).send(
    new GetQueueAttributesCommand({
      QueueUrl: output(outputName),
      AttributeNames: ['ApproximateNumberOfMessages'],
    }),
  );
  return Number(Attributes?.ApproximateNumberOfMessages);
}

describe('kubectl create namespace', () => {
  test('is in the queue a moment later: nine times, three by each of three actors', async () => {
    const times: number[] = [];
    // After so many creations of an actor, and ten of a cluster, the others of the hour are told in its digest.
    const actors = ['Dev', 'CI', 'Admin'].flatMap((role) => Array.from({ length: SINGLES.actor }, () => role));
    for (const [round, role] of actors.entries()) {
      const kubeconfig = await stack.identities.roleKubeconfig(role, 'alice@example.com', stack.processes.folder);
      const name = `timed-${round}`;
      const start = performance.now();
      await run(stack.binaries.kubectl, [`--kubeconfig=${kubeconfig}`, 'create', 'namespace', name]);
      const [received, ...more] = await stack.alerts.next();
      expect(more).toEqual([]);
      expect(received?.alert.finding).toMatchObject({ outcome: 'created', namespace: { name } });
      times.push((received?.at ?? Number.NaN) - start);
    }
    expect(await stack.alerts.collect(0)).toEqual([]);
    const [first = 0] = times;
    const sorted = times.slice(1).sort((a, b) => a - b);
    const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
    report(
      `kubectl create namespace to message in the queue: median ${seconds(sorted[sorted.length >> 1] ?? 0)}, ` +
        `worst ${seconds(sorted.at(-1) ?? 0)} of ${sorted.length}; the first, all functions cold: ${seconds(first)}`,
    );
    // The investigation takes four seconds of it: CloudTrail is asked eight questions, and takes two a second.
    expect(sorted.at(-1)).toBeLessThan(25_000);
  }, 600_000);
});

/** The rows of the digests that are being filled. */
async function digestRows(): Promise<(DigestAbout & { findings: number })[]> {
  const { Items = [] } = await new DynamoDBClient(clientSettings(stack.emulator)).send(
    new ScanCommand({ TableName: output('FindingsTableName'), ConsistentRead: true }),
  );
  return Items.filter(({ id }) => id?.S?.startsWith(ITEM_KEYS.digestRow)).map(({ about, findings }) => ({
    ...(JSON.parse(about?.S ?? '') as DigestAbout),
    findings: Number(findings?.N),
  }));
}

/** What the subscription filters have delivered since, or would have: by the filters' own patterns. */
async function deliveries(startTime: number): Promise<object[]> {
  const logs = new CloudWatchLogsClient(clientSettings(stack.emulator));
  const logGroupName = auditLogGroup(stack);
  const { subscriptionFilters = [] } = await logs.send(new DescribeSubscriptionFiltersCommand({ logGroupName }));
  const payloads: object[] = [];
  for (const { filterName, filterPattern } of subscriptionFilters) {
    const pages = paginateFilterLogEvents({ client: logs }, { logGroupName, filterPattern, startTime, limit: 50 });
    for await (const { events = [] } of pages) {
      for (const [logStream, some] of Map.groupBy(events, ({ logStreamName }) => logStreamName)) {
        payloads.push({
          messageType: 'DATA_MESSAGE',
          owner: stack.emulator.account,
          logGroup: logGroupName,
          logStream,
          subscriptionFilters: [filterName],
          logEvents: some.map(({ eventId, timestamp, message }) => ({ id: eventId, timestamp, message })),
        });
      }
    }
  }
  return payloads;
}

/** Invokes *detect* as CloudWatch Logs does. */
async function redeliver(payload: object): Promise<void> {
  const data = gzipSync(JSON.stringify(payload)).toString('base64');
  await new LambdaClient(clientSettings(stack.emulator)).send(
    new InvokeCommand({
      FunctionName: output('DetectFunctionName'),
      InvocationType: 'Event',
      Payload: JSON.stringify({ awslogs: { data } }),
    }),
  );
}

describe('every way to make, or not make, a namespace', () => {
  let began: number;
  /** The lines of the audit log since then. */
  let lines: string[];
  let truth: Truth[];
  let received: Received[];

  /**
   * The lines that the filters let through in part, as they come in. What the API server could not log, or what was
   * cut before it names its object, only a list of the namespaces shows.
   */
  const visible = () =>
    lines
      .map((line) => ({ auditID: JSON.parse(line).auditID as string, text: cutLine(line, MAX_LINE_BYTES) }))
      .filter(({ text }) => text.includes('"objectRef":{"resource":"namespaces"'));
  const created = (): Truth[] => {
    const ids = new Set(visible().map(({ auditID }) => auditID));
    return truth.filter(({ outcome, auditID }) => outcome === 'created' && ids.has(auditID ?? ''));
  };

  beforeAll(async () => {
    began = Date.now();
    const recording = await recordOn(stack, () => {});
    report('every case was run');
    lines = recording.audit.split('\n').filter((line) => line !== '' && timestampOf(line, 0) >= began);
    truth = recording.truth.filter(({ case: name }) => name !== 'there before the first case');
    received = await stack.alerts.collect(0, { quietMs: 30_000 });
    report(`${received.length} alerts received`);
  }, 900_000);

  const findings = (...outcomes: Finding['outcome'][]): Finding[] =>
    received.map(({ alert }) => alert.finding).filter(({ outcome }) => outcomes.includes(outcome));

  test('an alert for each namespace that was created, or its actor in the digest of the hour, and for no other', async () => {
    const expected = created();
    const existing = new Set(expected.map(({ uid }) => uid));
    const alerted = findings('created');
    expect(alerted.filter(({ namespace: { uid } }) => uid && !existing.has(uid))).toEqual([]);
    const uids = new Set(alerted.map(({ namespace }) => namespace.uid));
    // a line that was cut, or an answer of another kind, holds no UID: the request and the name have to do
    const without = alerted.filter(({ namespace }) => !namespace.uid);
    const known = (entry: Truth) =>
      uids.has(entry.uid) ||
      without.some(({ request, namespace: { name } }) => request.auditId === entry.auditID && name === entry.namespace);
    const rows = (await digestRows()).filter(({ outcome }) => outcome === 'created');
    const inDigest = new Set(rows.map(({ actor }) => actor.name ?? actor.kind));
    const others = expected.filter((entry) => !known(entry));
    const missing = others.filter(
      ({ actor: { principalArn, username } }) => !inDigest.has(principalArn ?? username ?? ''),
    );
    expect(missing.map(({ case: name, namespace }) => `${name}: ${namespace}`)).toEqual([]);
    const counted = rows.reduce((sum, { findings }) => sum + findings, 0);
    expect(counted).toBeGreaterThanOrEqual(others.length);
  });

  test('no alert twice', () => {
    const ids = received.map(({ alert }) => alert.id);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
    const uids = findings('created').flatMap(({ namespace: { uid } }) => uid ?? []);
    expect(uids.filter((uid, at) => uids.indexOf(uid) !== at)).toEqual([]);
  });

  test('no alert for what existed already', () => {
    expect(findings('already-exists')).toEqual([]);
  });

  const hourOf = ({ request }: Finding): string => request.at?.slice(0, 13) ?? '';
  const nameOf = ({ principalArn, username, kind }: Finding['actor']): string => principalArn ?? username ?? kind;

  test('of what was refused, an alert for each kind by an actor in an hour, and the rest in a digest', async () => {
    const alerted = findings('attempt-denied', 'rejected');
    const kinds = alerted.map((finding) => `${nameOf(finding.actor)} ${hourOf(finding)} ${kindOf(finding)}`);
    expect(kinds.filter((kind, at) => kinds.indexOf(kind) !== at)).toEqual([]);
    const digested = (await digestRows()).map(({ actor }) => actor.name ?? actor.kind);
    const actors = new Set([...alerted.map(({ actor }) => nameOf(actor)), ...digested]);
    const refused = truth.filter(({ outcome }) => outcome === 'attempt-denied' || outcome === 'rejected');
    const known = refused.flatMap(({ actor: { principalArn, username } }) => principalArn ?? username ?? []);
    expect([...new Set(known)].filter((name) => !actors.has(name))).toEqual([]);
  });

  test('of lines that do not give the outcome, an alert for the first, and the rest in a digest', async () => {
    const unknown = visible().filter(({ text }) => {
      const verdict = judge({ text, cluster: {} });
      return verdict.kind === 'finding' && verdict.finding.outcome === 'outcome-unknown';
    });
    expect(unknown.length).toBeGreaterThan(0);
    const alerted = findings('outcome-unknown').map(({ request }) => request.auditId);
    expect(alerted.length).toBeGreaterThan(0);
    const expected = new Set(unknown.map(({ auditID }) => auditID));
    expect(alerted.filter((id) => !expected.has(id ?? ''))).toEqual([]);
    const rows = (await digestRows()).filter(({ outcome }) => outcome === 'outcome-unknown');
    const counted = rows.reduce((sum, { findings }) => sum + findings, 0);
    expect(alerted.length + counted).toBeGreaterThanOrEqual(unknown.length);
  });

  test('every alert was investigated, and its attributes say what it is', () => {
    for (const { alert, attributes } of received) {
      expect(alert.investigationFailed).toBeUndefined();
      expect(attributes).toMatchObject({
        outcome: alert.finding.outcome,
        severity: alert.assessment?.severity,
        cluster: 'twin',
      });
    }
  });

  test('no alert again when all log events come a second time', async () => {
    for (const payload of await deliveries(began)) await redeliver(payload);
    const again = await stack.alerts.collect(0, { quietMs: 15_000 });
    expect(again.map(({ alert: { finding } }) => finding)).toEqual([]);
  }, 180_000);

  test('no function failed, and nothing was lost on the way', async () => {
    const log = readFileSync(stack.processes.log('emulator'), 'utf8');
    expect(log.match(/^.*attempt \d failed.*$/gm)).toBeNull();
    expect(await messagesIn('DeadLetterQueueUrl')).toBe(0);
    expect(await messagesIn('RejectedRecordsQueueUrl')).toBe(0);
  });
});

test('the stack goes, and leaves only what it is meant to', async () => {
  const root = clientSettings(stack.emulator);
  await new IAMClient(root).send(new DeleteRolePolicyCommand(noInsights())); // a role that has more than the stack gave it stays
  await stack.deployment.destroy();
  const { subscriptionFilters } = await new CloudWatchLogsClient(root).send(
    new DescribeSubscriptionFiltersCommand({ logGroupName: auditLogGroup(stack) }),
  );
  expect(subscriptionFilters).toEqual([]);
  for (const name of ['Detect', 'Investigate', 'Alert'])
    await expect(
      new LambdaClient(root).send(new GetFunctionCommand({ FunctionName: output(`${name}FunctionName`) })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  const entry = { clusterName: 'twin', principalArn: output('InvestigateRoleArn') };
  await expect(new EKSClient(root).send(new DescribeAccessEntryCommand(entry))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  const table = await new DynamoDBClient(root).send(
    new DescribeTableCommand({ TableName: output('FindingsTableName') }),
  );
  expect(table.Table?.TableStatus).toBe('ACTIVE');
  await new S3Client({ ...root, forcePathStyle: true }).send(
    new HeadBucketCommand({ Bucket: output('EvidenceBucketName') }),
  );
});

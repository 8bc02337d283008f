/**
 * `sentinel drill` as a user runs it: without a deployment, and whole and the alert alone against one, by somebody who holds the
 * policies and the role that docs/drill.md names. Every link is the real one but for what the emulator stands for (docs/twin.md).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudWatchLogsClient, DeleteSubscriptionFilterCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateUserCommand,
  DetachUserPolicyCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { DrillReport } from '../../bin/commands/drill/course.ts';
import type { DrillLink } from '../../bin/commands/drill/link.ts';
import { ageBindings } from '../../tools/twin/age.ts';
import { AlertQueue } from '../../tools/twin/alerts.ts';
import { type Finished, finish, run } from '../../tools/twin/commands.ts';
import { logDeliveries } from '../../tools/twin/delivery-status.ts';
import { clientSettings, LONG_AGO } from '../../tools/twin/identities.ts';
import { NetworkPolicyController } from '../../tools/twin/network-policy-controller/controller.ts';
import { type Stack, startStack } from '../../tools/twin/stack.ts';
import { auditLogGroup } from '../../tools/twin/wire/wire.ts';
import { BRING_UP_MS, progress } from './bring-up.ts';
import { Cluster as Maker, NETWORK_AGENT } from './contain/hostile.ts';
import { connect } from './contain/responder.ts';
import { Account } from './playbooks/account.ts';

const DRILLER = 'driller';
const GROUP = 'sentinel-drill';
const EMAIL = 'oncall@corp.io';

let stack: Stack;
let account: Account;
let controller: NetworkPolicyController | undefined;
/** Of somebody who holds the policies of the stack. */
let driller: Record<string, string>;
/** Behind the topic for chat. */
let chat: AlertQueue;
const kubectl = (...args: string[]) => run(stack.binaries.kubectl, [`--kubeconfig=${stack.adminKubeconfig}`, ...args]);
const namespaces = () => kubectl('get', 'namespaces', '-o', 'name');

/** The first manifest in the page. */
const manifestIn = (page: string): string => /```yaml\n(.*?)```/s.exec(readFileSync(page, 'utf8'))?.[1] ?? '';

async function drill(args: string[], environment: Record<string, string> = driller): Promise<Finished> {
  const env = {
    ...stack.emulator.environment,
    ...environment,
    PATH: process.env['PATH'],
    HOME: stack.processes.folder,
  };
  return finish(process.execPath, ['bin/sentinel.ts', 'drill', ...args], { env, timeoutMs: 300_000 });
}
const reportIn = ({ stdout, stderr }: Finished): DrillReport => {
  if (!stdout.startsWith('{')) throw new Error(stderr);
  return JSON.parse(stdout);
};
const statesOf = (links: readonly DrillLink[]) => links.map(({ id, state }) => `${id} ${state}`);
const receiptsOf = ({ subscribers }: DrillReport) =>
  subscribers.map(({ topic, protocol, state }) => `${topic} ${protocol} ${state}`);

beforeAll(async () => {
  stack = await startStack(progress(), {
    config: { emails: [{ address: EMAIL, minSeverity: 'HIGH' }], chat: {}, events: {} },
  });
  account = new Account(stack);
  await kubectl('apply', '-k', 'cluster/');
  const manifest = join(stack.processes.folder, 'drill-role.yaml');
  writeFileSync(manifest, manifestIn('docs/drill.md'));
  await kubectl('apply', '-f', manifest);
  const maker = new Maker(await connect(stack, 'master', ['system:masters']));
  await maker.learn();
  await maker.create(NETWORK_AGENT);
  controller = await NetworkPolicyController.start(stack);
  const iam = new IAMClient(clientSettings(stack.emulator));
  await iam.send(new CreateUserCommand({ UserName: DRILLER }));
  for (const policy of ['Drill', 'Reader', 'Starter', 'Approver'])
    await iam.send(new AttachUserPolicyCommand({ UserName: DRILLER, PolicyArn: account.output(`${policy}PolicyArn`) }));
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: DRILLER }));
  driller = { AWS_ACCESS_KEY_ID: key?.AccessKeyId ?? '', AWS_SECRET_ACCESS_KEY: key?.SecretAccessKey ?? '' };
  await stack.identities.grant(stack.identities.arn('user', DRILLER), { groups: [GROUP] }, LONG_AGO);
  await ageBindings(stack, Date.now() + 1_000, LONG_AGO);
  chat = await AlertQueue.subscribe(stack, account.output('ChatTopicArn'), 'chat');
  for (const topic of ['Alert', 'Chat']) await logDeliveries(stack, account.output(`${topic}TopicArn`));
}, BRING_UP_MS);
afterAll(async () => {
  await controller?.stop();
  await stack?.close();
});

test('local: the same playbooks run here, and nothing is left', async () => {
  const local = ['--kubeconfig', stack.adminKubeconfig, '--wait', '1', '--json', '--audit-log', stack.auditLog];
  const report = reportIn(await drill(local, {}));
  expect(statesOf(report.links)).toEqual([
    'staged answered',
    'finding answered',
    'investigation answered',
    'alert not-seen',
    'plan answered',
    'isolate answered',
    'proofs answered',
    'release answered',
    'clean-up answered',
  ]);
  expect(report.remains).toEqual([]);
  expect(await namespaces()).not.toContain('sentinel-drill-');
}, 120_000);

test('deployed, whole: every link answers with its time, on-call is asked by its task token, and nothing is left', async () => {
  const args = ['--stack', 'NamespaceSentinel', '--cluster', 'twin', '--wait', '3', '--ask-on-call', '--json'];
  const done = await drill(args);
  const report = reportIn(done);
  expect(statesOf(report.links)).toEqual([
    'staged answered',
    'audit-log answered',
    'finding answered',
    'investigation answered',
    'alert-topic answered',
    'alert-chat answered',
    'alert-events answered',
    'plan answered',
    'question answered',
    'isolate answered',
    'proofs answered',
    'release answered',
    'clean-up answered',
  ]);
  const times = report.links.map(({ after = Number.NaN }) => after);
  expect(times.every((time) => time >= 0)).toBe(true);
  expect(report.links.find(({ id }) => id === 'investigation')?.says).toMatch(/^LOW, /);
  // Who wants HIGH is not told of one that is LOW.
  expect(receiptsOf(report)).toEqual(['topic email not-for-it', 'topic sqs taken', 'chat sqs taken']);
  for (const at of report.subscribers.flatMap((row) => row.at ?? []))
    expect(Date.parse(at)).toBeGreaterThanOrEqual(Date.parse(report.startedAt));
  expect(report.remains).toEqual([]);
  expect(done.code).toBe(0);
  expect(await namespaces()).not.toContain('sentinel-drill-');
  const { finding } = await account.message('the alert', ({ id }) => id === report.findingId);
  expect(finding).toMatchObject({ drill: 'registered', namespace: { name: report.namespace } });
  const question = await account.message(
    'the question',
    ({ id, question: asked }) => id === report.findingId && !!asked,
  );
  expect(question).toMatchObject({ drill: true });
}, 240_000);

test('deployed, the alert alone: it is marked, and needs a right that the policy does not give', async () => {
  const args = ['--stack', 'NamespaceSentinel', '--alert-only', '--severity', 'HIGH', '--wait', '1', '--json'];
  await expect(drill(args)).resolves.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('lambda:InvokeFunction'),
  });
  const report = reportIn(await drill(args, {}));
  expect(statesOf(report.links)).toEqual([
    'handed answered',
    'alert-topic answered',
    'alert-chat answered',
    'alert-events answered',
  ]);
  expect(receiptsOf(report)).toEqual(['topic email handed-over', 'topic sqs taken', 'chat sqs taken']);
  const alert = await account.message('the alert', ({ id }) => id === report.findingId);
  expect(alert).toMatchObject({
    finding: { drill: 'registered', outcome: 'rejected' },
    assessment: { severity: 'HIGH' },
  });
}, 120_000);

test('deployed, with a queue that lets nobody in: the drill says who was not told, and why', async () => {
  const sqs = new SQSClient(clientSettings(stack.emulator));
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: chat.url, Attributes: { Policy: '' } }));
  const done = await drill(['--stack', 'NamespaceSentinel', '--alert-only', '--wait', '1'], {});
  expect(done.code).toBe(1);
  expect(done.stdout).toMatch(/NOT TAKEN .*chat, sqs \S+:chat: Its endpoint did not take it \(403\): .*AccessDenied/);
  expect(done.stdout).toMatch(/\n {2}arn:aws:sqs:\S+:chat: fix the endpoint, or its right to get messages/);
  expect(done.stdout).toMatch(/What did not answer: arn:aws:sqs:\S+:chat\./);
}, 120_000);

test('deployed, where detect gets nothing and the playbooks may not be started: both are named, and nothing is left', async () => {
  const UserName = DRILLER;
  await new IAMClient(clientSettings(stack.emulator)).send(
    new DetachUserPolicyCommand({ UserName, PolicyArn: account.output('StarterPolicyArn') }),
  );
  const logGroupName = auditLogGroup(stack);
  const [filterName = ''] = JSON.parse(account.output('SubscriptionFilters'))['twin'];
  await new CloudWatchLogsClient(clientSettings(stack.emulator)).send(
    new DeleteSubscriptionFilterCommand({ logGroupName, filterName }),
  );
  const done = await drill(['--stack', 'NamespaceSentinel', '--cluster', 'twin', '--wait', '0.2']);
  expect(done.code).toBe(1);
  expect(done.stdout).toMatch(/^SILENT .*finding in the table: Nothing was seen within 12 s/m);
  expect(done.stdout).toMatch(
    /^not seen .*alert: It was not waited for, because this did not answer: finding in the table/m,
  );
  expect(done.stdout).toMatch(/^FAILED .*plan of the containment: It could not be run: /m);
  expect(done.stdout).toMatch(/finding in the table: look for what is broken between the log and detect/);
  expect(done.stdout).toMatch(/plan of the containment: give whoever holds the drill the policy Starter/);
  expect(done.stdout).toMatch(/What did not answer: finding in the table, plan of the containment\./);
  expect(done.stdout).not.toContain('STILL THERE');
  expect(await namespaces()).not.toContain('sentinel-drill-');
}, 120_000);

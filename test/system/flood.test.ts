/**
 * A flood of namespaces through the stack as deployed: what on-call gets of it, that it hides and delays nobody else, and that its
 * digests reach whom they are for. test/flood.test.ts has ten times as many, and many actors, without the twin. Without Logs Insights,
 * which is denied: the emulator answers everybody in one thread, and on AWS the queries of twenty investigations delay nothing else.
 */
import { Agent } from 'node:https';
import { DeleteItemCommand, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PROMPT } from '../../functions/contract/digest.ts';
import type { Digest } from '../../functions/contract/digest-message.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import { ITEM_KEYS } from '../../functions/contract/item-keys.ts';
import { ageBindings } from '../../tools/twin/age.ts';
import { AlertQueue } from '../../tools/twin/alerts.ts';
import { run } from '../../tools/twin/commands.ts';
import { clientSettings, LONG_AGO } from '../../tools/twin/identities.ts';
import { kubeRequest } from '../../tools/twin/kube.ts';
import { type Mail, mails } from '../../tools/twin/mailbox.ts';
import { type Stack, startStack } from '../../tools/twin/stack.ts';
import { BRING_UP_MS, progress } from './bring-up.ts';
import { Account } from './playbooks/account.ts';
import { until } from './until.ts';

const FLOOD = 1_000;
/** Requests of the flood that are under way at once. */
const SIDE_BY_SIDE = 20;
const [HOURLY, DAILY] = ['hourly@corp.io', 'daily@corp.io'];
/** By when the other's alert has to be there, in milliseconds. */
const PROMPTLY_MS = 120_000;

let stack: Stack;
let account: Account;
/** Behind the topic for chat, which gets the digest of the day; and a queue that somebody subscribed for that digest alone. */
let [chat, dailies]: AlertQueue[] = [];
const report = progress();

beforeAll(async () => {
  stack = await startStack(report, {
    config: { emails: [{ address: HOURLY }, { address: DAILY, digest: 'daily' }], chat: { digest: 'daily' } },
  });
  account = new Account(stack);
  await run(stack.binaries.kubectl, [`--kubeconfig=${stack.adminKubeconfig}`, 'apply', '-k', 'cluster/']);
  await ageBindings(stack, Date.now() + 1_000, LONG_AGO);
  const statement = { Effect: 'Deny', Action: ['logs:DescribeLogGroups', 'logs:StartQuery'], Resource: '*' };
  await new IAMClient(clientSettings(stack.emulator)).send(
    new PutRolePolicyCommand({
      RoleName: account.output('InvestigateRoleArn').split('/').pop(),
      PolicyName: 'no-insights',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    }),
  );
  chat = await AlertQueue.subscribe(stack, account.output('ChatTopicArn'), 'chat');
  dailies = await AlertQueue.subscribe(stack, account.output('AlertTopicArn'), 'dailies', { digest: ['daily'] });
}, BRING_UP_MS);
afterAll(() => stack?.close());

/** Makes a namespace as somebody. */
async function make(who: { token: string }, name: string, agent?: Agent): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  const request = { method: 'POST', path: '/api/v1/namespaces', body };
  const { code, text } = await kubeRequest(stack.endpoint, who, request, agent);
  if (code !== 201) throw new Error(`${name}: ${code} ${text}`);
}

/** What is in the table of the findings, by the names of their namespaces. */
async function findings(): Promise<Map<string, { at: string; state: string; isCounted: boolean }>> {
  const items = [...(await account.items()).values()];
  return new Map(
    items.flatMap(({ finding, state, countedBy }) => {
      if (finding?.S === undefined) return [];
      const { namespace, request } = JSON.parse(finding.S) as Finding;
      return [
        [namespace.name ?? '', { at: request.at ?? '', state: state?.S ?? '', isCounted: countedBy === undefined }],
      ];
    }),
  );
}

const alertsAbout = (is: (name: string) => boolean) =>
  account.messages.filter(({ finding, update }) => !update && is(finding?.namespace.name ?? ''));

test('1,000 creations by one actor do not hide the one of another, nor delay it; each is written down, on-call gets ten messages at most', async () => {
  const [mallory, oscar] = await Promise.all([
    stack.identities.roleToken('CI', 'mallory'),
    stack.identities.roleToken('Dev', 'oscar'),
  ]);
  const agent = new Agent({ keepAlive: true, maxSockets: SIDE_BY_SIDE });
  const names = Array.from({ length: FLOOD }, (_, index) => `flood-${index}`).values();
  let [count, oscarAt] = [0, 0];
  const workers = Array.from({ length: SIDE_BY_SIDE }, async () => {
    for (const name of names) {
      await make(mallory, name, agent);
      if (++count !== FLOOD / 2) continue;
      oscarAt = performance.now();
      await make(oscar, 'of-oscar');
    }
  });
  const began = performance.now();
  await Promise.all(workers);
  agent.destroy();
  const seconds = (since: number) => `${((performance.now() - since) / 1_000).toFixed(1)} s`;
  report(`1,000 namespaces made in ${seconds(began)}`);
  const left = PROMPTLY_MS - (performance.now() - oscarAt);
  await account.message("the alert of the other's", ({ finding }) => finding?.namespace.name === 'of-oscar', left);
  report(`the other's alert after ${seconds(oscarAt)}`);

  await until(
    'every creation is written down and counted, what is investigated is reported',
    async () => {
      const all = [...(await findings()).values()];
      return (
        all.length > FLOOD && all.every(({ state, isCounted }) => isCounted && /^(?:recorded|alerted)$/.test(state))
      );
    },
    180_000,
  );
  report(`everything written down and reported after ${seconds(began)}`);
  await account.settle(3_000);
  const all = await findings();
  expect(all.size).toBe(FLOOD + 1);
  const ofMallory = [...all].filter(([name]) => name !== 'of-oscar').map(([, finding]) => finding);
  const hours = new Set(ofMallory.map(({ at }) => at.slice(0, 13))).size;
  expect(ofMallory.filter(({ state }) => state === 'alerted')).toHaveLength(hours * PROMPT.actor);
  expect(alertsAbout((name) => name === 'of-oscar')).toHaveLength(1);
  expect(alertsAbout((name) => name.startsWith('flood-')).length).toBeGreaterThan(0);
  // Each of them, and the digest of the hour and of the day.
  expect(account.messages.length + 2).toBeLessThanOrEqual(10);
}, 330_000);

test('the digest of the day goes by mail, to chat and to a queue that asked for it; whoever has that of the hour does not get it', async () => {
  const db = new DynamoDBClient(clientSettings(stack.emulator));
  const TableName = account.output('FindingsTableName');
  for (const [id, item] of await account.items()) {
    const Key = { id: { S: id } };
    if (id.startsWith(ITEM_KEYS.jobRun)) await db.send(new DeleteItemCommand({ TableName, Key }));
    if (!id.startsWith(ITEM_KEYS.digest) || !item['window']) continue;
    // As if hour and day had ended.
    const due = { UpdateExpression: 'SET due = :now', ExpressionAttributeValues: { ':now': { N: '0' } } };
    await db.send(new UpdateItemCommand({ TableName, Key, ...due }));
  }
  const singles = alertsAbout((name) => name.startsWith('flood-')).length;
  const FunctionName = account.output('WatchFunctionName');
  await new LambdaClient(clientSettings(stack.emulator)).send(
    new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: '{}' }),
  );
  const digests = (address: string): Mail[] =>
    mails(stack).filter(({ to, subject }) => to === address && /digest\)/.test(subject));
  await until(
    'the digests are mailed',
    async () => digests(DAILY).length > 0 && digests(HOURLY).length > 0,
    PROMPTLY_MS,
  );
  const [daily] = (await dailies?.next()) ?? [];
  await account.message('the digest of the hour', (message) => frequencyOf(message) === 'hourly');
  await account.settle(2_000);
  expect(digests(DAILY).map(({ subject }) => subject)).toEqual([expect.stringContaining('(daily digest)')]);
  for (const { subject } of digests(HOURLY)) expect(subject).toContain('(digest)');
  const digest = daily?.alert as unknown as Digest;
  expect(digest).toMatchObject({ kind: 'digest', frequency: 'daily' });
  // An invocation of detect that was ended between counting and noting it counts again.
  expect(floodIn(digest)).toBeGreaterThanOrEqual(FLOOD - singles);
  const hourly = account.messages.filter((message) => frequencyOf(message) === 'hourly');
  const counts = hourly.map((message) => floodIn(message as unknown as Digest));
  expect(counts.reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(FLOOD - singles);
  expect(await dailies?.receive()).toEqual([]);
  const inChat = JSON.stringify(await chat?.collect(2));
  expect(inChat).toContain('daily digest');
  expect(inChat).not.toContain('(digest)');
}, 300_000);

const frequencyOf = (message: object): unknown => (message as Partial<Digest>).frequency;
/** How many are told in it for the first time. */
const floodIn = ({ rows }: Digest): number =>
  rows.reduce((sum, { reason, count }) => sum + (reason === 'looked-at' ? 0 : count), 0);

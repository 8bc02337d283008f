/** The demo's mails are those that the deployed function would send: its handler, with AWS at the edge of the SDK. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { play } from '../../bin/commands/demo/play.ts';
import { Story } from '../../bin/commands/demo/story.ts';
import { Task } from '../../bin/commands/task.ts';
import { Clock } from '../../bin/local/clock.ts';
import { readRecording } from '../../bin/local/recorded-cluster.ts';
import { DELIVERY_LEASE_MS } from '../../functions/alert/delivery.ts';
import { readDestinations } from '../../functions/alert/destinations/index.ts';
import { createHandler } from '../../functions/alert/handler.ts';
import { readPlaybooks } from '../../functions/alert/state-machine-arns.ts';
import { S3AlertArchive } from '../../functions/clients/bucket/s3-alert-archive.ts';
import { localDigests } from '../../functions/clients/local/digest-store.ts';
import { LocalFindingsTable } from '../../functions/clients/local/findings-table.ts';
import { bodies } from '../../functions/clients/local/sender.ts';
import { EventBridgeSender } from '../../functions/clients/send/event-bridge-sender.ts';
import type { Message } from '../../functions/clients/send/sender.ts';
import { SnsSender } from '../../functions/clients/send/sns-sender.ts';
import { parseConfig } from '../../lib/config/config.ts';
import { SentinelStack } from '../../lib/sentinel-stack.ts';
import { app, Resources } from '../lib/stacks.ts';

jest.setTimeout(90_000);

const out = mkdtempSync(join(tmpdir(), 'demo-mails-'));
afterAll(() => rmSync(out, { recursive: true }));

const RECORDING = 'test/corpus/incidents/stolen-ci-role/audit.jsonl.gz';

test('each mail of the demo is what the deployed function sends', async () => {
  const recording = await readRecording(RECORDING, Readable.from([]), { staged: true });
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const task = new Task({ stdin: Readable.from([]), stdout: silent, stderr: silent });
  const clock = new Clock(recording.endedAt);
  const { pipeline } = await play(recording, { clock, story: new Story(task, clock.now, true), folder: out });
  const demo = pipeline.sender.sent.map(({ destination, message }) => ({ destination, ...mailIn(message) }));

  const { environment, at } = deployed(recording.cluster);
  const sns = mockClient(SNSClient).on(PublishCommand).resolves({ MessageId: '1' });
  mockClient(S3Client).onAnyCommand().resolves({});
  const now = { at: 0 };
  const { destinations, targets } = readDestinations(environment('DESTINATIONS'));
  const handler = createHandler(
    {
      table: new LocalFindingsTable(() => now.at),
      digests: localDigests(() => now.at),
      senders: {
        sns: new SnsSender(new SNSClient({ region: at.region }), targets),
        eventbridge: new EventBridgeSender(new EventBridgeClient({ region: at.region }), targets),
      },
      archive: new S3AlertArchive(new S3Client({ region: at.region }), BUCKET),
    },
    {
      destinations,
      leaseMs: DELIVERY_LEASE_MS,
      archiveMs: 5_000,
      recordPausesMs: [],
      playbooks: readPlaybooks(environment('PLAYBOOKS')),
      readers: environment('READER_POLICY'),
    },
    () => now.at,
  );
  for (const { at: instant, event } of pipeline.handedToAlert) {
    now.at = instant;
    await handler(event, { functionName: 'alert', getRemainingTimeInMillis: () => 30_000 } as Context);
  }

  const sent = sns.commandCalls(PublishCommand).map(({ args: [{ input }] }) => {
    const { Subject: subject, Message: body = '', MessageStructure: structure, TopicArn: arn } = input;
    const destination = Object.keys(targets).find((id) => targets[id] === arn);
    return {
      destination,
      ...mailIn({ body, attributes: {}, byProtocol: structure !== undefined, ...(subject && { subject }) }),
    };
  });
  expect(demo.filter(({ email }) => email !== undefined)).toHaveLength(10);
  expect(sent).toEqual(demo);
});

const mailIn = (message: Message) => {
  const { email, default: rest } = bodies(message);
  return { subject: message.subject, email, rest };
};

/** As the demo names it. */
const BUCKET = 'namespace-sentinel-evidence-example';

/** The environment of the deployed function, with CloudFormation's references resolved to the names of the demo. */
function deployed({ name, region, account }: { name: string; region: string; account: string }) {
  const text = `account: '${account}'\nregion: ${region}\nclusters: [{ name: ${name} }]\nemails: [{ address: oncall@example.com }]\nchat: { slack: { workspaceId: T0123ABCD, channelId: C0123ABCD } }\n`;
  const stack = new SentinelStack(app(), 'NamespaceSentinel', { config: parseConfig(text, 'sentinel.config.yaml') });
  const variables = new Resources(stack)
    .of('Lambda::Function')
    .map(({ Properties }) => Properties.Environment?.Variables ?? {})
    .find((each) => 'DESTINATIONS' in each);
  const resolved = (value: unknown): string => {
    if (typeof value === 'string') return value;
    const { Ref: ref, 'Fn::Join': join } = Object(value) as { Ref?: string; 'Fn::Join'?: [string, unknown[]] };
    if (join) return join[1].map(resolved).join(join[0]);
    if (ref === 'AWS::Partition') return 'aws';
    if (ref?.includes('Reader')) return `arn:aws:iam::${account}:policy/NamespaceSentinel-Reader`;
    if (ref) return `arn:aws:sns:${region}:${account}:${ref}`;
    throw new Error(`not resolved: ${JSON.stringify(value)}`);
  };
  return { at: { region }, environment: (variable: string): string => resolved(variables?.[variable]) };
}

import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { clientSettings } from '../../tools/twin/identities.ts';
import { startTwin, type Twin } from '../../tools/twin/twin.ts';
import { fullStack, Resources } from '../lib/stacks.ts';
import { BRING_UP_MS, progress } from './bring-up.ts';

/**
 * The policies for people as the stack has them, held by a user of the emulated AWS, which enforces IAM: each call of the consoles
 * passes, and what the policy is not for is refused.
 */

const BUCKET = 'evidence';
const RUN = 'containment/a/r/c/u/runs/1';
const DEFINITION = JSON.stringify({ StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 600, End: true } } });

let twin: Twin;
let root: ReturnType<typeof clientSettings>;
let resources: Resources;
const arns: Record<string, string> = {};

/** A policy's document with what only a deployment knows: the bucket and the state machines that stand in the emulator. */
function documentOf(name: string): string {
  const { account, region } = twin.emulator;
  const known: Record<string, string> = {
    'AWS::Partition': 'aws',
    'AWS::Region': region,
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::AccountId': account,
    'AWS::StackName': 'NamespaceSentinel',
  };
  const resolved = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolved);
    if (typeof value !== 'object' || value === null) return value;
    const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Record<string, unknown>;
    if (Array.isArray(join)) return (join[1] as unknown[]).map(resolved).join('');
    const id = String(ref ?? (Array.isArray(attribute) ? attribute[0] : ''));
    if (!id) return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolved(part)]));
    if (known[id]) return known[id];
    if (id.includes('EvidenceBucket')) return `arn:aws:s3:::${BUCKET}`;
    if (id.includes('PlaybookMachine')) return arns[/Containment(\w+)Playbook/.exec(id)?.[1] ?? ''];
    if (id.includes('FindingsTable')) return `arn:aws:dynamodb:${region}:${account}:table/t`;
    if (id.includes('Key')) return `arn:aws:kms:${region}:${account}:key/k`;
    throw new Error(`a policy refers to ${id}`);
  };
  const document = JSON.stringify(resolved(resources.one('IAM::ManagedPolicy', name).Properties.PolicyDocument));
  return document.replaceAll(':eu-west-1:111122223333:', `:${region}:${account}:`);
}

/** The settings of a user who has this policy and nothing else. */
async function holderOf(name: string): Promise<ReturnType<typeof clientSettings>> {
  const iam = new IAMClient(root);
  await iam.send(new CreateUserCommand({ UserName: name }));
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument: documentOf(name) }));
  await iam.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn: Policy?.Arn }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {};
  return { ...root, credentials: { accessKeyId, secretAccessKey } };
}

beforeAll(async () => {
  twin = await startTwin(progress());
  root = clientSettings(twin.emulator);
  resources = new Resources(fullStack());
  const trust = { Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  await new IAMClient(root).send(new CreateRoleCommand({ RoleName: 'any', AssumeRolePolicyDocument }));
  const owner = new SFNClient(root);
  for (const name of ['Contain', 'Release', 'Decide']) {
    const { stateMachineArn = '' } = await owner.send(
      new CreateStateMachineCommand({
        name: `NamespaceSentinel-${name.toLowerCase()}`,
        definition: DEFINITION,
        roleArn: `arn:aws:iam::${twin.emulator.account}:role/any`,
      }),
    );
    arns[name] = stateMachineArn;
  }
  const s3 = new S3Client({ ...root, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const keys = ['alerts/a/alert.json', `${RUN}/report.json`, `${RUN}/steps/x.json`, 'snapshots/a/pods.json'];
  for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'x' }));
}, BRING_UP_MS);
afterAll(() => twin?.close());

const refused = { name: expect.stringMatching(/^AccessDenied/) };

describe.each([
  ['Starter', 'Contain', 'Decide'],
  ['Approver', 'Decide', 'Contain'],
])('%s', (policy, own, other) => {
  let sfn: SFNClient;
  let started: string;
  beforeAll(async () => {
    sfn = new SFNClient(await holderOf(policy));
    const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn: arns[own] }));
    started = executionArn;
  });

  test('starts, and watches in the console', async () => {
    await sfn.send(new ListStateMachinesCommand({}));
    await sfn.send(new DescribeStateMachineCommand({ stateMachineArn: arns[own] }));
    const { executions } = await sfn.send(new ListExecutionsCommand({ stateMachineArn: arns[own] }));
    expect(executions?.map(({ executionArn }) => executionArn)).toContain(started);
    await sfn.send(new DescribeExecutionCommand({ executionArn: started }));
    await sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn: started }));
    await sfn.send(new GetExecutionHistoryCommand({ executionArn: started }));
  });

  test('stops what may be stopped', async () => {
    const stop = sfn.send(new StopExecutionCommand({ executionArn: started }));
    if (policy === 'Starter') await stop;
    else await expect(stop).rejects.toMatchObject(refused);
  });

  test('starts and watches nothing else', async () => {
    const start = sfn.send(new StartExecutionCommand({ stateMachineArn: arns[other] }));
    await expect(start).rejects.toMatchObject(refused);
    const list = sfn.send(new ListExecutionsCommand({ stateMachineArn: arns[other] }));
    await expect(list).rejects.toMatchObject(refused);
    const { executionArn } = await new SFNClient(root).send(
      new StartExecutionCommand({ stateMachineArn: arns[other] }),
    );
    await expect(sfn.send(new GetExecutionHistoryCommand({ executionArn }))).rejects.toMatchObject(refused);
  });
});

describe('Reader', () => {
  let s3: S3Client;
  beforeAll(async () => {
    s3 = new S3Client({ ...(await holderOf('Reader')), forcePathStyle: true });
  });
  const get = (Key: string) => s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));

  test('finds its way in the console, and opens alerts and reports', async () => {
    await s3.send(new ListBucketsCommand({}));
    await s3.send(new GetBucketLocationCommand({ Bucket: BUCKET }));
    await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'alerts/', Delimiter: '/' }));
    for (const key of ['alerts/a/alert.json', `${RUN}/report.json`]) await get(key);
  });

  test('opens no evidence and no snapshot, and writes nothing', async () => {
    for (const key of [`${RUN}/steps/x.json`, 'snapshots/a/pods.json'])
      await expect(get(key)).rejects.toMatchObject(refused);
    const at = { Bucket: BUCKET, Key: 'alerts/a/alert.json' };
    await expect(s3.send(new PutObjectCommand({ ...at, Body: 'y' }))).rejects.toMatchObject(refused);
    await expect(s3.send(new DeleteObjectCommand(at))).rejects.toMatchObject(refused);
  });
});

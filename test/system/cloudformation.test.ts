/** What a release holds for those who deploy without the CDK: the linter takes it, and deployed it does what the CDK's stack does. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Template as Assertions } from 'aws-cdk-lib/assertions';
import { parseConfig } from '../../lib/config/config.ts';
import { SentinelStack } from '../../lib/sentinel-stack.ts';
import type { Template } from '../../tools/cloudformation/parameters.ts';
import { TEMPLATE_FILE } from '../../tools/cloudformation/release.ts';
import { AlertQueue } from '../../tools/twin/alerts.ts';
import { run } from '../../tools/twin/commands.ts';
import { clientSettings } from '../../tools/twin/identities.ts';
import { cfnLint } from '../../tools/twin/python.ts';
import { startTwin, type Twin } from '../../tools/twin/twin.ts';
import { startWire } from '../../tools/twin/wire/wire.ts';
import { app } from '../lib/stacks.ts';
import { BRING_UP_MS, progress } from './bring-up.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloudformation-'));
const release = join(folder, 'release');
const BUCKET = 'code-of-ours';
const PREFIX = 'somewhere/else/';
let twin: Twin;
let template: Template & { Resources: Record<string, unknown>; Outputs: Record<string, unknown> };

beforeAll(async () => {
  await run(process.execPath, ['tools/cloudformation/main.ts', '--out', release]);
  template = JSON.parse(readFileSync(join(release, TEMPLATE_FILE), 'utf8'));
  twin = await startTwin(progress());
  await startWire(twin);
}, BRING_UP_MS);
afterAll(async () => {
  await twin?.close();
  rmSync(folder, { recursive: true });
});

test('the linter of CloudFormation has no complaint', async () => {
  const { command, packages } = await cfnLint(progress());
  const env = { PATH: String(process.env['PATH']), HOME: folder, PYTHONPATH: packages };
  const lint = ['-c', 'from cfnlint.runner import main; main()', '--ignore-checks', 'W3005', '--regions', 'us-east-1'];
  await expect(run(command, [...lint, '--', join(release, TEMPLATE_FILE)], { env })).resolves.toBe('');
}, 300_000);

/**
 * With the values of parameters in place; of names that CloudFormation or the CDK gives, of names of audiences (hashes of addresses), and
 * of code, nothing but that there is one.
 */
function alike(sections: unknown, values: Record<string, string>): unknown {
  const ids = new Map<string, string>();
  const idOf = (id: string): string => ids.get(id) ?? ids.set(id, `id-${ids.size}`).get(id) ?? '';
  const text = JSON.stringify(sections, (key, value) => {
    if (key === 'Code' || key === 'Metadata') return undefined;
    if (value?.['Fn::Sub'] && Object.keys(value).length === 1)
      return String(value['Fn::Sub']).replace(/\$\{(!?)([A-Za-z]+)\}/g, (all, mark, name) =>
        mark ? `\${${name}}` : (values[name] ?? all),
      );
    return value;
  });
  return JSON.parse(text.replace(/\bSentinel[A-Za-z0-9]*[0-9A-F]{8}\b|@[0-9a-f]{10}\b/g, idOf));
}

test('with its values it is what the CDK makes of the same configuration', () => {
  const cluster = 'shop-production';
  const email = 'people@shop.io';
  const config = parseConfig(JSON.stringify({ clusters: [{ name: cluster }], emails: [{ address: email }] }), 'same');
  const { Resources } = Assertions.fromStack(new SentinelStack(app(), 'NamespaceSentinel', { config })).toJSON();
  expect(alike(template.Resources, { ClusterName: cluster, OnCallEmail: email })).toEqual(alike(Resources, {}));
});

test('deployed, a namespace gives its alert', async () => {
  const settings = clientSettings(twin.emulator);
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const files = readdirSync(join(release, 'code'));
  for (const name of files)
    await s3.send(
      new PutObjectCommand({ Bucket: BUCKET, Key: PREFIX + name, Body: readFileSync(join(release, 'code', name)) }),
    );
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'template', Body: JSON.stringify(template) }));
  const cloudformation = new CloudFormationClient(settings);
  const values = {
    CodeBucket: BUCKET,
    CodePrefix: PREFIX,
    ClusterName: twin.emulator.cluster,
    OnCallEmail: 'oncall@example.com',
  };
  const StackName = 'NamespaceSentinel';
  await cloudformation.send(
    new CreateStackCommand({
      StackName,
      TemplateURL: `${twin.emulator.environment['AWS_ENDPOINT_URL']}/${BUCKET}/template`,
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      Parameters: Object.entries(values).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
    }),
  );
  const described = async () => (await cloudformation.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0];
  let stack = await described();
  for (; stack?.StackStatus === 'CREATE_IN_PROGRESS'; stack = await described()) await sleep(500);
  expect(stack?.StackStatus).toBe('CREATE_COMPLETE');
  const topic = stack?.Outputs?.find(({ OutputKey }) => OutputKey === 'AlertTopicArn')?.OutputValue ?? '';
  const alerts = await AlertQueue.subscribe(twin, topic);
  const kubeconfig = await twin.identities.roleKubeconfig('Dev', 'alice@example.com', twin.processes.folder);
  await run(twin.binaries.kubectl, [`--kubeconfig=${kubeconfig}`, 'create', 'namespace', 'shop']);
  let received: Awaited<ReturnType<AlertQueue['receive']>> = [];
  while (received.length === 0) received = await alerts.receive();
  expect(received.map(({ alert }) => [alert.finding.outcome, alert.finding.namespace.name])).toEqual([
    ['created', 'shop'],
  ]);
}, 300_000);

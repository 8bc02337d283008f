/**
 * `sentinel preflight` on the twin: it passes after a deployment, and names each fault that is planted then. Faults of `PLANTED` are
 * played by the emulator's answers and prove nothing about AWS; the others are made in the emulator or the cluster, and taken back.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  DeleteSubscriptionFilterCommand,
  DescribeSubscriptionFiltersCommand,
  PutSubscriptionFilterCommand,
  type SubscriptionFilter,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  DisassociateAccessPolicyCommand,
  EKSClient,
  UpdateAccessEntryCommand,
} from '@aws-sdk/client-eks';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type AwsRow, contextFor, rowsOf } from '../../bin/commands/preflight/aws/ask.ts';
import type { AwsCheck } from '../../bin/commands/preflight/aws/check.ts';
import { AWS_CHECKS } from '../../bin/commands/preflight/aws/checks/index.ts';
import { awsClients } from '../../bin/commands/preflight/aws/clients.ts';
import { parseConfig } from '../../lib/config/config.ts';
import { run as runProgram } from '../../tools/twin/commands.ts';
import { clientSettings } from '../../tools/twin/identities.ts';
import { kubeRequest } from '../../tools/twin/kube.ts';
import { type Stack, startStack } from '../../tools/twin/stack.ts';
import { run } from '../commands/run.ts';
import { BRING_UP_MS, progress } from './bring-up.ts';
import { type Answers, PLANTED } from './preflight/planted.ts';

const EMAIL = 'oncall@corp.io';
const CLUSTER = 'twin';
const UID = '22222222-2222-4222-8222-222222222222';
const POLICY = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminViewPolicy';
/** The twin lets few reach its endpoint; here it is as open as a deployment outside of a VPC needs it. SIMULATED. */
const OPEN = { cluster: { resourcesVpcConfig: { publicAccessCidrs: ['0.0.0.0/0'] } } };

const folder = mkdtempSync(join(tmpdir(), 'sentinel-preflight-twin-'));
const file = join(folder, 'sentinel.config.yaml');
const before = { ...process.env };
let stack: Stack;

/** Without the account, as that of the twin is one of the documentation's. */
const configOf = (cluster = CLUSTER, more = '') =>
  `region: ${stack.emulator.region}\nclusters: [{ name: ${cluster} }]\nemails: [{ address: ${EMAIL} }]\n${more}`;

beforeAll(async () => {
  stack = await startStack(progress(), { config: { emails: [{ address: EMAIL }] } });
  Object.assign(process.env, stack.emulator.environment);
  writeFileSync(file, configOf());
  await kubectl('apply', '-k', 'cluster/');
  const agent = { name: 'aws-eks-nodeagent', image: 'none', args: ['--enable-network-policy=true'] };
  const labels = { app: 'aws-node' };
  await kubeRequest(stack.endpoint, stack.admin, {
    method: 'POST',
    path: '/apis/apps/v1/namespaces/kube-system/daemonsets',
    body: {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'aws-node', namespace: 'kube-system' },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'aws-node', image: 'none' }, agent] } },
      },
    },
  });
  await plant({});
}, BRING_UP_MS);
afterAll(async () => {
  process.env = before;
  rmSync(folder, { recursive: true });
  await stack?.close();
});

const kubectl = (...args: string[]) =>
  runProgram(stack.binaries.kubectl, [`--kubeconfig=${stack.adminKubeconfig}`, ...args]);

/** What the emulator answers from now on, in place of what was planted before. */
async function plant(answers: Answers): Promise<void> {
  const { 'eks:DescribeCluster': own = {}, ...others } = answers;
  const base = own.answer ? {} : { merge: deepMerge(OPEN, own.merge ?? {}) };
  const response = await fetch(`${stack.emulator.url}/_twin/answers`, {
    method: 'PUT',
    body: JSON.stringify({ ...others, 'eks:DescribeCluster': { ...own, ...base } }),
  });
  expect(response.status).toBe(200);
}

function deepMerge(one: object, other: object): object {
  const result: Record<string, unknown> = { ...one };
  for (const [key, value] of Object.entries(other)) {
    const known = result[key];
    const isObject = (each: unknown): each is object =>
      typeof each === 'object' && each !== null && !Array.isArray(each);
    result[key] = isObject(known) && isObject(value) ? deepMerge(known, value) : value;
  }
  return result;
}

async function rowsFor(check: string, config = configOf()): Promise<AwsRow[]> {
  const found = AWS_CHECKS.find(({ id }) => id === check) as AwsCheck;
  return rowsOf(found, await contextFor(parseConfig(config, file), file, awsClients(stack.emulator.region)));
}
const told = (rows: readonly AwsRow[]) => rows.map(({ status, says }) => `${status}: ${says}`).join('\n');

test('passes after the deployment, on both sides', async () => {
  const aws = await run(['preflight', '--config', file, '--side', 'aws']);
  expect([aws.code, aws.stdout, aws.stderr]).toEqual([0, expect.not.stringMatching(/^(failed|not-checked)/m), '']);
  const cluster = await run(['preflight', '--config', file, '--kubeconfig', stack.adminKubeconfig]);
  expect([cluster.code, cluster.stdout]).toEqual([0, expect.not.stringMatching(/^(failed|attention)/m)]);
});

test.each(PLANTED)('names $name (simulated)', async ({ check, answers, says, status = 'failed' }) => {
  const healthy = told(await rowsFor(check));
  expect(healthy).not.toMatch(says);
  await plant(answers);
  try {
    expect(told(await rowsFor(check))).toMatch(new RegExp(`^${status}: .*${says.source}`, 'm'));
  } finally {
    await plant({});
  }
  expect(told(await rowsFor(check))).toBe(healthy);
});

/** A fault that is really made: what makes it, and what takes it back. */
interface Made {
  name: string;
  check: string;
  make(): Promise<unknown>;
  restore(): Promise<unknown>;
  says: RegExp;
  cluster?: string;
  more?: string;
}

const eks = () => new EKSClient(clientSettings(stack.emulator));
const logs = () => new CloudWatchLogsClient(clientSettings(stack.emulator));
const s3 = () => new S3Client({ ...clientSettings(stack.emulator), forcePathStyle: true });
const roleArn = () => stack.deployment.outputs['ProbeRoleArn'] ?? '';
const entry = () => ({ clusterName: CLUSTER, principalArn: roleArn() });
const filterAt = { logGroupName: `/aws/eks/${CLUSTER}/cluster`, filterName: 'NamespaceSentinel-namespaces' };
const snapshot = () => ({
  Bucket: stack.deployment.outputs['EvidenceBucketName'],
  Key: `snapshots/${stack.emulator.account}/${stack.emulator.region}/${CLUSTER}/${UID}/snapshot.json.gz`,
});
let filter: SubscriptionFilter = {};
const putFilter = (change: object = {}) =>
  logs().send(
    new PutSubscriptionFilterCommand({
      ...filterAt,
      filterPattern: filter.filterPattern,
      destinationArn: filter.destinationArn,
      ...change,
    }),
  );
const readFilter = async () => {
  const { subscriptionFilters = [] } = await logs().send(
    new DescribeSubscriptionFiltersCommand({ logGroupName: filterAt.logGroupName }),
  );
  filter = subscriptionFilters.find(({ filterName }) => filterName === filterAt.filterName) ?? {};
  expect(filter.destinationArn).toBeDefined();
};

const MADE: readonly Made[] = [
  {
    name: 'a filter that is gone',
    check: 'subscription-filters',
    make: async () => {
      await readFilter();
      await logs().send(new DeleteSubscriptionFilterCommand(filterAt));
    },
    restore: () => putFilter(),
    says: /NamespaceSentinel-namespaces is missing/,
  },
  {
    name: 'a filter with another pattern',
    check: 'subscription-filters',
    make: async () => {
      await readFilter();
      await putFilter({ filterPattern: '{ $.verb = "never" }' });
    },
    restore: () => putFilter(),
    says: /another pattern/,
  },
  {
    name: 'a role that is not let in',
    check: 'access-entries',
    make: () => eks().send(new DeleteAccessEntryCommand(entry())),
    restore: () =>
      eks().send(new CreateAccessEntryCommand({ ...entry(), kubernetesGroups: ['namespace-sentinel:probe'] })),
    says: /has no access entry/,
  },
  {
    name: 'a role in another group',
    check: 'access-entries',
    make: () => eks().send(new UpdateAccessEntryCommand({ ...entry(), kubernetesGroups: ['admins'] })),
    restore: () =>
      eks().send(new UpdateAccessEntryCommand({ ...entry(), kubernetesGroups: ['namespace-sentinel:probe'] })),
    says: /let in as admins/,
  },
  {
    name: 'a role with an access policy',
    check: 'access-entries',
    make: () =>
      eks().send(new AssociateAccessPolicyCommand({ ...entry(), policyArn: POLICY, accessScope: { type: 'cluster' } })),
    restore: () => eks().send(new DisassociateAccessPolicyCommand({ ...entry(), policyArn: POLICY })),
    says: /AmazonEKSAdminViewPolicy, which nothing of ours gave/,
  },
  {
    name: 'a cluster that leaves with a quarantined namespace',
    check: 'taken-out',
    make: () => s3().send(new PutObjectCommand({ ...snapshot(), Body: 'x', IfNoneMatch: '*' })),
    restore: () => s3().send(new DeleteObjectCommand(snapshot())),
    says: /twin is to be taken out of the configuration, and 1 namespace in it is quarantined/,
    cluster: 'another',
  },
  {
    name: 'another account',
    check: 'credentials',
    make: async () => {},
    restore: async () => {},
    says: /the configuration says 777788889999/,
    more: "account: '777788889999'\n",
  },
];

test.each(MADE)('names $name', async ({ check, make, restore, says, cluster, more }) => {
  expect(told(await rowsFor(check, configOf(cluster)))).not.toMatch(says);
  await make();
  try {
    expect(told(await rowsFor(check, configOf(cluster, more)))).toMatch(new RegExp(`^failed: .*${says.source}`, 'm'));
  } finally {
    await restore();
  }
  expect(told(await rowsFor(check))).not.toMatch(/^failed/m);
});

test('names what is wrong in the cluster', async () => {
  await kubectl('delete', 'clusterrole', 'namespace-sentinel:probe');
  await kubectl('delete', 'clusterrolebinding', 'namespace-sentinel:observer');
  await kubectl('delete', 'validatingadmissionpolicybinding', 'namespace-sentinel-freeze');
  const { code, stdout } = await run(['preflight', '--kubeconfig', stack.adminKubeconfig]);
  expect(code).toBe(1);
  for (const [check, says] of [
    ['roles', 'namespace-sentinel:probe'],
    ['role-bindings', 'namespace-sentinel:observer'],
    ['policies', 'namespace-sentinel-freeze'],
  ])
    expect(stdout).toMatch(new RegExp(`^failed +${check} +.*${says}`, 'm'));
  await kubectl('apply', '-k', 'cluster/');
  expect((await run(['preflight', '--kubeconfig', stack.adminKubeconfig])).code).toBe(0);
});

test('at least 25 faults were planted', () => {
  expect(new Set([...PLANTED, ...MADE].map(({ check, name }) => `${check}: ${name}`)).size).toBeGreaterThanOrEqual(25);
});

test('tells the way down, and what its commands leave in the cluster', async () => {
  const ask = () => run(['preflight', '--remove', '--config', file, '--kubeconfig', stack.adminKubeconfig]);
  const { code, stdout } = await ask();
  expect([code, stdout]).toEqual([0, expect.not.stringMatching(/^(failed|not-checked)/m)]);
  const commands = [...stdout.matchAll(/fix: (.*)$/gm)].map(([, line = '']) => line);
  const inCluster = commands.filter((line) => line.startsWith('kubectl delete -k'));
  expect(inCluster.map((line) => line.split('/').at(-1))).toEqual(['roles', 'policies']);
  for (const line of inCluster) await kubectl(...line.split(' ').slice(1));
  const after = await ask();
  expect(after.stdout).toMatch(/^ok +cluster-roles +None of our roles/m);
  expect(after.stdout).toMatch(/^ok +cluster-policies +None of our policies/m);
});

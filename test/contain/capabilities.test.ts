/** What EKS runs for a cluster from outside, and what a person is told about it. */
import { EKSClient, ResourceNotFoundException } from '@aws-sdk/client-eks';
import { describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { AwsCapabilities } from '../../functions/clients/aws/aws-capabilities.ts';
import { AwsEks } from '../../functions/clients/aws/aws-eks.ts';
import type { Capability } from '../../functions/clients/aws/capabilities.ts';
import { checkTarget } from '../../functions/contain/steps/check-target.ts';
import { printProposed } from '../../functions/contract/commands/print.ts';
import { namespaceObjects, Stage } from './stage.ts';

const ROLE = 'arn:aws:iam::111122223333:role/argocd-capability';
const recordWith = (of: () => Promise<Capability[]>, mode: 'plan' | 'isolate' = 'plan') =>
  new Stage(namespaceObjects(), { capabilities: { of } }).recordOf(checkTarget, { mode });
const proposalsOf = async (...found: Capability[]) =>
  (await recordWith(async () => found)).proposals.filter(({ text }) => text.includes('capability'));

describe('a capability of the cluster', () => {
  test('is named with its role, and with what a person can do', async () => {
    const [proposal] = await proposalsOf({ name: 'argo', type: 'ARGOCD', status: 'ACTIVE', roleArn: ROLE });
    expect(proposal?.text).toContain(`the capability argo of EKS (managed Argo CD; ACTIVE), which acts as ${ROLE}`);
    expect(proposal?.text).toContain('puts objects back');
    const lines = printProposed(proposal?.commands ?? []).map((line) => ('line' in line ? line.line : line.leftOut));
    expect(lines).toEqual([
      'aws eks describe-capability --region eu-west-1 --cluster-name prod --capability-name argo',
      `aws eks delete-access-entry --region eu-west-1 --cluster-name prod --principal-arn ${ROLE}`,
    ]);
  });

  test.each([
    ['ACK', 'ACK, which makes resources of AWS', 'stays'],
    ['KRO', 'kro, which makes objects', 'recreates objects'],
    ['LATER', '(LATER; ', 'not known here'],
  ])('of the type %s is told as what it is', async (type, name, does) => {
    const [proposal] = await proposalsOf({ name: 'x', type, status: 'ACTIVE' });
    expect(proposal?.text).toContain(name);
    expect(proposal?.text).toContain(does);
    expect(proposal?.commands).toHaveLength(1);
  });

  test('that is being deleted is nothing to know', async () => {
    expect(await proposalsOf({ name: 'x', type: 'KRO', status: 'DELETING' })).toEqual([]);
  });

  test('keeps nobody from containing', async () => {
    const { status, open } = await recordWith(async () => [{ name: 'x', type: 'KRO', status: 'ACTIVE' }], 'isolate');
    expect(status).not.toBe('refused');
    expect(open.join('\n')).not.toContain('capability');
  });

  test('has a name that is never more than text in a command', async () => {
    const [proposal] = await proposalsOf({ name: '--x; rm', type: 'KRO', status: 'ACTIVE' });
    expect(printProposed(proposal?.commands ?? []).filter((line) => 'line' in line)).toEqual([]);
  });
});

test('capabilities that EKS does not tell are not known, and never taken for absent', async () => {
  const { open } = await recordWith(async () => {
    throw new Error('not authorized to perform: eks:ListCapabilities');
  });
  expect(open.join('\n')).toContain('Not known, capabilities of EKS that act from outside');
});

describe('the client', () => {
  const CLUSTER = { name: 'prod', region: 'eu-west-1', account: '111122223333' };
  const { signal } = new AbortController();
  const asking = (answers: Record<string, unknown>) => {
    const client = new EKSClient({ region: 'eu-west-1' });
    mockClient(client).send.callsFake(async (request: { input: object; constructor: { name: string } }) => {
      const answer = answers[request.constructor.name.replace(/Command$/, '')];
      return typeof answer === 'function' ? answer(request.input) : answer;
    });
    return new AwsCapabilities(client, new AwsEks(client)).of(CLUSTER, signal);
  };
  const cluster = (account: string) => ({
    cluster: {
      arn: `arn:aws:eks:eu-west-1:${account}:cluster/prod`,
      endpoint: 'https://example.com',
      certificateAuthority: { data: 'Y2E=' },
    },
  });
  const pages = ({ nextToken }: { nextToken?: string }) =>
    nextToken
      ? { capabilities: [{ capabilityName: 'kro' }] }
      : { capabilities: [{ capabilityName: 'argo' }], nextToken: '2' };

  test('reads every page, and leaves out what is gone meanwhile', async () => {
    const found = await asking({
      DescribeCluster: cluster('111122223333'),
      ListCapabilities: pages,
      DescribeCapability: ({ capabilityName }: { capabilityName: string }) => {
        if (capabilityName === 'kro') throw new ResourceNotFoundException({ message: 'gone', $metadata: {} });
        return { capability: { type: 'ARGOCD', status: 'ACTIVE', roleArn: ROLE } };
      },
    });
    expect(found).toEqual([{ name: 'argo', type: 'ARGOCD', status: 'ACTIVE', roleArn: ROLE }]);
  });

  test('says nothing about a cluster of that name elsewhere', async () => {
    await expect(asking({ DescribeCluster: cluster('444455556666'), ListCapabilities: pages })).rejects.toThrow();
  });
});

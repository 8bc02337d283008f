import {
  DeletePodIdentityAssociationCommand,
  DescribeClusterCommand,
  DescribePodIdentityAssociationCommand,
  EKSClient,
  ListPodIdentityAssociationsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-eks';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { AwsEks } from '../../functions/clients/aws/aws-eks.ts';
import { AwsPodIdentity } from '../../functions/clients/aws/aws-pod-identity.ts';

const eks = mockClient(EKSClient);
const client = new EKSClient({ region: 'eu-central-1' });
const podIdentity = new AwsPodIdentity(client, new AwsEks(client));
const { signal } = new AbortController();
const CLUSTER = { name: 'prod', region: 'eu-central-1', account: '111122223333' };
const missing = new ResourceNotFoundException({ message: 'No such thing', $metadata: {} });

beforeEach(() => {
  eks.reset();
  eks
    .on(DescribeClusterCommand)
    .resolves({ cluster: { arn: 'arn:aws:eks:eu-central-1:111122223333:cluster/prod' } })
    .on(ListPodIdentityAssociationsCommand)
    .resolves({ associations: Array.from({ length: 7 }, (_, index) => ({ associationId: `a-${index}` })) })
    .on(DescribePodIdentityAssociationCommand)
    .callsFake(({ associationId }) => ({
      association: {
        associationId,
        serviceAccount: `of-${associationId}`,
        roleArn: `arn:aws:iam::1:role/${associationId}`,
      },
    }));
});

describe('associations', () => {
  test('of the namespace, of all pages, each with its role', async () => {
    const list = { clusterName: 'prod', namespace: 'evil' };
    eks
      .on(ListPodIdentityAssociationsCommand, list)
      .resolves({ associations: [{ associationId: 'a' }], nextToken: 't' });
    eks
      .on(ListPodIdentityAssociationsCommand, { ...list, nextToken: 't' })
      .resolves({ associations: [{ associationId: 'b' }, {}] });
    eks.on(DescribePodIdentityAssociationCommand, { clusterName: 'prod', associationId: 'b' }).resolves({
      association: { serviceAccount: 'of-b', roleArn: 'arn:aws:iam::1:role/b', targetRoleArn: 'arn:aws:iam::2:role/c' },
    });
    await expect(podIdentity.associations(CLUSTER, 'evil', signal)).resolves.toEqual([
      { associationId: 'a', serviceAccount: 'of-a', roleArn: 'arn:aws:iam::1:role/a' },
      {
        associationId: 'b',
        serviceAccount: 'of-b',
        roleArn: 'arn:aws:iam::1:role/b',
        targetRoleArn: 'arn:aws:iam::2:role/c',
      },
    ]);
  });
  test('one that is gone since it was listed is none; all others are there, in their order', async () => {
    eks.on(DescribePodIdentityAssociationCommand, { clusterName: 'prod', associationId: 'a-5' }).rejects(missing);
    const found = await podIdentity.associations(CLUSTER, 'evil', signal);
    expect(found.map(({ associationId }) => associationId)).toEqual(['a-0', 'a-1', 'a-2', 'a-3', 'a-4', 'a-6']);
  });
  test('that cannot be described are an error, not absent', async () => {
    eks.on(DescribePodIdentityAssociationCommand).rejects(new Error('AccessDeniedException'));
    await expect(podIdentity.associations(CLUSTER, 'evil', signal)).rejects.toThrow('AccessDenied');
  });
});

test('an association is deleted; one that is not there was none', async () => {
  eks.on(DeletePodIdentityAssociationCommand).resolvesOnce({}).rejectsOnce(missing).rejects(new Error('denied'));
  await expect(podIdentity.dissociate(CLUSTER, 'a-1', signal)).resolves.toBe(true);
  await expect(podIdentity.dissociate(CLUSTER, 'a-1', signal)).resolves.toBe(false);
  await expect(podIdentity.dissociate(CLUSTER, 'a-1', signal)).rejects.toThrow('denied');
  expect(eks.commandCalls(DeletePodIdentityAssociationCommand)[0]?.args[0].input).toEqual({
    clusterName: 'prod',
    associationId: 'a-1',
  });
});

describe('no other cluster of that name is asked or changed', () => {
  test.each([
    ['another Region', { ...CLUSTER, region: 'us-east-1' }, 'another one of the same name'],
    ['another account', { ...CLUSTER, account: '999999999999' }, 'another one of the same name'],
    ['no name', { region: 'eu-central-1' }, 'not known'],
  ])('%s', async (_, cluster, message) => {
    await expect(podIdentity.associations(cluster, 'evil', signal)).rejects.toThrow(message);
    await expect(podIdentity.dissociate(cluster, 'a-1', signal)).rejects.toThrow(message);
    expect(eks.commandCalls(ListPodIdentityAssociationsCommand)).toEqual([]);
    expect(eks.commandCalls(DeletePodIdentityAssociationCommand)).toEqual([]);
  });
  test('an unknown cluster is an error, not a cluster without associations', async () => {
    eks.on(DescribeClusterCommand).rejects(missing);
    await expect(podIdentity.associations(CLUSTER, 'evil', signal)).rejects.toBe(missing);
    await expect(podIdentity.dissociate(CLUSTER, 'a-1', signal)).rejects.toBe(missing);
  });
});

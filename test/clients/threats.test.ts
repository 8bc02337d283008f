import {
  GetFindingsCommand,
  GuardDutyClient,
  ListDetectorsCommand,
  ListFindingsCommand,
} from '@aws-sdk/client-guardduty';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { AwsThreats } from '../../functions/clients/aws/aws-threats.ts';
import { localCloud } from '../../functions/clients/local/cloud.ts';

const mock = mockClient(GuardDutyClient);
const threats = new AwsThreats(new GuardDutyClient({ region: 'eu-central-1' }));
const { signal } = new AbortController();
const QUESTION = { clusterName: 'prod', principalName: 'ci', since: 1_000 };

beforeEach(() => {
  mock.reset();
  mock.on(ListDetectorsCommand).resolves({ DetectorIds: ['d1'] });
});

describe('GuardDuty', () => {
  test('is asked for the cluster and for the access keys of the principal', async () => {
    mock.on(ListFindingsCommand).callsFake(({ FindingCriteria: { Criterion } }) => ({
      FindingIds: Criterion['resource.eksClusterDetails.name'] ? ['f1', 'f2'] : ['f2', 'f3'],
    }));
    mock.on(GetFindingsCommand).callsFake(({ FindingIds }) => {
      expect(FindingIds).toEqual(['f1', 'f2', 'f3']);
      return {
        Findings: [
          {
            Id: 'f1',
            Type: 'PrivilegeEscalation:Kubernetes/PrivilegedContainer',
            Severity: 5,
            Title: 'A privileged container',
            UpdatedAt: '2026-11-23T09:00:00.000Z',
            Resource: { KubernetesDetails: { KubernetesWorkloadDetails: { Type: 'pods', Namespace: 'shop' } } },
          },
          {
            Id: 'f2',
            UpdatedAt: '2026-11-23T09:30:00.000Z',
            Resource: {
              KubernetesDetails: {
                KubernetesWorkloadDetails: { Type: 'namespaces', Name: 'cart' },
                KubernetesUserDetails: { Username: 'system:anonymous' },
              },
            },
          },
          { Id: 'f3', UpdatedAt: '2026-11-23T08:00:00.000Z', Resource: { AccessKeyDetails: { UserName: 'ci' } } },
        ],
      };
    });
    const answer = await threats.findings(QUESTION, signal);
    expect(answer?.detectorId).toBe('d1');
    expect(answer?.findings).toEqual([
      {
        id: 'f2',
        type: '',
        severity: 0,
        title: '',
        updatedAt: '2026-11-23T09:30:00.000Z',
        namespace: 'cart',
        principal: 'system:anonymous',
      },
      {
        id: 'f1',
        type: 'PrivilegeEscalation:Kubernetes/PrivilegedContainer',
        severity: 5,
        title: 'A privileged container',
        updatedAt: '2026-11-23T09:00:00.000Z',
        namespace: 'shop',
      },
      { id: 'f3', type: '', severity: 0, title: '', updatedAt: '2026-11-23T08:00:00.000Z', principal: 'ci' },
    ]);
    expect(mock.commandCalls(ListFindingsCommand).map(({ args }) => args[0].input.FindingCriteria?.Criterion)).toEqual([
      {
        'resource.eksClusterDetails.name': { Equals: ['prod'] },
        'service.archived': { Equals: ['false'] },
        updatedAt: { GreaterThanOrEqual: 1_000 },
      },
      {
        'resource.accessKeyDetails.userName': { Equals: ['ci'] },
        'service.archived': { Equals: ['false'] },
        updatedAt: { GreaterThanOrEqual: 1_000 },
      },
    ]);
  });

  test('off in this Region', async () => {
    mock.on(ListDetectorsCommand).resolves({ DetectorIds: [] });
    expect(await threats.findings(QUESTION, signal)).toBeUndefined();
    mock.on(ListDetectorsCommand).resolves({});
    expect(await threats.findings(QUESTION, signal)).toBeUndefined();
  });

  test('without findings, and with more than are read', async () => {
    mock.on(ListFindingsCommand).resolves({ FindingIds: [], NextToken: '' });
    expect(await threats.findings({ clusterName: 'prod', since: 0 }, signal)).toEqual({
      detectorId: 'd1',
      findings: [],
      more: false,
    });
    expect(mock.commandCalls(ListFindingsCommand)).toHaveLength(1);
    const FindingIds = Array.from({ length: 50 }, (_, index) => `f${index}`);
    mock.on(ListFindingsCommand).resolves({ FindingIds, NextToken: 'next' });
    mock.on(GetFindingsCommand).resolves({});
    expect(await threats.findings(QUESTION, signal)).toMatchObject({ findings: [], more: true });
  });

  test('errors pass', async () => {
    mock.on(ListFindingsCommand).rejects(new Error('denied'));
    await expect(threats.findings(QUESTION, signal)).rejects.toThrow('denied');
  });
});

test('recorded findings', async () => {
  const finding = { id: 'f', type: 't', severity: 8, title: 'x', updatedAt: '2026-11-23T09:00:00Z' };
  const { threats: local } = localCloud({
    threats: { detectorId: 'd', findings: [finding, { ...finding, updatedAt: '1970-01-01T00:00:00Z' }] },
  });
  expect(await local?.findings(QUESTION, signal)).toEqual({ detectorId: 'd', findings: [finding], more: false });
  expect(await localCloud({ threats: null }).threats?.findings(QUESTION, signal)).toBeUndefined();
  expect(localCloud({}).threats).toBeUndefined();
});

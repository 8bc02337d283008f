import {
  GetDetectorCommand,
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
const ARN = 'arn:aws:eks:eu-central-1:111122223333:cluster/prod';
const QUESTION = { clusterName: 'prod', clusterArn: ARN, principalName: 'ci', since: 1_000 };
const AUDIT = { Name: 'EKS_AUDIT_LOGS', Status: 'ENABLED', UpdatedAt: new Date('2026-02-01T00:00:00Z') } as const;
const ON = { status: 'on', since: '2026-02-01T00:00:00.000Z', runtime: false };

beforeEach(() => {
  mock.reset();
  mock.on(ListDetectorsCommand).resolves({ DetectorIds: ['d1'] });
  mock.on(ListFindingsCommand).resolves({ FindingIds: [] });
  mock.on(GetDetectorCommand).resolves({ Status: 'ENABLED', CreatedAt: '2026-01-01T00:00:00.000Z', Features: [AUDIT] });
});

describe('GuardDuty', () => {
  test('is asked for the cluster and the principal, by the fields of findings and of attack sequences', async () => {
    mock.on(ListFindingsCommand).callsFake(({ FindingCriteria: { Criterion } }) => ({
      FindingIds: Criterion['resource.eksClusterDetails.name'] ? ['f1', 'f2'] : ['f2', 'f3'],
    }));
    mock.on(GetFindingsCommand).callsFake(({ FindingIds }) => {
      expect(FindingIds.toSorted()).toEqual(['f1', 'f2', 'f3']);
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
        namespaces: ['cart'],
        principals: ['system:anonymous'],
      },
      {
        id: 'f1',
        type: 'PrivilegeEscalation:Kubernetes/PrivilegedContainer',
        severity: 5,
        title: 'A privileged container',
        updatedAt: '2026-11-23T09:00:00.000Z',
        namespaces: ['shop'],
        principals: [],
      },
      {
        id: 'f3',
        type: '',
        severity: 0,
        title: '',
        updatedAt: '2026-11-23T08:00:00.000Z',
        namespaces: [],
        principals: ['ci'],
      },
    ]);
    const rest = { 'service.archived': { Equals: ['false'] }, updatedAt: { GreaterThanOrEqual: 1_000 } };
    expect(mock.commandCalls(ListFindingsCommand).map(({ args }) => args[0].input.FindingCriteria?.Criterion)).toEqual([
      { 'service.detection.sequence.resources.data.eksCluster.arn': { Equals: [ARN] }, ...rest },
      { 'resource.eksClusterDetails.name': { Equals: ['prod'] }, ...rest },
      { 'service.detection.sequence.actors.user.name': { Equals: ['ci'] }, ...rest },
      { 'service.detection.sequence.resources.data.accessKey.userName': { Equals: ['ci'] }, ...rest },
      { 'resource.accessKeyDetails.userName': { Equals: ['ci'] }, ...rest },
    ]);
  });

  test('an attack sequence tells all that has a part in it', async () => {
    mock.on(ListFindingsCommand).callsFake(({ FindingCriteria: { Criterion } }) => ({
      FindingIds: 'service.detection.sequence.resources.data.eksCluster.arn' in Criterion ? ['s1'] : [],
    }));
    mock.on(GetFindingsCommand).resolves({
      Findings: [
        {
          Id: 's1',
          Type: 'AttackSequence:EKS/CompromisedCluster',
          Severity: 9,
          Title: 'Potential compromise of an EKS cluster',
          UpdatedAt: '2026-11-23T09:00:00.000Z',
          Resource: { ResourceType: 'AttackSequence' },
          Service: {
            Detection: {
              Sequence: {
                Uid: 'u',
                Description: 'd',
                Signals: [],
                Actors: [{ Id: 'a', User: { Name: 'ci', Uid: 'AROAEXAMPLE', Type: 'Role' } }, { Id: 'b' }],
                Resources: [
                  { Uid: ARN, ResourceType: 'EKS_CLUSTER', Data: { EksCluster: { Arn: ARN } } },
                  {
                    Uid: 'w1',
                    ResourceType: 'KUBERNETES_WORKLOAD',
                    Data: { KubernetesWorkload: { Namespace: 'shop', KubernetesResourcesTypes: 'PODS' } },
                  },
                  {
                    Uid: 'w2',
                    ResourceType: 'KUBERNETES_WORKLOAD',
                    Data: { KubernetesWorkload: { Namespace: 'cart' } },
                  },
                  { Uid: 'k', ResourceType: 'ACCESS_KEY', Data: { AccessKey: { UserName: 'cd' } } },
                  { Uid: 'x', ResourceType: 'EC2_INSTANCE' },
                ],
              },
            },
          },
        } as never,
      ],
    });
    expect(await threats.findings(QUESTION, signal)).toEqual({
      detectorId: 'd1',
      findings: [
        {
          id: 's1',
          type: 'AttackSequence:EKS/CompromisedCluster',
          severity: 9,
          title: 'Potential compromise of an EKS cluster',
          updatedAt: '2026-11-23T09:00:00.000Z',
          namespaces: ['shop', 'cart'],
          principals: ['ci', 'cd'],
          sequence: true,
        },
      ],
      more: false,
      watch: ON,
    });
  });

  test.each<[string, object, object]>([
    ['suspended', { Status: 'DISABLED', Features: [AUDIT] }, { status: 'suspended' }],
    ['without a status', {}, { status: 'suspended' }],
    ['without features', { Status: 'ENABLED' }, { status: 'unknown', reason: 'GuardDuty does not give its features' }],
    [
      'with EKS Protection off',
      { Status: 'ENABLED', Features: [{ ...AUDIT, Status: 'DISABLED' }] },
      { status: 'audit-off' },
    ],
    [
      'with runtime monitoring, younger than its features',
      {
        Status: 'ENABLED',
        CreatedAt: '2026-03-01T00:00:00.000Z',
        Features: [AUDIT, { Name: 'RUNTIME_MONITORING', Status: 'ENABLED' }],
      },
      { status: 'on', since: '2026-03-01T00:00:00.000Z', runtime: true },
    ],
  ])('a detector %s', async (_, detector, watch) => {
    mock.on(GetDetectorCommand).resolves(detector);
    expect(await threats.findings(QUESTION, signal)).toMatchObject({ findings: [], watch });
  });

  test('what was found is told where the detector cannot be asked', async () => {
    mock.on(GetDetectorCommand).rejects(Object.assign(new Error('x'), { name: 'AccessDeniedException' }));
    mock.on(ListFindingsCommand).resolves({ FindingIds: ['f'] });
    mock.on(GetFindingsCommand).resolves({ Findings: [{ Id: 'f' } as never] });
    expect(await threats.findings(QUESTION, signal)).toMatchObject({
      findings: [{ id: 'f' }],
      watch: { status: 'unknown', reason: 'AccessDeniedException' },
    });
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
      watch: ON,
    });
    expect(mock.commandCalls(ListFindingsCommand)).toHaveLength(1);
    let asked = 0;
    mock.on(ListFindingsCommand).callsFake(() => {
      asked++;
      return { FindingIds: Array.from({ length: 50 }, (_, index) => `f${asked}-${index}`), NextToken: 'next' };
    });
    mock.on(GetFindingsCommand).callsFake(({ FindingIds }) => ({
      Findings: FindingIds.map((Id: string) => ({ Id })),
    }));
    const answer = await threats.findings(QUESTION, signal);
    expect(answer?.more).toBe(true);
    expect(answer?.findings).toHaveLength(250);
    for (const { args } of mock.commandCalls(GetFindingsCommand)) expect(args[0].input.FindingIds).toHaveLength(50);
  });

  test('errors pass', async () => {
    mock.on(ListFindingsCommand).rejects(new Error('denied'));
    await expect(threats.findings(QUESTION, signal)).rejects.toThrow('denied');
  });
});

test('recorded findings', async () => {
  const finding = {
    id: 'f',
    type: 't',
    severity: 8,
    title: 'x',
    updatedAt: '2026-11-23T09:00:00Z',
    namespaces: [],
    principals: [],
  };
  const { threats: local } = localCloud({
    threats: { detectorId: 'd', findings: [finding, { ...finding, updatedAt: '1970-01-01T00:00:00Z' }] },
  });
  expect(await local?.findings(QUESTION, signal)).toEqual({
    detectorId: 'd',
    findings: [finding],
    more: false,
    watch: { status: 'on', since: '1970-01-01T00:00:00.000Z', runtime: true },
  });
  expect(await localCloud({ threats: null }).threats?.findings(QUESTION, signal)).toBeUndefined();
  expect(localCloud({}).threats).toBeUndefined();
});

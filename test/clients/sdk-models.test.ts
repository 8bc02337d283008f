/**
 * What our clients take from AWS, held against the service models that the SDK ships: its enumerations, its operations,
 * and where a name is only text there, the documentation of the member. A value that AWS has and we do nothing about is
 * listed here with the reason, so that a new one is noticed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LookupAttributeKey } from '@aws-sdk/client-cloudtrail';
import {
  CloudWatchLogsClient,
  GetQueryResultsCommand,
  QueryStatus,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { LogDestinationType, TrafficType } from '@aws-sdk/client-ec2';
import { DescribeImageScanFindingsCommand, ECRClient, FindingSeverity, ScanStatus } from '@aws-sdk/client-ecr';
import * as eksSdk from '@aws-sdk/client-eks';
import { DetectorFeatureResult, DetectorStatus } from '@aws-sdk/client-guardduty';
import { DescribeExecutionCommand, ExecutionStatus, SFNClient } from '@aws-sdk/client-sfn';
import { describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { EKS_EVENTS } from '../../functions/checks/parts/access-trail.ts';
import { principal } from '../../functions/checks/principal.ts';
import { KINDS, PARTS } from '../../functions/clients/aws/aws-flow-logs.ts';
import { AwsImageScans, ORDER, SCANNED, UNDER_WAY } from '../../functions/clients/aws/aws-image-scans.ts';
import { AUDIT_FEATURE, FILTER_FIELDS, RUNTIME_FEATURES } from '../../functions/clients/aws/aws-threats.ts';
import { LocalEks } from '../../functions/clients/local/eks.ts';
import { InsightsLogSearch } from '../../functions/clients/logs/insights-log-search.ts';
import { LogVolume } from '../../functions/clients/logs/log-volume.ts';
import { SfnExecutions } from '../../functions/clients/send/sfn-playbooks.ts';
import { evidenceOf } from '../checks/audit-log.ts';
import { cluster as eksCluster } from '../checks/examples.ts';

const { signal } = new AbortController();

interface Row {
  /** As the model calls it. */
  name: string;
  values: Record<string, string>;
  /** Those that our code names. */
  known: readonly string[];
  /** The others, and what becomes of them. */
  others: Record<string, string>;
}

const NOT_SCANNED = 'not scanned: the answer says so, and with which status';
const ELSEWHERE = 'looks at something else than clusters';

const ENUMERATIONS: readonly Row[] = [
  {
    name: 'ECR ScanStatus',
    values: ScanStatus,
    known: [...SCANNED, ...UNDER_WAY],
    others: {
      FAILED: NOT_SCANNED,
      FINDINGS_UNAVAILABLE: NOT_SCANNED,
      IMAGE_ARCHIVED: NOT_SCANNED,
      LIMIT_EXCEEDED: NOT_SCANNED,
      SCAN_ELIGIBILITY_EXPIRED: NOT_SCANNED,
      UNSUPPORTED_IMAGE: NOT_SCANNED,
    },
  },
  {
    name: 'ECR FindingSeverity',
    values: FindingSeverity,
    known: ORDER,
    others: { UNDEFINED: 'ranks last, as whatever else Inspector calls a severity that is not known' },
  },
  {
    name: 'GuardDuty DetectorStatus',
    values: DetectorStatus,
    known: ['ENABLED'],
    others: { DISABLED: 'suspended, as whatever is not enabled' },
  },
  {
    name: 'GuardDuty DetectorFeatureResult',
    values: DetectorFeatureResult,
    known: [AUDIT_FEATURE, ...RUNTIME_FEATURES],
    others: {
      AI_ANALYST: ELSEWHERE,
      AI_PROTECTION: ELSEWHERE,
      CLOUD_TRAIL: 'always on where the detector is, and the source of findings about access keys',
      DNS_LOGS: 'always on where the detector is',
      EBS_MALWARE_PROTECTION: 'scans after other findings only',
      FLOW_LOGS: 'always on where the detector is',
      LAMBDA_NETWORK_LOGS: ELSEWHERE,
      RDS_LOGIN_EVENTS: ELSEWHERE,
      S3_DATA_EVENTS: ELSEWHERE,
    },
  },
  {
    name: 'EC2 LogDestinationType',
    values: LogDestinationType,
    known: Object.keys(KINDS),
    others: {},
  },
  {
    name: 'EC2 TrafficType',
    values: TrafficType,
    known: PARTS,
    others: { ALL: 'nothing to say' },
  },
  {
    name: 'EKS LogType',
    values: eksSdk.LogType,
    known: ['api', 'audit', 'authenticator'],
    others: {
      controllerManager: 'no check asks it: it names no person',
      scheduler: 'no check asks it: it names no person',
    },
  },
  {
    name: 'EKS AccessScopeType',
    values: eksSdk.AccessScopeType,
    known: ['namespace'],
    others: { cluster: 'the whole cluster, as a scope without a type' },
  },
  {
    name: 'EKS ClusterStatus',
    values: eksSdk.ClusterStatus,
    known: ['ACTIVE'],
    others: Object.fromEntries(
      ['CREATING', 'DELETING', 'FAILED', 'PENDING', 'UPDATING'].map((status) => [status, 'told as it is']),
    ),
  },
  {
    name: 'CloudTrail LookupAttributeKey',
    values: LookupAttributeKey,
    known: ['EventName'],
    others: Object.fromEntries(
      ['AccessKeyId', 'EventId', 'EventSource', 'ReadOnly', 'ResourceName', 'ResourceType', 'Username'].map((key) => [
        key,
        'LookupEvents takes one attribute, and the name of the event finds the fewest',
      ]),
    ),
  },
];

test.each(ENUMERATIONS)('$name: each value is known or has a reason', ({ values, known, others }) => {
  expect([...known, ...Object.keys(others)].sort()).toEqual(Object.values(values).sort());
});

const IN_CLUSTERS = 'changes what runs the cluster, and not who may enter it';
const REMOVES = 'takes away, and gives nothing';
const OTHER = 'is about something else than a cluster of EKS';

/** Calls of EKS that write and are not looked up: each one costs half a second of the two look-ups a second. */
const NOT_LOOKED_UP: Record<string, string> = {
  ActivateCertificateAuthority: IN_CLUSTERS,
  AssociateEncryptionConfig: IN_CLUSTERS,
  CancelUpdate: IN_CLUSTERS,
  CreateCertificateAuthority: IN_CLUSTERS,
  CreateCluster: 'makes another cluster: the creator of this one has an access entry, which is looked up',
  CreateEksAnywhereSubscription: OTHER,
  CreateFargateProfile: IN_CLUSTERS,
  CreateNodegroup: IN_CLUSTERS,
  DeleteAddon: REMOVES,
  DeleteCapability: REMOVES,
  DeleteCertificateAuthority: REMOVES,
  DeleteCluster: REMOVES,
  DeleteEksAnywhereSubscription: OTHER,
  DeleteFargateProfile: REMOVES,
  DeleteNodegroup: REMOVES,
  DeletePodIdentityAssociation: REMOVES,
  DeregisterCluster: OTHER,
  DisassociateIdentityProviderConfig: REMOVES,
  RegisterCluster: OTHER,
  StartInsightsRefresh: 'changes nothing',
  TagResource: 'changes no right by itself',
  UntagResource: 'changes no right by itself',
  UpdateClusterVersion: IN_CLUSTERS,
  UpdateEksAnywhereSubscription: OTHER,
  UpdateNodegroupConfig: IN_CLUSTERS,
  UpdateNodegroupVersion: IN_CLUSTERS,
};

test('each call of EKS that writes is looked up in CloudTrail, or has a reason', () => {
  const operations = Object.keys(eksSdk).flatMap((name) => /^([A-Z]\w+)Command$/.exec(name)?.[1] ?? []);
  const writes = operations.filter((name) => !/^(Describe|List)/.test(name));
  expect([...EKS_EVENTS, ...Object.keys(NOT_LOOKED_UP)].sort()).toEqual(writes.sort());
});

/** The documentation of members, by the declarations that the SDK ships. */
const declarationsOf = (client: string): string => {
  const folder = `node_modules/@aws-sdk/client-${client}/dist-types/models`;
  const files = readdirSync(folder).filter((name) => /^models_\d+\.d\.ts$/.test(name));
  return files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
};
/** What stands above a member. */
const documentationOf = (client: string, member: string): string =>
  [...declarationsOf(client).matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(\w+)\??:/g)]
    .filter(([, , name]) => name === member)
    .map(([, text]) => text)
    .join('\n');

test.each(Object.values(FILTER_FIELDS))('GuardDuty filters findings by %s', (name) => {
  expect(documentationOf('guardduty', 'FindingCriteria')).toContain(`<p>${name}</p>`);
});

test('EC2 filters flow logs by resource-id, and calls their states as we do', () => {
  expect(documentationOf('ec2', 'Filter')).toContain('<code>resource-id</code> - The ID of the VPC');
  expect(documentationOf('ec2', 'FlowLogStatus')).toContain('(<code>ACTIVE</code>)');
  expect(documentationOf('ec2', 'DeliverLogsStatus')).toMatch(/<code>SUCCESS<\/code>\s*\|\s*<code>FAILED<\/code>/);
});

describe('what becomes of each value', () => {
  test.each(Object.values(ScanStatus))('an image whose scan is %s is scanned only by a result', async (status) => {
    const mock = mockClient(ECRClient);
    const scans = new AwsImageScans((region) => new ECRClient({ region }));
    const image = { registryId: '1', region: 'eu-central-1', repository: 'r', digest: 'd' };
    const statusOf = async (imageScanFindings: object) => {
      mock.on(DescribeImageScanFindingsCommand).resolves({ imageScanStatus: { status }, imageScanFindings });
      return (await scans.findings(image, signal)).status;
    };
    const under = UNDER_WAY.includes(status) || SCANNED.includes(status) ? 'in-progress' : 'not-scanned';
    expect(await statusOf({ findings: [] })).toBe(under);
    expect(await statusOf({ findingSeverityCounts: {} })).toBe(SCANNED.includes(status) ? 'scanned' : under);
  });

  test.each(Object.values(QueryStatus))(
    'a query that is %s gives an answer only when it is complete',
    async (status) => {
      const mock = mockClient(CloudWatchLogsClient);
      mock.on(StartQueryCommand).resolves({ queryId: 'q' });
      mock.on(GetQueryResultsCommand).resolvesOnce({ status, results: [] }).resolves({ status: 'Failed' });
      const budget = { reserve: async () => ({ settle: async () => {} }) };
      const volumes = { of: async () => new LogVolume(new Map(), { from: 0, to: 0 }) };
      const search = new InsightsLogSearch(new CloudWatchLogsClient(), { budget, volumes }, { pollMs: 1 });
      const where = { field: 'verb', is: 'get' };
      const question = { cluster: { name: 'prod' }, source: 'audit' as const, from: 0, to: 60_000, limit: 1, where };
      const answer = search.ask(question, signal).then(({ entries }) => entries.length);
      if (status === 'Complete') expect(await answer).toBe(0);
      else await expect(answer).rejects.toThrow();
      const under = ['Scheduled', 'Running'].includes(status);
      expect(mock.commandCalls(GetQueryResultsCommand)).toHaveLength(under ? 2 : 1);
    },
  );

  test.each(Object.values(ExecutionStatus))('an execution that is %s has ended, or not', async (status) => {
    const mock = mockClient(SFNClient);
    mock.on(DescribeExecutionCommand).resolves({ status });
    const under = ['RUNNING', 'PENDING_REDRIVE'].includes(status);
    expect(await new SfnExecutions(new SFNClient({})).ended('arn')).toBe(!under);
  });

  test.each(Object.values(eksSdk.AuthenticationMode))('where there is no access entry, %s says why', async (mode) => {
    const eks = new LocalEks([eksCluster({ accessConfig: { authenticationMode: mode } }, [])]);
    const { summary } = await evidenceOf(principal, { clients: { eks } });
    expect(summary).toContain('has no access entry');
    expect(summary).not.toContain('EKS does not say');
  });
});

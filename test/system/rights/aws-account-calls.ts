/** Actions on clusters, logs and the account, which the stack works with. */

import {
  DeleteStackCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { DeleteAlarmsCommand, GetMetricStatisticsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteSubscriptionFilterCommand,
  DescribeLogGroupsCommand,
  DescribeSubscriptionFiltersCommand,
  FilterLogEventsCommand,
  GetQueryResultsCommand,
  PutLogEventsCommand,
  StartQueryCommand,
  StopQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { DescribeFlowLogsCommand, DescribeInstancesCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { DescribeImageScanFindingsCommand } from '@aws-sdk/client-ecr';
import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  CreatePodIdentityAssociationCommand,
  DeleteAccessEntryCommand,
  DeleteCapabilityCommand,
  DeletePodIdentityAssociationCommand,
  DescribeAccessEntryCommand,
  DescribeCapabilityCommand,
  DescribeClusterCommand,
  DescribePodIdentityAssociationCommand,
  ListAccessEntriesCommand,
  ListAssociatedAccessPoliciesCommand,
  ListCapabilitiesCommand,
  ListPodIdentityAssociationsCommand,
  UpdateClusterConfigCommand,
} from '@aws-sdk/client-eks';
import {
  CreateAccessKeyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { type Call, each } from './aws-call.ts';
import type { AwsThings } from './aws-things.ts';

const clusters = ({ roleArn }: AwsThings): Call[] =>
  each({ 'the cluster': 'twin', 'another cluster': 'other' }, (clusterName, on) => {
    const of = (action: string, send: Call['send']): Call => ({ action: `eks:${action}`, on, send });
    const association = { clusterName, associationId: 'a-00000000000000000' };
    const entry = { clusterName, principalArn: roleArn };
    return [
      of('DescribeCluster', ({ eks }) => eks.send(new DescribeClusterCommand({ name: clusterName }))),
      of('UpdateClusterConfig', ({ eks }) => eks.send(new UpdateClusterConfigCommand({ name: clusterName }))),
      of('ListAccessEntries', ({ eks }) => eks.send(new ListAccessEntriesCommand({ clusterName }))),
      of('DescribeAccessEntry', ({ eks }) => eks.send(new DescribeAccessEntryCommand(entry))),
      of('ListAssociatedAccessPolicies', ({ eks }) => eks.send(new ListAssociatedAccessPoliciesCommand(entry))),
      of('CreateAccessEntry', ({ eks }) => eks.send(new CreateAccessEntryCommand(entry))),
      of('DeleteAccessEntry', ({ eks }) => eks.send(new DeleteAccessEntryCommand(entry))),
      of('AssociateAccessPolicy', ({ eks }) =>
        eks.send(
          new AssociateAccessPolicyCommand({
            ...entry,
            policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
            accessScope: { type: 'cluster' },
          }),
        ),
      ),
      of('ListPodIdentityAssociations', ({ eks }) => eks.send(new ListPodIdentityAssociationsCommand({ clusterName }))),
      of('DescribePodIdentityAssociation', ({ eks }) =>
        eks.send(new DescribePodIdentityAssociationCommand(association)),
      ),
      of('DeletePodIdentityAssociation', ({ eks }) => eks.send(new DeletePodIdentityAssociationCommand(association))),
      of('CreatePodIdentityAssociation', ({ eks }) =>
        eks.send(
          new CreatePodIdentityAssociationCommand({ clusterName, namespace: 'x', serviceAccount: 'x', roleArn }),
        ),
      ),
      of('ListCapabilities', ({ eks }) => eks.send(new ListCapabilitiesCommand({ clusterName }))),
      of('DescribeCapability', ({ eks }) =>
        eks.send(new DescribeCapabilityCommand({ clusterName, capabilityName: 'x' })),
      ),
      of('DeleteCapability', ({ eks }) => eks.send(new DeleteCapabilityCommand({ clusterName, capabilityName: 'x' }))),
    ];
  });

const logs = ({ logGroups }: AwsThings): Call[] => [
  ...each(logGroups, (logGroupName, on) => {
    const of = (action: string, send: Call['send']): Call => ({ action: `logs:${action}`, on, send });
    const logStreamName = 'tried';
    const query = { startTime: 0, endTime: 1, queryString: 'fields @message' };
    return [
      of('CreateLogStream', ({ logs }) => logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }))),
      of('PutLogEvents', ({ logs }) =>
        logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents: [] })),
      ),
      of('StartQuery', ({ logs }) => logs.send(new StartQueryCommand({ logGroupName, ...query }))),
      of('FilterLogEvents', ({ logs }) => logs.send(new FilterLogEventsCommand({ logGroupName, limit: 1 }))),
      of('DescribeSubscriptionFilters', ({ logs }) =>
        logs.send(new DescribeSubscriptionFiltersCommand({ logGroupName })),
      ),
      of('DeleteLogGroup', ({ logs }) => logs.send(new DeleteLogGroupCommand({ logGroupName }))),
      of('DeleteSubscriptionFilter', ({ logs }) =>
        logs.send(new DeleteSubscriptionFilterCommand({ logGroupName, filterName: 'x' })),
      ),
    ];
  }),
  {
    action: 'logs:DescribeLogGroups',
    on: 'the account',
    send: ({ logs }) => logs.send(new DescribeLogGroupsCommand({ limit: 1 })),
  },
  {
    action: 'logs:GetQueryResults',
    on: 'the account',
    send: ({ logs }) => logs.send(new GetQueryResultsCommand({ queryId: 'none' })),
  },
  {
    action: 'logs:StopQuery',
    on: 'the account',
    send: ({ logs }) => logs.send(new StopQueryCommand({ queryId: 'none' })),
  },
];

const of = (action: string, on: string, send: Call['send']): Call => ({ action, on, send });

/** Of the stack and its roles, which *watch* compares with what was deployed. */
const deployed = ({ functions, policies, roleName, stack: StackName }: AwsThings): Call[] => [
  ...each({ 'the role of *detect*': functions.detect.roleName, 'any role': roleName }, (RoleName, on) => [
    of('iam:GetRole', on, ({ iam }) => iam.send(new GetRoleCommand({ RoleName }))),
    of('iam:ListRolePolicies', on, ({ iam }) => iam.send(new ListRolePoliciesCommand({ RoleName }))),
    of('iam:GetRolePolicy', on, ({ iam }) => iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'x' }))),
    of('iam:ListAttachedRolePolicies', on, ({ iam }) => iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))),
  ]),
  ...each(policies, (PolicyArn, on) => [
    of('iam:GetPolicy', on, ({ iam }) => iam.send(new GetPolicyCommand({ PolicyArn }))),
    of('iam:GetPolicyVersion', on, ({ iam }) => iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }))),
  ]),
  of('cloudformation:DescribeStacks', 'the stack', ({ cloudformation }) =>
    cloudformation.send(new DescribeStacksCommand({ StackName })),
  ),
  of('cloudformation:DescribeStackResource', 'the stack', ({ cloudformation }) =>
    cloudformation.send(new DescribeStackResourceCommand({ StackName, LogicalResourceId: 'x' })),
  ),
  of('cloudformation:DeleteStack', 'a stack that is not there', ({ cloudformation }) =>
    cloudformation.send(new DeleteStackCommand({ StackName: 'none' })),
  ),
];

const account = ({ roleArn, roleName }: AwsThings): Call[] => [
  of('iam:PutRolePolicy', 'any role', ({ iam }) =>
    iam.send(new PutRolePolicyCommand({ RoleName: roleName, PolicyName: 'x', PolicyDocument: '{}' })),
  ),
  of('iam:UpdateAssumeRolePolicy', 'any role', ({ iam }) =>
    iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: roleName, PolicyDocument: '{}' })),
  ),
  of('iam:CreateAccessKey', 'any user', ({ iam }) => iam.send(new CreateAccessKeyCommand({ UserName: 'none' }))),
  of('sts:AssumeRole', 'a role that trusts the account', ({ sts }) =>
    sts.send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'x' })),
  ),
  of('cloudtrail:LookupEvents', 'the account', ({ trail }) => trail.send(new LookupEventsCommand({ MaxResults: 1 }))),
  of('cloudwatch:GetMetricStatistics', 'the account', ({ metrics }) =>
    metrics.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/Logs',
        MetricName: 'IncomingBytes',
        StartTime: new Date(0),
        EndTime: new Date(60_000),
        Period: 60,
        Statistics: ['Sum'],
      }),
    ),
  ),
  of('cloudwatch:PutMetricData', 'the account', ({ metrics }) =>
    metrics.send(new PutMetricDataCommand({ Namespace: 'x', MetricData: [{ MetricName: 'x', Value: 1 }] })),
  ),
  of('cloudwatch:DeleteAlarms', 'any alarm', ({ metrics }) =>
    metrics.send(new DeleteAlarmsCommand({ AlarmNames: ['none'] })),
  ),
  of('ec2:DescribeFlowLogs', 'the account', ({ ec2 }) => ec2.send(new DescribeFlowLogsCommand({}))),
  of('ec2:DescribeVpcs', 'the account', ({ ec2 }) => ec2.send(new DescribeVpcsCommand({}))),
  of('ec2:DescribeInstances', 'the account', ({ ec2 }) => ec2.send(new DescribeInstancesCommand({}))),
  of('ecr:DescribeImageScanFindings', 'any repository', ({ ecr }) =>
    ecr.send(new DescribeImageScanFindingsCommand({ repositoryName: 'x', imageId: { imageTag: 'x' } })),
  ),
];

/** On what the stack works with and does not own. */
export const accountCalls = (things: AwsThings): Call[] => [
  ...clusters(things),
  ...logs(things),
  ...deployed(things),
  ...account(things),
];

import { DescribeFlowLogsCommand, DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { AwsFlowLogs } from '../../functions/clients/aws/aws-flow-logs.ts';
import { localCloud } from '../../functions/clients/local/cloud.ts';

const mock = mockClient(EC2Client);
const flowLogs = new AwsFlowLogs(new EC2Client({ region: 'eu-central-1' }));
const { signal } = new AbortController();

beforeEach(() => void mock.reset());

describe('where flow logs go', () => {
  test('page by page, those that are active', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: so EC2 writes it.
    const active = { FlowLogStatus: 'ACTIVE', LogFormat: '${version} ${pkt-srcaddr} ${bytes}' };
    mock
      .on(DescribeFlowLogsCommand)
      .resolvesOnce({
        FlowLogs: [{ ...active, LogDestinationType: 'cloud-watch-logs', LogGroupName: 'flow' }],
        NextToken: 'n',
      })
      .resolvesOnce({
        FlowLogs: [
          { ...active, LogDestinationType: 's3', LogDestination: 'arn:aws:s3:::bucket/flow' },
          { ...active, LogDestinationType: 'kinesis-data-firehose', LogDestination: 'arn:aws:firehose:x' },
          { ...active, FlowLogStatus: 'INACTIVE', LogDestinationType: 's3', LogDestination: 'arn:aws:s3:::old' },
          { ...active, LogDestinationType: 'cloud-watch-logs', LogDestination: 'arn:aws:logs:r:a:log-group:by-arn' },
          { FlowLogStatus: 'ACTIVE' },
        ],
      });
    const fields = ['version', 'pkt-srcaddr', 'bytes'];
    expect(await flowLogs.destinations('vpc-1', signal)).toEqual([
      { kind: 'cloudwatch', name: 'flow', fields },
      { kind: 's3', name: 'arn:aws:s3:::bucket/flow', fields },
      { kind: 'firehose', name: 'arn:aws:firehose:x', fields },
      { kind: 'cloudwatch', name: 'by-arn', fields },
    ]);
    expect(mock.commandCalls(DescribeFlowLogsCommand)[0]?.args[0].input).toMatchObject({
      Filter: [{ Name: 'resource-id', Values: ['vpc-1'] }],
    });
  });

  test('what a flow log does not hold, and why', async () => {
    const log = {
      FlowLogStatus: 'ACTIVE',
      LogGroupName: 'flow',
      TrafficType: 'ALL',
      DeliverLogsStatus: 'SUCCESS',
    } as const;
    mock.on(DescribeFlowLogsCommand).resolves({
      FlowLogs: [
        log,
        { ...log, TrafficType: 'REJECT', CreationTime: new Date('2026-11-23T10:00:00Z') },
        { ...log, DeliverLogsStatus: 'FAILED', DeliverLogsErrorMessage: 'Access error' },
        { ...log, DeliverLogsStatus: 'FAILED' },
      ],
    });
    const known = { kind: 'cloudwatch', name: 'flow', fields: [] };
    expect(await flowLogs.destinations('vpc-1', signal)).toEqual([
      known,
      { ...known, only: 'REJECT', createdAt: '2026-11-23T10:00:00.000Z' },
      { ...known, failure: 'Access error' },
      { ...known, failure: 'EC2 does not say why' },
    ]);
  });

  test('the addresses of the VPC', async () => {
    mock.on(DescribeVpcsCommand).resolves({
      Vpcs: [
        {
          CidrBlockAssociationSet: [{ CidrBlock: '10.0.0.0/16' }, { CidrBlock: '100.64.0.0/16' }, {}],
          Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlock: '2001:db8::/56' }],
        },
      ],
    });
    expect(await flowLogs.cidrs('vpc-1', signal)).toEqual(['10.0.0.0/16', '100.64.0.0/16', '2001:db8::/56']);
    mock.on(DescribeVpcsCommand).resolves({});
    expect(await flowLogs.cidrs('vpc-1', signal)).toEqual([]);
  });

  test('errors pass', async () => {
    mock.on(DescribeFlowLogsCommand).rejects(new Error('denied'));
    mock.on(DescribeVpcsCommand).rejects(new Error('denied'));
    await expect(flowLogs.destinations('vpc-1', signal)).rejects.toThrow('denied');
    await expect(flowLogs.cidrs('vpc-1', signal)).rejects.toThrow('denied');
  });
});

test('recorded VPCs', async () => {
  const destinations = [{ kind: 's3' as const, name: 'b', fields: [] }];
  const { flowLogs: local } = localCloud({ flowLogs: { 'vpc-1': { cidrs: ['10.0.0.0/16'], destinations } } });
  expect(await local?.destinations('vpc-1', signal)).toEqual(destinations);
  expect(await local?.cidrs('vpc-1', signal)).toEqual(['10.0.0.0/16']);
  expect([await local?.destinations('vpc-2', signal), await local?.cidrs('vpc-2', signal)]).toEqual([[], []]);
});

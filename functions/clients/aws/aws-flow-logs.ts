import { DescribeVpcsCommand, type EC2Client, type FlowLog, paginateDescribeFlowLogs } from '@aws-sdk/client-ec2';
import { defined } from '../../kit/defined.ts';
import type { FlowLogDestination, FlowLogs } from './cloud-findings.ts';

/** Asks Amazon EC2 about a VPC and its flow logs. */
export class AwsFlowLogs implements FlowLogs {
  readonly #ec2: EC2Client;

  constructor(ec2: EC2Client) {
    this.#ec2 = ec2;
  }

  async destinations(vpcId: string, signal: AbortSignal): Promise<FlowLogDestination[]> {
    const destinations: FlowLogDestination[] = [];
    const pages = paginateDescribeFlowLogs(
      { client: this.#ec2 },
      { Filter: [{ Name: 'resource-id', Values: [vpcId] }] },
      { abortSignal: signal },
    );
    for await (const page of pages)
      for (const log of page.FlowLogs ?? [])
        if (log.FlowLogStatus === 'ACTIVE') destinations.push(...destinationOf(log));
    return destinations;
  }

  async cidrs(vpcId: string, signal: AbortSignal): Promise<string[]> {
    const { Vpcs } = await this.#ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] }), { abortSignal: signal });
    const [vpc] = Vpcs ?? [];
    return [
      ...(vpc?.CidrBlockAssociationSet ?? []).map(({ CidrBlock }) => CidrBlock),
      ...(vpc?.Ipv6CidrBlockAssociationSet ?? []).map(({ Ipv6CidrBlock }) => Ipv6CidrBlock),
    ].filter((cidr) => cidr !== undefined);
  }
}

/** LogDestinationType. */
export const KINDS = { 'cloud-watch-logs': 'cloudwatch', s3: 's3', 'kinesis-data-firehose': 'firehose' } as const;

/** TrafficType: what a flow log with only a part of the traffic holds. */
export const PARTS: readonly string[] = ['ACCEPT', 'REJECT'];

function destinationOf(log: FlowLog): FlowLogDestination[] {
  const { LogDestinationType, LogGroupName, LogDestination, LogFormat, TrafficType, CreationTime } = log;
  const kind = KINDS[LogDestinationType ?? 'cloud-watch-logs'];
  const name = kind === 'cloudwatch' ? (LogGroupName ?? LogDestination?.split(':log-group:')[1]) : LogDestination;
  if (!kind || !name) return [];
  return [
    {
      kind,
      name,
      // `${version} ${account-id} ${pkt-srcaddr} …`
      fields: [...(LogFormat ?? '').matchAll(/\$\{([\w-]+)\}/g)].map(([, field = '']) => field),
      ...defined({
        only: TrafficType && PARTS.includes(TrafficType) ? (TrafficType as FlowLogDestination['only']) : undefined,
        failure: failureOf(log),
        createdAt: CreationTime?.toISOString(),
      }),
    },
  ];
}

/** DeliverLogsStatus is SUCCESS or FAILED; EC2 leaves it out where it has not tried yet. */
const failureOf = ({ DeliverLogsStatus, DeliverLogsErrorMessage }: FlowLog): string | undefined =>
  DeliverLogsStatus === 'FAILED' ? DeliverLogsErrorMessage || 'EC2 does not say why' : undefined;

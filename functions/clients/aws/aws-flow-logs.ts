import { DescribeVpcsCommand, type EC2Client, type FlowLog, paginateDescribeFlowLogs } from '@aws-sdk/client-ec2';
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

const KINDS = { 'cloud-watch-logs': 'cloudwatch', s3: 's3', 'kinesis-data-firehose': 'firehose' } as const;

function destinationOf({ LogDestinationType, LogGroupName, LogDestination, LogFormat }: FlowLog): FlowLogDestination[] {
  const kind = KINDS[LogDestinationType ?? 'cloud-watch-logs'];
  const name = kind === 'cloudwatch' ? (LogGroupName ?? LogDestination?.split(':log-group:')[1]) : LogDestination;
  if (!kind || !name) return [];
  // `${version} ${account-id} ${pkt-srcaddr} …`
  return [{ kind, name, fields: [...(LogFormat ?? '').matchAll(/\$\{([\w-]+)\}/g)].map(([, field = '']) => field) }];
}

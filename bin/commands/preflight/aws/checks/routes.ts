import {
  DescribeVpcAttributeCommand,
  paginateDescribeRouteTables,
  paginateDescribeVpcEndpoints,
  type RouteTable,
  type VpcEndpoint,
} from '@aws-sdk/client-ec2';
import { groupByNetwork, type Vpc } from '../../../../../lib/config/networks.ts';
import type { Answer, AwsCheck, AwsContext } from '../check.ts';
import { unanswered } from '../unanswered.ts';

const EVERYWHERE = '0.0.0.0/0';

/** The services that functions in a VPC call, by the name of the endpoint, and what is missing without a way to them. */
const ALWAYS = {
  eks: 'the clusters are not reached at all',
  dynamodb: 'no log is asked, nobody is known, and nothing is contained',
  logs: 'the logs are not asked',
  monitoring: 'of a large log little is asked',
  cloudtrail: 'who changed access is not known',
  ec2: 'flow logs are not found',
  'ecr.api': 'scans of images are not read',
  guardduty: 'threats are not read',
} as const;
const OF_PLAYBOOKS = {
  s3: 'nothing is contained',
  lambda: 'nobody is told how a playbook ended',
  states: 'a new start waits until a lease runs out',
} as const;
/** Without these there is no point in a deployment. */
const VITAL: readonly string[] = ['eks', 'dynamodb', 's3'];

/** Whether functions in a VPC get to what they call. Tokens for a cluster are signed and not fetched: STS is not among it. */
export const routes: AwsCheck = {
  id: 'routes',
  question: 'Have the subnets of the configuration a way to the services that the functions call?',
  needs: ['ec2:DescribeRouteTables', 'ec2:DescribeVpcEndpoints', 'ec2:DescribeVpcAttribute'],
  when: 'both',
  stopsDeployment: false,
  fix: 'give the subnets a route to a NAT gateway, or the VPC endpoints with private DNS (docs/operations.md, "A cluster with a private endpoint")',
  async run(context) {
    const vpcs = groupByNetwork(context.config.clusters).flatMap(({ network: { vpc } }) => vpc ?? []);
    const answers: Answer[] = [];
    for (const vpc of vpcs) {
      const found = await judge(context, vpc).catch((error: unknown) => [unanswered(error, routes.needs)]);
      answers.push(...found.map((answer) => ({ ...answer, says: `${vpc.id}: ${answer.says}` })));
    }
    if (vpcs.length > 0) return answers;
    return [{ status: 'ok', says: 'No function is in a VPC.' }];
  },
};

async function judge(context: AwsContext, vpc: Vpc): Promise<Answer[]> {
  const [tables, endpoints, names] = await Promise.all([
    tablesOf(context, vpc),
    endpointsOf(context, vpc),
    namesOf(context, vpc),
  ]);
  const wrong = vpc.subnets.flatMap((subnet) => {
    const table = tableFor(tables, subnet);
    return table
      ? bySubnet(context, subnet, table, endpoints)
      : [{ status: 'not-checked' as const, says: `${subnet} has no route table.` }];
  });
  if (wrong.length + names.length > 0) return [...names, ...wrong];
  return [{ status: 'ok', says: `${vpc.subnets.join(', ')}: each has a way to what the functions call.` }];
}

/** Its own, else the main one of the VPC. */
const tableFor = (tables: readonly RouteTable[], subnet: string): RouteTable | undefined =>
  tables.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === subnet)) ??
  tables.find(({ Associations = [] }) => Associations.some(({ Main }) => Main));

function bySubnet(
  { config }: AwsContext,
  subnet: string,
  table: RouteTable,
  endpoints: readonly VpcEndpoint[],
): Answer[] {
  const out = (table.Routes ?? []).find(({ DestinationCidrBlock }) => DestinationCidrBlock === EVERYWHERE);
  if (out?.State === 'blackhole')
    return [{ status: 'failed', says: `the way out of ${subnet} leads to what is not there any more.` }];
  if (out?.GatewayId?.startsWith('igw-'))
    return [
      {
        status: 'failed',
        says: `${subnet} is public: its way out is ${out.GatewayId}, which functions cannot use, as they have no public address.`,
        todo: 'name private subnets in the configuration, whose way out is a NAT gateway',
      },
    ];
  if (out?.NatGatewayId) return [];
  if (out)
    return [
      {
        status: 'not-checked',
        says: `the way out of ${subnet} is ${out.TransitGatewayId ?? out.GatewayId ?? out.NetworkInterfaceId ?? 'another network'}: what is behind it is not seen here.`,
        todo: 'see to it that it leads to AWS',
      },
    ];
  const wanted: Readonly<Record<string, string>> = { ...ALWAYS, ...(config.containment.enabled ? OF_PLAYBOOKS : {}) };
  return Object.entries(wanted)
    .filter(([service]) => !endpoints.some((endpoint) => serves(endpoint, service, table)))
    .map(([service, without]) => ({
      status: VITAL.includes(service) ? 'failed' : 'note',
      says: `${subnet} has no way out, and no endpoint for ${service}: ${without}.`,
    }));
}

/** `com.amazonaws.eu-west-1.ecr.api`; in China with `cn.` in front. */
function serves(endpoint: VpcEndpoint, service: string, { RouteTableId = '' }: RouteTable): boolean {
  const { ServiceName = '', State, VpcEndpointType, PrivateDnsEnabled, RouteTableIds = [] } = endpoint;
  const name = ServiceName.split('.amazonaws.')[1]?.split('.').slice(1).join('.');
  if (name !== service || State?.toLowerCase() !== 'available') return false;
  return VpcEndpointType === 'Gateway' ? RouteTableIds.includes(RouteTableId) : PrivateDnsEnabled === true;
}

async function tablesOf({ view: { clients }, signal }: AwsContext, { id }: Vpc): Promise<RouteTable[]> {
  const found: RouteTable[] = [];
  const Filters = [{ Name: 'vpc-id', Values: [id] }];
  for await (const page of paginateDescribeRouteTables({ client: clients.ec2 }, { Filters }, { abortSignal: signal }))
    found.push(...(page.RouteTables ?? []));
  return found;
}

async function endpointsOf({ view: { clients }, signal }: AwsContext, { id }: Vpc): Promise<VpcEndpoint[]> {
  const found: VpcEndpoint[] = [];
  const Filters = [{ Name: 'vpc-id', Values: [id] }];
  for await (const page of paginateDescribeVpcEndpoints({ client: clients.ec2 }, { Filters }, { abortSignal: signal }))
    found.push(...(page.VpcEndpoints ?? []));
  return found;
}

/** By which the private name of the cluster, and of endpoints, is resolved. */
async function namesOf({ view: { clients }, signal }: AwsContext, { id: VpcId }: Vpc): Promise<Answer[]> {
  const options = { abortSignal: signal };
  const ask = (Attribute: 'enableDnsSupport' | 'enableDnsHostnames') =>
    clients.ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute }), options);
  const { EnableDnsSupport } = await ask('enableDnsSupport');
  const { EnableDnsHostnames } = await ask('enableDnsHostnames');
  const off = [
    ...(EnableDnsSupport?.Value ? [] : ['DNS resolution']),
    ...(EnableDnsHostnames?.Value ? [] : ['DNS host names']),
  ];
  if (off.length === 0) return [];
  return [
    {
      status: 'failed',
      says: `${off.join(' and ')} off: the private names of the cluster and of endpoints are not found.`,
      todo: 'switch DNS resolution and DNS host names of the VPC on',
    },
  ];
}

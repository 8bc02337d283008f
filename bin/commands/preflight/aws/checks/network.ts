import {
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  type IpPermission,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import { command } from '../../../../../functions/contract/commands/command.ts';
import { listed } from '../../../../../functions/kit/words.ts';
import type { Answer, AwsCheck, AwsContext } from '../check.ts';
import { type ConfiguredCluster, eachCluster } from '../each-cluster.ts';

const PORT = 443;

/** Whether the network that the configuration names is there, is one network, and is let into the cluster. */
export const network: AwsCheck = {
  id: 'network',
  question: 'Are the subnets and security groups of the configuration in its VPC, and let into the cluster?',
  needs: ['eks:DescribeCluster', 'ec2:DescribeSubnets', 'ec2:DescribeSecurityGroups'],
  when: 'both',
  stopsDeployment: true,
  fix: 'correct vpc, subnets and securityGroups in the configuration',
  run: (context) =>
    eachCluster(network, context, async (configured) => {
      const { vpc, subnets = [], securityGroups = [] } = configured;
      if (vpc === undefined) return [];
      const places = await findPlaces(context, subnets, securityGroups);
      const wrong = [...subnets, ...securityGroups].flatMap((id): Answer[] => {
        const actual = places.get(id);
        if (actual === vpc) return [];
        return [{ status: 'failed', says: actual ? `${id} is in ${actual}, not in ${vpc}.` : `${id} is not there.` }];
      });
      return wrong.length > 0 ? wrong : letIn(context, configured);
    }),
};

/** The VPC of each subnet and group that is there. */
async function findPlaces(
  { view: { clients }, signal }: AwsContext,
  subnets: readonly string[],
  groups: readonly string[],
): Promise<Map<string, string | undefined>> {
  const options = { abortSignal: signal };
  // By filter: by id, one that is not there would hide all others.
  const [{ Subnets = [] }, { SecurityGroups = [] }] = await Promise.all([
    clients.ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'subnet-id', Values: [...subnets] }] }), options),
    clients.ec2.send(
      new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-id', Values: [...groups] }] }),
      options,
    ),
  ]);
  return new Map([
    ...Subnets.map(({ SubnetId = '', VpcId }) => [SubnetId, VpcId] as const),
    ...SecurityGroups.map(({ GroupId = '', VpcId }) => [GroupId, VpcId] as const),
  ]);
}

async function letIn(context: AwsContext, { name, vpc, securityGroups = [] }: ConfiguredCluster): Promise<Answer[]> {
  const { view, signal, region } = context;
  const {
    vpcId,
    clusterSecurityGroupId: own,
    securityGroupIds = [],
  } = (await view.cluster(name))?.resourcesVpcConfig ?? {};
  if (vpcId !== vpc || own === undefined)
    return [
      {
        status: 'not-checked',
        says: `The cluster is not in ${vpc}; who is let in there is not seen here.`,
        todo: LET_IN,
      },
    ];
  const ids = [own, ...securityGroupIds];
  const request = new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-id', Values: ids }] });
  const { SecurityGroups = [] } = await view.clients.ec2.send(request, { abortSignal: signal });
  const rules = SecurityGroups.flatMap(({ IpPermissions = [] }: SecurityGroup) => IpPermissions).filter(isForPort);
  const groups = listed(securityGroups);
  if (
    rules.some(({ UserIdGroupPairs = [] }) =>
      UserIdGroupPairs.some(({ GroupId = '' }) => securityGroups.includes(GroupId)),
    )
  )
    return [{ status: 'ok', says: `The cluster lets ${groups} in on port ${PORT}.` }];
  const others = rules.some(
    ({ IpRanges = [], Ipv6Ranges = [], PrefixListIds = [] }) =>
      [...IpRanges, ...Ipv6Ranges, ...PrefixListIds].length > 0,
  );
  if (others)
    return [
      {
        status: 'not-checked',
        says: `The cluster lets ranges of addresses in on port ${PORT}: whether the subnets are among them is not seen here.`,
        todo: LET_IN,
      },
    ];
  const [first = ''] = securityGroups;
  const options = {
    '--region': region,
    '--group-id': own,
    '--protocol': 'tcp',
    '--port': String(PORT),
    '--source-group': first,
  };
  return [
    {
      status: 'failed',
      says: `No security group of the cluster lets ${groups} in on port ${PORT}.`,
      todo: LET_IN,
      fix: [command('aws ec2 authorize-security-group-ingress', [], options)],
    },
  ];
}

const LET_IN = `let the security groups of the functions into that of the cluster on port ${PORT}`;

const isForPort = ({ IpProtocol, FromPort = 0, ToPort = 65_535 }: IpPermission): boolean =>
  IpProtocol === '-1' || (IpProtocol === 'tcp' && FromPort <= PORT && PORT <= ToPort);

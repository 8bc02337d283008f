import type { VpcConfigResponse } from '@aws-sdk/client-eks';
import { andMore } from '../../../../../functions/kit/words.ts';
import type { Answer, AwsCheck } from '../check.ts';
import { type ConfiguredCluster, eachLiveCluster } from '../each-cluster.ts';

const ANYWHERE = '0.0.0.0/0';

/** Whether the functions reach the API server from where the configuration puts them. */
export const endpoint: AwsCheck = {
  id: 'endpoint',
  question: 'Can the functions reach the API server from where the configuration puts them?',
  needs: ['eks:DescribeCluster'],
  when: 'both',
  stopsDeployment: false,
  fix: 'put vpc, subnets and securityGroups of the cluster into the configuration (docs/operations.md, "A cluster with a private endpoint"), and switch private access of the endpoint on',
  run: (context) =>
    eachLiveCluster(endpoint, context, ({ resourcesVpcConfig = {} }, configured) =>
      judge(resourcesVpcConfig, configured),
    ),
};

function judge(
  { vpcId, endpointPublicAccess, endpointPrivateAccess, publicAccessCidrs: cidrs = [] }: VpcConfigResponse,
  { vpc }: ConfiguredCluster,
): Answer[] {
  const isOpen = endpointPublicAccess === true && cidrs.includes(ANYWHERE);
  if (vpc === undefined) {
    if (isOpen) return [{ status: 'ok', says: 'Its endpoint is public and open to every address.' }];
    if (!endpointPublicAccess)
      return [
        {
          status: 'failed',
          says: `Its endpoint is private to ${vpcId}, and the configuration names no vpc: no function reaches it.`,
        },
      ];
    return [
      {
        status: 'failed',
        says: `Its endpoint is open to ${andMore(cidrs, 3)} alone. Functions outside of a VPC have no fixed address: they do not reach it.`,
      },
    ];
  }
  if (endpointPrivateAccess && vpc === vpcId)
    return [{ status: 'ok', says: `Its endpoint is reached from ${vpc}, its own VPC.` }];
  if (endpointPrivateAccess && !isOpen)
    return [
      {
        status: 'not-checked',
        says: `The configuration puts the functions into ${vpc}, and the cluster is in ${vpcId}: whether there is a way between them is not seen here.`,
        todo: `see to it that ${vpc} is connected with ${vpcId}, and that the private name of the endpoint is resolved there`,
      },
    ];
  if (isOpen)
    return [
      {
        status: 'note',
        says: `Its public endpoint is open to every address; functions in ${vpc} reach it by a NAT gateway alone.`,
      },
    ];
  return [
    {
      status: 'not-checked',
      says: `Its endpoint is public for ${andMore(cidrs, 3)} alone: whether the address of the NAT gateway of ${vpc} is among them is not seen here.`,
      todo: 'switch private access of the endpoint on, or add the address of the NAT gateway to its CIDRs',
    },
  ];
}

import { DescribeFlowLogsCommand } from '@aws-sdk/client-ec2';
import type { AwsCheck } from '../check.ts';
import { eachLiveCluster } from '../each-cluster.ts';

/** Whether the network of a cluster leaves traces that an investigation may read. */
export const flowLogs: AwsCheck = {
  id: 'flow-logs',
  question: 'Does the VPC of each cluster have flow logs that an investigation can read?',
  needs: ['eks:DescribeCluster', 'ec2:DescribeFlowLogs'],
  when: 'both',
  stopsDeployment: false,
  fix: 'optional: send the flow logs of the VPC to CloudWatch Logs, and name their group under investigation.flowLogGroups',
  run: (context) =>
    eachLiveCluster(flowLogs, context, async ({ resourcesVpcConfig: { vpcId } = {} }) => {
      if (vpcId === undefined) return [{ status: 'not-checked', says: 'EKS does not say which VPC it is in.' }];
      const command = new DescribeFlowLogsCommand({ Filter: [{ Name: 'resource-id', Values: [vpcId] }] });
      const { FlowLogs = [] } = await context.view.clients.ec2.send(command, { abortSignal: context.signal });
      const groups = FlowLogs.flatMap(({ LogGroupName }) => LogGroupName ?? []);
      const { flowLogGroups } = context.config.investigation;
      if (groups.some((group) => flowLogGroups.includes(group)))
        return [{ status: 'ok', says: `The flow logs of ${vpcId} can be read.` }];
      if (groups.length > 0)
        return [
          {
            status: 'note',
            says: `${vpcId} has flow logs in ${groups.join(', ')}, which investigation.flowLogGroups does not name.`,
          },
        ];
      return [{ status: 'note', says: `${vpcId} has no flow logs in CloudWatch Logs.` }];
    }),
};

import {
  DescribeAccessEntryCommand,
  paginateListAssociatedAccessPolicies,
  ResourceNotFoundException,
} from '@aws-sdk/client-eks';
import { command } from '../../../../../functions/contract/commands/command.ts';
import { GROUPS } from '../../../../../functions/kubernetes/quarantine.ts';
import { groupByNetwork } from '../../../../../lib/config/networks.ts';
import type { Answer, AwsCheck, AwsContext } from '../check.ts';
import { eachCluster } from '../each-cluster.ts';

/** Whether each role is let into each cluster as the group that is its own, and as nothing else. */
export const accessEntries: AwsCheck = {
  id: 'access-entries',
  question: 'Is each role let into each cluster, as its group and nothing else?',
  needs: ['cloudformation:DescribeStacks', 'eks:DescribeAccessEntry', 'eks:ListAssociatedAccessPolicies'],
  when: 'after',
  stopsDeployment: false,
  fix: 'put the entry back as it was deployed, and find out in CloudTrail who changed it',
  run: (context) =>
    eachCluster(accessEntries, context, async ({ name, accessEntries: byEntries }) => {
      if (!byEntries) return [];
      const outputs = (await context.view.outputs()) ?? new Map<string, string>();
      const answers: Answer[] = [];
      for (const [group, output] of membersOf(context, name)) {
        const role = outputs.get(output);
        if (role === undefined)
          answers.push({
            status: 'failed',
            says: `The stack has no output ${output}.`,
            todo: 'deploy the configuration',
          });
        else answers.push(...(await judge(context, name, role, group)));
      }
      return answers.length > 0 ? answers : [{ status: 'ok', says: 'Each role is let in as its group.' }];
    }),
};

/** The groups of a cluster, with the output that holds the ARN of the role in it. */
function membersOf({ config }: AwsContext, clusterName: string): [group: string, output: string][] {
  const networks = groupByNetwork(config.clusters);
  const index = networks.findIndex(({ clusters }) => clusters.some(({ name }) => name === clusterName));
  const suffix = index > 0 ? (networks[index]?.network.id ?? '') : '';
  const output = (kind: string) => `${kind}${suffix}RoleArn`;
  const ofPlaybooks: [string, string][] = [
    [GROUPS.contain, output('Contain')],
    [GROUPS.probe, output('Probe')],
    [GROUPS.release, output('Release')],
  ];
  return [
    [GROUPS.observer, output('Investigate')],
    [GROUPS.watch, output('Watch')],
    ...(config.containment.enabled ? ofPlaybooks : []),
  ];
}

async function judge(
  { view: { clients }, region, signal }: AwsContext,
  clusterName: string,
  principalArn: string,
  group: string,
): Promise<Answer[]> {
  const entry = { clusterName, principalArn };
  const options = { abortSignal: signal };
  const where = { '--region': region, '--cluster-name': clusterName, '--principal-arn': principalArn };
  const asGroup = { ...where, '--kubernetes-groups': group };
  let groups: readonly string[];
  try {
    groups =
      (await clients.eks.send(new DescribeAccessEntryCommand(entry), options)).accessEntry?.kubernetesGroups ?? [];
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    return [
      {
        status: 'failed',
        says: `${principalArn} has no access entry.`,
        fix: [command('aws eks create-access-entry', [], asGroup)],
      },
    ];
  }
  const policies: string[] = [];
  for await (const page of paginateListAssociatedAccessPolicies({ client: clients.eks }, entry, options))
    policies.push(...(page.associatedAccessPolicies ?? []).map(({ policyArn = '' }) => policyArn));
  const isOwn = groups.length === 1 && groups[0] === group;
  return [
    ...(isOwn
      ? []
      : [
          {
            status: 'failed' as const,
            says: `${principalArn} is let in as ${groups.join(', ') || 'no group'}, not as ${group} alone.`,
            fix: [command('aws eks update-access-entry', [], asGroup)],
          },
        ]),
    ...policies.map((policyArn) => ({
      status: 'failed' as const,
      says: `${principalArn} has the access policy ${policyArn}, which nothing of ours gave it.`,
      fix: [command('aws eks disassociate-access-policy', [], { ...where, '--policy-arn': policyArn })],
    })),
  ];
}

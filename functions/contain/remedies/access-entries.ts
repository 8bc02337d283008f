import type { Proposal } from '../../containment.ts';
import type { Facts } from '../facts.ts';
import { inRegion, type Remedy } from './remedy.ts';

/**
 * Takes the actor's way into the cluster away. The API server takes any valid token of an IAM identity that has an access
 * entry: to revoke IAM sessions alone changes nothing (EKS user guide, "Grant IAM users access to Kubernetes").
 */
export const accessEntries: Remedy = { name: 'access-entries', propose };

function propose(facts: Facts): Proposal[] {
  const { alert, details, context } = facts;
  const { name } = context.run.target.cluster;
  const entry = details.principal?.accessEntry;
  const arn = entry?.principalArn ?? alert?.finding.actor.principalArn;
  if (!alert || !name || !arn || !['iam-role', 'iam-user'].includes(alert.finding.actor.kind)) return [];
  const eks = (call: string, ...options: string[]): string[] => [
    ...['aws', 'eks', call, ...inRegion(facts), '--cluster-name', name, '--principal-arn', arn],
    ...options,
  ];
  if (!entry)
    return [
      {
        text: `No access entry was found for ${arn}: if the aws-auth ConfigMap maps it, take the mapping out.`,
        commands: [['kubectl', 'edit', 'configmap', 'aws-auth', '--namespace', 'kube-system']],
      },
    ];
  const policies = (details.principal?.accessPolicies ?? []).flatMap(({ policyArn }) => policyArn ?? []);
  return [
    {
      text: `Take the access of ${arn} away, unless its owner vouches for it: first its access policies, then the entry.`,
      commands: [
        ...policies.map((policy) => eks('disassociate-access-policy', '--policy-arn', policy)),
        eks('delete-access-entry'),
      ],
    },
  ];
}

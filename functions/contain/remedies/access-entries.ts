import { command } from '../../contract/commands/command.ts';
import type { Proposal } from '../../contract/containment.ts';
import type { ContainmentFacts } from '../framework/containment-facts.ts';
import type { Remedy } from './remedy.ts';

/**
 * Takes the actor's way into the cluster away. The API server takes any valid token of an IAM identity that has an access
 * entry: to revoke IAM sessions alone changes nothing (EKS user guide, "Grant IAM users access to Kubernetes"). Who the
 * actor is rests on what the API server has authenticated, never on what somebody has written.
 */
export const accessEntries: Remedy = { name: 'access-entries', propose };

function propose(facts: ContainmentFacts): Proposal[] {
  const { alert, noAlert, details, context } = facts;
  const { findingId, target } = context.run;
  if (!alert)
    return findingId === undefined ? [] : [{ text: `Who created the namespace is not known. ${noAlert ?? ''}`.trim() }];
  const { kind, principalArn, username = 'somebody unknown' } = alert.finding.actor;
  const { principal } = details;
  const entry = principal?.accessEntry;
  const arn = entry?.principalArn ?? principalArn;
  if (arn === undefined || !['iam-role', 'iam-user'].includes(kind))
    return [
      {
        text: `The namespace was created by ${username} (${kind}): unless its owner confirms it, remove its rights where it has them.`,
      },
    ];
  const { name: cluster = 'CLUSTER', region } = target.cluster;
  const entryOf = { '--region': region, '--cluster-name': cluster, '--principal-arn': arn };
  const lacking = target.cluster.name === undefined ? ' Put the name of the cluster for CLUSTER.' : '';
  if (!principal)
    return [
      {
        text: `The namespace was created by ${arn}, and what lets it in is not known: look at its access entry, and delete it unless its owner confirms the namespace; without an entry, look into the aws-auth ConfigMap.${lacking}`,
        commands: [
          command('aws eks describe-access-entry', [], entryOf),
          command('aws eks list-associated-access-policies', [], entryOf),
          command('aws eks delete-access-entry', [], entryOf),
        ],
      },
    ];
  if (!entry)
    return [
      {
        text: `No access entry was found for ${arn}: if the aws-auth ConfigMap maps it, remove the mapping.`,
        commands: [command('kubectl edit', ['configmap', 'aws-auth'], { '--namespace': 'kube-system' })],
      },
    ];
  const policies = (principal.accessPolicies ?? []).flatMap(({ policyArn }) => policyArn ?? []);
  return [
    {
      text: `Remove the access of ${arn}, unless its owner confirms the namespace: first its access policies, then the entry.${lacking}`,
      commands: [
        ...policies.map((policy) =>
          command('aws eks disassociate-access-policy', [], { ...entryOf, '--policy-arn': policy }),
        ),
        command('aws eks delete-access-entry', [], entryOf),
      ],
    },
  ];
}

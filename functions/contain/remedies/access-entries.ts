import type { Proposal } from '../../contract/containment.ts';
import type { Facts } from '../framework/facts.ts';
import { inRegion, type Remedy } from './remedy.ts';

/**
 * Takes the actor's way into the cluster away. The API server takes any valid token of an IAM identity that has an access
 * entry: to revoke IAM sessions alone changes nothing (EKS user guide, "Grant IAM users access to Kubernetes").
 */
export const accessEntries: Remedy = { name: 'access-entries', propose };

function propose(facts: Facts): Proposal[] {
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
        text: `The namespace was created by ${username} (${kind}): unless its owner vouches for it, take its rights away where it has them.`,
      },
    ];
  const eks = (call: string, ...options: string[]): string[] => [
    'aws',
    'eks',
    call,
    ...inRegion(facts),
    '--cluster-name',
    target.cluster.name ?? 'CLUSTER',
    '--principal-arn',
    arn,
    ...options,
  ];
  if (!principal)
    return [
      {
        text: `The namespace was created by ${arn}, and what lets it in was not found out: look at its access entry, and take it away unless its owner vouches for it; without an entry, look into the aws-auth ConfigMap.`,
        commands: [eks('describe-access-entry'), eks('list-associated-access-policies'), eks('delete-access-entry')],
      },
    ];
  if (!entry)
    return [
      {
        text: `No access entry was found for ${arn}: if the aws-auth ConfigMap maps it, take the mapping out.`,
        commands: [['kubectl', 'edit', 'configmap', 'aws-auth', '--namespace', 'kube-system']],
      },
    ];
  const policies = (principal.accessPolicies ?? []).flatMap(({ policyArn }) => policyArn ?? []);
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

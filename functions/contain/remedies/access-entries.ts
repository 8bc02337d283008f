import { command } from '../../contract/commands/command.ts';
import type { Proposal } from '../../contract/containment.ts';
import type { Actor } from '../../contract/finding.ts';
import { serviceAccountOf } from '../../kubernetes/names/kubernetes.ts';
import type { ContainmentFacts } from '../framework/containment-facts.ts';
import type { Remedy } from './remedy.ts';

/**
 * Takes the creator's way into the cluster away. The API server takes any valid token of an IAM identity that has an access
 * entry: to revoke IAM sessions alone changes nothing (EKS user guide, "Grant IAM users access to Kubernetes"). Who the
 * creator is rests on what the API server has authenticated, never on what somebody has written.
 *
 * Of several commands the last one cuts the access, and those before it only read: a mail shows the last one.
 */
export const accessEntries: Remedy = { name: 'access-entries', aim: 'creator-access', propose };

function propose(facts: ContainmentFacts): Proposal[] {
  const { alert, noAlert = '', context } = facts;
  if (!alert)
    return context.run.findingId === undefined
      ? []
      : [{ aim: 'access', text: `Who created the namespace is not known. ${noAlert}`.trim() }];
  const { actor } = alert.finding;
  if (actor.kind === 'iam-role' || actor.kind === 'iam-user') return ofPrincipal(actor, facts);
  if (actor.kind === 'service-account') return ofServiceAccount(actor, facts);
  if (actor.kind === 'anonymous')
    return [
      {
        text: 'The namespace was created without any identity: remove every right of system:anonymous and of system:unauthenticated.',
      },
    ];
  const { username = 'somebody unknown' } = actor;
  return [{ text: `Remove the rights of ${username} (${actor.kind}), unless its owner confirms the namespace.` }];
}

function ofPrincipal({ principalArn, username = 'an IAM identity' }: Actor, facts: ContainmentFacts): Proposal[] {
  const { cluster } = facts.context.run.target;
  const { principal } = facts.details;
  const entry = principal?.accessEntry;
  const arn = entry?.principalArn ?? principalArn;
  if (arn === undefined)
    return [
      { text: `Remove the access of ${username}, unless its owner confirms the namespace: its ARN is not known.` },
    ];
  const { name = 'CLUSTER', region } = cluster;
  const entryOf = { '--region': region, '--cluster-name': name, '--principal-arn': arn };
  const lacking = cluster.name === undefined ? ' Put the name of the cluster for CLUSTER.' : '';
  if (!principal)
    return [
      {
        text: `Remove the access of ${arn}, unless its owner confirms the namespace. What lets it in is not known: look at its access entry, and delete it; without an entry, look into the aws-auth ConfigMap.${lacking}`,
        commands: [
          command('aws eks describe-access-entry', [], entryOf),
          command('aws eks delete-access-entry', [], entryOf),
        ],
      },
    ];
  if (entry)
    return [
      {
        // The associations with access policies go with it: EKS user guide, "Delete access entries".
        text: `Remove the access of ${arn}, unless its owner confirms the namespace: delete its access entry, with which its access policies go.${lacking}`,
        commands: [command('aws eks delete-access-entry', [], entryOf)],
      },
    ];
  // Nothing else lets IAM identities in: it has no access any more.
  if (principal.authenticationMode === 'API') return [];
  return [
    {
      text: `Remove the access of ${arn}, unless its owner confirms the namespace: it has no access entry, so remove its mapping in the aws-auth ConfigMap.`,
      commands: [command('kubectl edit', ['configmap', 'aws-auth'], { '--namespace': 'kube-system' })],
    },
  ];
}

function ofServiceAccount({ username = '' }: Actor, { context }: ContainmentFacts): Proposal[] {
  const account = serviceAccountOf(username);
  if (!account)
    return [
      { text: `Remove the rights of ${username || 'the service account'}, unless its owner confirms the namespace.` },
    ];
  const { namespace, name } = account;
  // Containment deletes the accounts of the namespace itself, and their bindings.
  if (namespace === context.run.target.namespace) return [];
  return [
    {
      text: `Remove the access of the service account ${namespace}/${name}, unless its owner confirms the namespace: see which pods run as it, then delete it. Its tokens are refused within seconds, also those of other pods that run as it.`,
      commands: [
        command('kubectl get', ['pods'], {
          '--namespace': namespace,
          '--field-selector': `spec.serviceAccountName=${name}`,
        }),
        command('kubectl delete', ['serviceaccount', name], { '--namespace': namespace }),
      ],
    },
  ];
}

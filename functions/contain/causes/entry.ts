import type { ContainmentFacts } from '../framework/containment-facts.ts';
import type { Cause, CauseQuestion } from './cause.ts';

export const entry: CauseQuestion = {
  question: 'How did the actor get into the cluster: by which identity, and what lets that identity in?',
  find,
};

function find(facts: ContainmentFacts): Cause[] {
  const { alert, noAlert = '' } = facts;
  if (!alert)
    return [
      { kind: 'entry', text: `Who created the namespace is not known. ${noAlert}`, from: 'finding', unknown: true },
    ];
  const { actor, request } = alert.finding;
  const who = actor.principalArn ?? actor.username ?? 'somebody';
  const causes: Cause[] = [{ kind: 'entry', text: came(actor.kind, who, request.sourceIps?.at(-1)), from: 'finding' }];
  if (actor.impersonated)
    causes.push({
      kind: 'entry',
      text: `It acted as ${actor.impersonated.username ?? 'somebody else'}, by impersonation: an identity that may impersonate has every right of the identities that it names.`,
      from: 'finding',
    });
  return [...causes, ...door(facts)];
}

function came(kind: string, who: string, address: string | undefined): string {
  const from = address ? ` from ${address}` : '';
  if (kind === 'anonymous') return `The request came${from} without any identity, and the cluster accepted it.`;
  if (kind === 'service-account')
    return `It came${from} with a token of ${who}: a pod that runs as it, or a stolen token.`;
  if (kind === 'iam-role' || kind === 'iam-user') return `It came${from} with credentials of ${who}.`;
  return `It came${from} as ${who}.`;
}

/** What lets an IAM identity in: its access entry with its policies, or the aws-auth ConfigMap. */
function door(facts: ContainmentFacts): Cause[] {
  const { alert } = facts;
  if (!alert || !['iam-role', 'iam-user'].includes(alert.finding.actor.kind)) return [];
  const { principal } = facts.details;
  if (!principal)
    return [
      {
        kind: 'entry',
        text: 'What lets this identity into the cluster is not known.',
        from: 'principal',
        unknown: true,
      },
    ];
  const { accessEntry, accessPolicies = [], authenticationMode } = principal;
  if (!accessEntry)
    return [
      {
        kind: 'entry',
        text:
          authenticationMode === 'API'
            ? 'It no longer has an access entry, and nothing else lets IAM identities in: the entry has been deleted.'
            : 'It has no access entry: the aws-auth ConfigMap lets it in.',
        from: 'principal',
      },
    ];
  const policies = accessPolicies.flatMap(({ policyArn }) => policyArn?.split('/').at(-1) ?? []);
  const groups = accessEntry.kubernetesGroups ?? [];
  const gives = [
    ...(groups.length > 0 ? [`the groups ${groups.join(', ')}`] : []),
    ...(policies.length > 0 ? [`the access policies ${policies.join(', ')}`] : []),
  ];
  const since = accessEntry.createdAt ? ` of ${accessEntry.createdAt}` : '';
  return [
    {
      kind: 'entry',
      text: `An EKS access entry${since} lets it in${gives.length > 0 ? `, with ${gives.join(' and ')}` : ''}.`,
      from: 'principal',
    },
  ];
}

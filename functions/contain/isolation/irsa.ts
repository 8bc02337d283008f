/** What a person does about the IAM roles that service accounts name (IRSA). */
import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { command } from '../../contract/commands/command.ts';
import type { Proposal } from '../../contract/containment.ts';
import { text } from '../../kit/json.ts';
import { roleNameOf } from '../../kubernetes/names/arn.ts';
import { asFileName } from '../framework/execution.ts';
import type { StepContext } from '../framework/step.ts';
import { lookAt, revocation, trustOf } from './roles.ts';
import { trustsAccount, withRefusal } from './trust-policy.ts';

const ROLE = 'eks.amazonaws.com/role-arn';
/** How many roles are looked at: an intruder may name as many as there are accounts. */
const MAX_ROLES = 50;

/**
 * Tokens of an account outlive it, by 24 hours as a rule, and open the roles that trust it. Whoever may write a
 * ServiceAccount may name any role by its annotation: only where the role's own trust policy lets the account in is
 * something proposed that takes access away.
 */
export async function irsaProposals(accounts: readonly KubernetesObject[], context: StepContext): Promise<Proposal[]> {
  const naming = accounts.flatMap(({ metadata: { name = '', annotations } }) => {
    const arn = text(annotations?.[ROLE]);
    return arn ? [{ name, arn }] : [];
  });
  const proposals: Proposal[] = [];
  for (const { name, arn } of naming.slice(0, MAX_ROLES)) proposals.push(...(await proposalsFor(name, arn, context)));
  const more = naming.length - MAX_ROLES;
  return more > 0
    ? [...proposals, { text: `${more} further accounts name an IAM role: look at their annotations.` }]
    : proposals;
}

async function proposalsFor(name: string, arn: string, context: StepContext): Promise<Proposal[]> {
  const role = roleNameOf(arn);
  if (!role) return [{ text: `The account ${name} names an IAM role by something that is not a role's ARN: ${arn}.` }];
  const trust = await trustOf(arn, context);
  const named = `the account ${name} names it by its annotation`;
  if ('unknown' in trust || trust.status !== 'read') return [lookAt(arn, named, trust)];
  const { policy, provider, issuer } = trust;
  const { namespace } = context.run.target;
  const identity = provider && issuer && { provider, issuer, subject: `system:serviceaccount:${namespace}:${name}` };
  if (!identity || !trustsAccount(policy, identity))
    return [
      {
        text: `The IAM role ${arn}: ${named}, but the role's trust policy does not let the account in. Nothing is to be done about it.`,
      },
    ];
  const body = `${JSON.stringify(withRefusal(policy, identity), undefined, 2)}\n`;
  const { folder } = context;
  const { fetch, path } = folder.fileAtHand(
    await folder.add(`manifests/trust-policy-${asFileName(role)}.json`, body, 'application/json'),
  );
  return [
    {
      text:
        `Tokens of the account ${name} open the IAM role ${arn} for up to a day more: have its trust policy refuse them. The file ` +
        'is the policy as it was read, with one statement more: compare it with the policy as it is, which the first line shows.',
      commands: [
        command('aws iam get-role', [], { '--role-name': role, '--query': 'Role.AssumeRolePolicyDocument' }),
        ...fetch,
        command('aws iam update-assume-role-policy', [], {
          '--role-name': role,
          '--policy-document': `file://${path}`,
        }),
      ],
    },
    revocation(arn, `was open to the account ${name}`, context.now()),
  ];
}

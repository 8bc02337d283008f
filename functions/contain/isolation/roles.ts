/** What a person does about an IAM role that the namespace could use, or says that it could. */
import type { Trust } from '../../clients/aws/role-trust.ts';
import { command } from '../../contract/commands/command.ts';
import type { Proposal } from '../../contract/containment.ts';
import { messageOf } from '../../kit/words.ts';
import { parseArn, roleNameOf } from '../../kubernetes/names/arn.ts';
import type { StepContext } from '../framework/step.ts';

/** How long IAM may take, in milliseconds: from a VPC it may not be reachable. */
const IAM_MS = 8_000;

/** @returns why it is not known, where it could not be read */
export async function trustOf(
  roleArn: string,
  { run, clients, signal }: Pick<StepContext, 'run' | 'clients' | 'signal'>,
): Promise<Trust | { unknown: string }> {
  if (!clients.roleTrust) return { unknown: 'IAM cannot be asked here' };
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(IAM_MS)]);
    return await clients.roleTrust.of(roleArn, run.target.cluster, limit);
  } catch (error) {
    signal.throwIfAborted();
    return { unknown: messageOf(error) };
  }
}

/** What the IAM console does as "Revoke active sessions". Sessions that begin later are not refused. */
export function revocation(arn: string, why: string, now: number): Proposal {
  const before = { DateLessThan: { 'aws:TokenIssueTime': new Date(now).toISOString() } };
  const refusal = { Effect: 'Deny', Action: ['*'], Resource: ['*'], Condition: before };
  return {
    text:
      `The IAM role ${arn} ${why}: once it gives no new sessions to them, revoke those that are open. Whoever else works with ` +
      'the role needs a new session, too.',
    commands: [
      command('aws iam put-role-policy', [], {
        '--role-name': roleNameOf(arn) ?? '',
        '--policy-name': 'AWSRevokeOlderSessions',
        '--policy-document': JSON.stringify({ Version: '2012-10-17', Statement: [refusal] }),
      }),
    ],
  };
}

/**
 * To look at a role, and nothing more: what names it proves nothing.
 *
 * @param named who names it how, as the beginning of a sentence
 */
export function lookAt(arn: string, named: string, trust: Trust | { unknown: string }): Proposal {
  const { account } = parseArn(arn) ?? {};
  const reason =
    'unknown' in trust
      ? `its trust policy could not be read (${trust.unknown})`
      : trust.status === 'elsewhere'
        ? `it is a role of another account, ${trust.account}`
        : 'there is no such role';
  const text = `The IAM role ${arn}: ${named}, and ${reason}. That alone proves nothing.`;
  if (!('unknown' in trust) && trust.status === 'none') return { text };
  return {
    text: `${text} Look, with credentials of the account ${account ?? 'that is named'}, whether its trust policy lets that in; take the role's access away only then.`,
    commands: [
      command('aws iam get-role', [], {
        '--role-name': roleNameOf(arn) ?? '',
        '--query': 'Role.AssumeRolePolicyDocument',
      }),
    ],
  };
}

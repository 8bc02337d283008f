/** The AWS side of a namespace's identity: what EKS gives its accounts, and what only a person may take away. */

import type { PodIdentityAssociation } from '../../clients/aws/pod-identity.ts';
import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import type { Proposal } from '../../contract/containment.ts';
import { text } from '../../kit/json.ts';
import { roleNameOf } from '../../kubernetes/names/arn.ts';
import { assertTarget } from '../framework/live-target.ts';
import type { Context } from '../framework/step.ts';

export interface CloudCut {
  proposals: Proposal[];
  open: string[];
}

/** Deletes the Pod Identity associations of the namespace. Sessions that pods have already go on until they expire. */
export async function cutAssociations(context: Context): Promise<CloudCut> {
  const { run, cluster, clients, signal, now } = context;
  const { cluster: where, namespace } = run.target;
  const { podIdentity } = clients;
  if (!podIdentity)
    return {
      proposals: [{ text: 'Pod Identity associations were not looked at: EKS cannot be asked here.' }],
      open: [],
    };
  let associations: PodIdentityAssociation[];
  try {
    associations = await podIdentity.associations(where, namespace, signal);
  } catch (error) {
    signal.throwIfAborted();
    return { proposals: [], open: [`Whether there are Pod Identity associations is not known: ${messageOf(error)}`] };
  }
  await assertTarget(context);
  for (const { associationId, serviceAccount, roleArn = 'a role' } of associations) {
    const what = `gives ${serviceAccount} no more sessions of ${roleArn}`;
    const aim = { kind: 'PodIdentityAssociation', namespace, name: associationId, what };
    try {
      const existed = cluster.dryRun || (await podIdentity.dissociate(where, associationId, signal));
      cluster.note('delete', aim, existed ? 'done' : 'already');
    } catch (error) {
      signal.throwIfAborted();
      cluster.note('delete', aim, 'failed', messageOf(error));
    }
  }
  const roles = associations.flatMap(({ roleArn, targetRoleArn }) => [roleArn, targetRoleArn]);
  const arns = [...new Set(roles.flatMap((arn) => arn ?? []))];
  return { proposals: arns.map((arn) => revocation(arn, 'was given to pods by Pod Identity', now())), open: [] };
}

/** What a person does about the roles that accounts name (IRSA): their tokens outlive the accounts, 24 hours by default. */
export function roleProposals(accounts: readonly KubernetesObject[], namespace: string, now: number): Proposal[] {
  return accounts.flatMap(({ metadata: { name = '', annotations } }) => {
    const arn = text(annotations?.['eks.amazonaws.com/role-arn']);
    if (!arn) return [];
    const role = roleNameOf(arn);
    if (!role) return [{ text: `The account ${name} names an IAM role by something that is no role's ARN: ${arn}.` }];
    const refusal = {
      Effect: 'Deny',
      Principal: { Federated: 'OIDC_PROVIDER_ARN' },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringLike: { 'OIDC_PROVIDER:sub': `system:serviceaccount:${namespace}:${name}` } },
    };
    return [
      {
        text: `Tokens of the account ${name} open the IAM role ${arn} for up to a day more: have its trust policy refuse them. Add this statement, with the cluster's OIDC provider in place of OIDC_PROVIDER: ${JSON.stringify(refusal)}`,
        commands: [
          ['aws', 'iam', 'get-role', '--role-name', role, '--query', 'Role.AssumeRolePolicyDocument'],
          [
            'aws',
            'iam',
            'update-assume-role-policy',
            '--role-name',
            role,
            '--policy-document',
            'file://trust-policy.json',
          ],
        ],
      },
      revocation(arn, `is named by the account ${name}`, now),
    ];
  });
}

/** What the IAM console does as "Revoke active sessions". Sessions that begin later are not refused. */
function revocation(arn: string, why: string, now: number): Proposal {
  const role = roleNameOf(arn);
  const text = `The IAM role ${arn} ${why}: once it gives no new sessions, revoke those that are open.`;
  if (!role) return { text };
  const before = { DateLessThan: { 'aws:TokenIssueTime': new Date(now).toISOString() } };
  const refusal = { Effect: 'Deny', Action: ['*'], Resource: ['*'], Condition: before };
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [refusal] });
  const names = ['--role-name', role, '--policy-name', 'AWSRevokeOlderSessions'];
  return { text, commands: [['aws', 'iam', 'put-role-policy', ...names, '--policy-document', policy]] };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

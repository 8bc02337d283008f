/**
 * The identity to ask the authorizer about: an access review that lacks a part of what identifies somebody gives a
 * false answer.
 */

import type { AssociatedAccessPolicy } from '@aws-sdk/client-eks';
import type { Actor, Finding } from '../../contract/finding.ts';
import { defined } from '../../kit/defined.ts';
import { parsePrincipal } from '../../kubernetes/names/arn.ts';
import { serviceAccountOf } from '../../kubernetes/names/kubernetes.ts';
import type { CheckContext } from '../check.ts';
import { findAccessEntry } from './access-entry.ts';
import type { AuthorizerGrant } from './granted-by.ts';
import { answerPart } from './part.ts';

const PART_MS = 4_000;

export interface Identity {
  as?: 'impersonated';
  user: string;
  groups: string[];
  uid?: string;
  extra?: Record<string, string[]>;
  /** EKS access policies of an IAM identity; or why they are not known. None for anybody else. */
  policies: readonly AssociatedAccessPolicy[] | { unknown: string };
}

/** @returns the identities, and why there is none for the actor or for the identity that it claimed */
export async function identitiesOf(
  context: CheckContext,
  grant: AuthorizerGrant | undefined,
): Promise<{ identities: Identity[]; unknown: string[] }> {
  const { finding } = context;
  const { actor } = finding;
  const identities: Identity[] = [];
  const unknown: string[] = [];
  const own = userAndGroups(actor, finding, 'actor');
  if (typeof own === 'string') unknown.push(own);
  else identities.push({ ...own, ...iamOf(actor, grant), policies: await policiesOf(context) });
  if (actor.impersonated) {
    const other = userAndGroups(actor.impersonated, finding, 'actor.impersonated');
    if (typeof other === 'string') unknown.push(`for whom it claimed to be: ${other}`);
    else identities.push({ ...other, as: 'impersonated', policies: [] });
  }
  return { identities, unknown };
}

/** @returns why it is not known, where it is not */
function userAndGroups(
  { username, groups, kind }: { username?: string; groups?: string[]; kind?: Actor['kind'] },
  { cut }: Finding,
  path: string,
): { user: string; groups: string[] } | string {
  if (
    cut?.some(
      (each) =>
        each.path === path || each.path.startsWith(`${path}.username`) || each.path.startsWith(`${path}.groups`),
    )
  )
    return 'its username and groups are longer than what is kept of them';
  const user = username ?? (kind === 'anonymous' ? 'system:anonymous' : undefined);
  if (!user) return 'the record does not give its username';
  if (user === 'system:anonymous') return { user, groups: ['system:unauthenticated'] };
  const account = serviceAccountGroups(user);
  if (!groups && !account) return 'the record does not give its groups';
  return { user, groups: [...new Set([...(groups ?? []), ...(account ?? []), 'system:authenticated'])] };
}

/** What the API server itself gives a ServiceAccount, whatever a record holds. */
function serviceAccountGroups(user: string): string[] | undefined {
  const account = serviceAccountOf(user);
  return account && ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`];
}

/** What the authenticator of EKS adds, as far as the record holds it. */
function iamOf(
  { principalArn, sessionName }: Actor,
  grant: AuthorizerGrant | undefined,
): Pick<Identity, 'uid' | 'extra'> {
  if (!principalArn) return {};
  const account = parsePrincipal(principalArn)?.account;
  const id = grant?.principalId;
  return {
    ...defined({ uid: account && id ? `aws-iam-authenticator:${account}:${id}` : undefined }),
    extra: {
      canonicalArn: [principalArn],
      ...defined({ sessionName: sessionName ? [sessionName] : undefined }),
      ...(id && { principalId: [id], 'sigs.k8s.io/aws-iam-authenticator/principalId': [id] }),
    },
  };
}

async function policiesOf({ finding, clients: { eks }, signal }: CheckContext): Promise<Identity['policies']> {
  const { actor, cluster } = finding;
  if (actor.kind !== 'iam-role' && actor.kind !== 'iam-user' && !actor.principalArn) return [];
  const { name } = cluster;
  if (!eks || !name) return { unknown: 'EKS cannot be reached to list its access policies' };
  const { principalArn } = actor;
  if (!principalArn) return { unknown: 'the record does not hold its ARN, by which EKS knows its access policies' };
  const asked = await answerPart('its access policies', PART_MS, signal, async (limit) => {
    const entry = await findAccessEntry(eks, name, principalArn, limit);
    return entry ? eks.listAssociatedAccessPolicies(name, entry.principalArn ?? principalArn, limit) : [];
  });
  return asked.value ?? { unknown: `could not ask for ${asked.missing}` };
}

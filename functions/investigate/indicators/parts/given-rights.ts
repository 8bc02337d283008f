/** What a change of access gives, by how far it leads. */
import type { AccessChange } from '../../../checks/parts/access-change.ts';
import { RIGHTS } from '../../../checks/parts/rights.ts';

/** So many ways to the credentials of others at once are more than an operator needs. */
const MANY_CREDENTIALS = 3;

/** Whether it is a write to RBAC, by the audit log, that gives something. */
export const isGiven = ({ source, what, verb }: AccessChange): boolean =>
  source === 'audit' && /^(Cluster)?Role(Binding)?$/.test(what) && !verb.startsWith('delete');

const kindOf = (gives: string) => RIGHTS.find((right) => right.gives === gives)?.kind;

/**
 * Rights that make it cluster-admin by another name, or as good as: one that gives all others, several ways to the
 * credentials of others at once, or one of these for the account that each pod of the new namespace has.
 */
export function decisiveRights({ rights = [], toEachPod }: AccessChange): string[] | undefined {
  if (rights.some((right) => kindOf(right) === 'decisive')) return rights;
  const credentials = rights.filter((right) => kindOf(right) === 'credentials');
  return credentials.length >= (toEachPod ? 1 : MANY_CREDENTIALS) ? credentials : undefined;
}

/** What an alert says about who, by what right, and whom to ask. */
import { detailsOf } from '../../functions/checks/index.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import type { Evidence } from '../../functions/contract/investigation.ts';
import { defined } from '../../functions/kit/defined.ts';
import type { Facts } from './case.ts';

/** The same names as in {@link Facts}; `person` holds everybody whom the alert names as somebody to ask. */
export interface FoundFacts extends Omit<Facts, 'person'> {
  people: string[];
}

export function factsOf(finding: Finding | undefined, evidence: Evidence[]): FoundFacts {
  if (!finding) return { people: [] };
  const { actor, request } = finding;
  const { permissions, owner, origin, 'role-session': session } = detailsOf({ evidence });
  const contacts = [...(origin?.contacts ?? []), ...(owner?.contacts ?? [])].flatMap(({ contact }) => contact ?? []);
  const { kind, binding, role, accessPolicyArn } = permissions?.grantedBy ?? {};
  const isBound = kind === 'ClusterRoleBinding' || kind === 'RoleBinding';
  return {
    ...defined({
      actor: actor.principalArn ?? actor.username,
      right: accessPolicyArn?.split('/').pop() ?? role ?? kind?.replace(/^group /, '') ?? refused(request.code),
      binding: isBound && binding ? `${kind} ${binding}` : undefined,
    }),
    people: [...new Set([...contacts, ...(session?.assumedBy?.who ? [session.assumedBy.who] : [])])],
  };
}

const refused = (code: number | undefined): string | undefined => (code === 401 || code === 403 ? 'none' : undefined);

import type { AccessChange } from '../../checks/parts/access-change.ts';
import { defined } from '../../kit/defined.ts';
import { listed, shortName } from '../../kit/words.ts';
import { type DetailsOf, defineRule, distance, type Indication, type RuleFacts, requestedAt } from '../rule.ts';
import { decisiveRights, isGiven } from './parts/given-rights.ts';
import { isPartOfTheAct, newNamespaces } from './parts/same-act.ts';

const NEAR_MS = 30 * 60_000;
const DAY_MS = 24 * 3_600_000;

/** Points out of the rule's weight for a right that the creator, or the namespace, got earlier that day. */
const TODAY_SHARE = 20 / 35;
/** And for one that the creator gave to others. */
const OTHERS_SHARE = 30 / 35;

/**
 * Falco: attach to cluster-admin role; Elastic: sensitive role binding. Within half an hour of the request, by or for the
 * creator or the namespace; or within a day, for them.
 */
export const wideBinding = defineRule({
  id: 'wide-binding',
  kind: 'threat',
  weight: 35,
  why: 'cluster-admin, by whatever name, given to oneself or to the new pods is HIGH with an unknown creator; given to others, it is a lateral move.',
  technique: 'T1098.006',
  shownBy: ['access-changes', 'permissions'],
  ruledOutBy: ['actor-activity'],
  judge(facts, details) {
    const bindings = [...changed(facts, details), ...stillThere(facts, details)];
    bindings.sort((a, b) => b.share - a.share || a.near - b.near);
    const [nearest] = bindings;
    if (!nearest) return undefined;
    const { reason, brief, share, check } = nearest;
    return { reason, brief, check, ...defined({ share: share < 1 ? share : undefined }) };
  },
});

type Details = DetailsOf<'access-changes' | 'permissions' | 'actor-activity'>;
type Candidate = Required<
  Pick<Indication<'access-changes' | 'permissions'>, 'reason' | 'brief' | 'check' | 'share'>
> & {
  near: number;
};

/** By the audit log. */
function changed(facts: RuleFacts, details: Details): Candidate[] {
  const { changes = [] } = details['access-changes'] ?? {};
  const act = newNamespaces(facts, details);
  // Its creator, and the team that it is for, often have all rights in the new namespace.
  const wide = changes.filter((change) => isWideBinding(change) && !isPartOfTheAct(change, act));
  return wide.flatMap((change) => {
    const { what, name = '(name unknown)', namespace, gives = 'a role that allows everything', by, concerns } = change;
    const at = Date.parse(change.at);
    const share = shareOf(facts, at, concerns.includes('actor') || concerns.includes('namespace'));
    const rights = change.wide ? undefined : decisiveRights(change);
    if (share === undefined || concerns.length === 0) return [];
    const where = namespace ? `${namespace}/${name}` : name;
    return [
      {
        reason: `${what} ${where} gives ${gives}${rights ? ` (${listed(rights, 4)})` : ''}; ${by ?? 'somebody'} wrote it ${distance(at, requestedAt(facts))} the request.`,
        brief: `${what} ${shortName(where, 30)} gives ${shortName(gives, 60)}.`,
        check: 'access-changes',
        share,
        near: Math.abs(at - requestedAt(facts)),
      },
    ];
  });
}

/** Roles, too, where rules that allow everything were written into them; cluster-admin has other names. */
const isWideBinding = (change: AccessChange): boolean =>
  isGiven(change) && (change.wide === true || decisiveRights(change) !== undefined);

/** By the live binding that let the request pass. An EKS access policy is a change of access to the cluster. */
function stillThere(facts: RuleFacts, { permissions: { grantedBy } = {} }: Details): Candidate[] {
  const at = Date.parse(grantedBy?.bindingCreatedAt ?? '');
  const isWide = grantedBy?.wildcard || grantedBy?.role === 'cluster-admin';
  const share = isWide ? shareOf(facts, at, true) : undefined;
  if (!grantedBy || grantedBy.kind === 'EKS access policy' || share === undefined) return [];
  return [
    {
      reason: `The ${grantedBy.kind} ${grantedBy.binding ?? ''} that allowed the request allows everything, and was created ${distance(at, requestedAt(facts))} it.`,
      brief: `The ${grantedBy.kind} that allowed the request allows everything, and was created ${distance(at, requestedAt(facts))} it.`,
      check: 'permissions',
      share,
      near: Math.abs(at - requestedAt(facts)),
    },
  ];
}

function shareOf(facts: RuleFacts, at: number, forThem: boolean): number | undefined {
  const far = Math.abs(at - requestedAt(facts));
  if (far <= NEAR_MS) return forThem ? 1 : OTHERS_SHARE;
  return forThem && far <= DAY_MS ? TODAY_SHARE : undefined;
}

import type { AccessChange } from '../../../checks/parts/access-change.ts';
import { type DetailsOf, type RuleFacts, requestedAt } from '../../rule.ts';

/** What one tool or person makes in one go is made within so long. */
const ACT_MS = 10 * 60_000;

/**
 * The new namespace, and those that its creator made in the same act. Rights that are given within them are a part of the
 * act: whoever makes a namespace for somebody gives them rights in it, and had all rights in it before.
 */
export function newNamespaces(
  facts: RuleFacts,
  { 'actor-activity': { namespacesCreated = [] } = {} }: DetailsOf<'actor-activity'>,
): { own: string | undefined; all: ReadonlySet<string> } {
  const own = facts.finding.namespace.name;
  const others = namespacesCreated
    .filter(({ at = '' }) => Math.abs(Date.parse(at) - requestedAt(facts)) <= ACT_MS)
    .flatMap(({ name }) => name ?? []);
  return { own, all: new Set([...(own === undefined ? [] : [own]), ...others]) };
}

/**
 * Whether what was given holds in the new namespace alone, or in those of the same act where the creator itself gave it;
 * or whether it gives nothing by itself, to somebody else than the creator.
 */
export function isPartOfTheAct(
  { namespace, within, concerns }: AccessChange,
  { own, all }: ReturnType<typeof newNamespaces>,
): boolean {
  const limits = within ?? (namespace === undefined ? undefined : [namespace]);
  if (limits === undefined) return false;
  if (limits.length === 0) return !concerns.includes('actor');
  return limits.every((limit) => limit === own || (concerns.includes('by-actor') && all.has(limit)));
}

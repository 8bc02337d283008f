import { inParallel } from '../../kit/in-parallel.ts';

/**
 * How many writes are in flight. The API server gives all who have no priority level of their own (`global-default`) 20 of 245
 * shares of its seats, which is 49 by default and never less than 25, as half of them may be lent: others go on being served.
 * https://kubernetes.io/docs/concepts/cluster-administration/flow-control/
 */
export const WRITES_AT_ONCE = 8;

/**
 * Writes side by side. Nothing is begun any more once one has thrown, and what is in flight then has ended before this does: a
 * step that is tried again must not meet its own former try.
 *
 * @returns in the order of the items
 * @throws the first error
 */
export async function writeEach<T, R>(items: readonly T[], write: (item: T) => Promise<R>): Promise<R[]> {
  const errors: unknown[] = [];
  const results = await inParallel(items, WRITES_AT_ONCE, async (item) => {
    if (errors.length > 0) return undefined;
    try {
      return await write(item);
    } catch (error) {
      errors.push(error);
      return undefined;
    }
  });
  if (errors.length > 0) throw errors[0];
  return results as R[];
}

/** The same for neighbours of one kind, and a kind only after the one before it: owners before what they own. */
export async function writeInOrder<T, R>(
  items: readonly T[],
  kindOf: (item: T) => unknown,
  write: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; ) {
    const kind = kindOf(items[from] as T);
    const rest = items.slice(from);
    const end = rest.findIndex((item) => kindOf(item) !== kind);
    const group = end < 0 ? rest : rest.slice(0, end);
    results.push(...(await writeEach(group, write)));
    from += group.length;
  }
  return results;
}

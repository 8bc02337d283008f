/** Which of many things on the agenda are taken in one run. */
import type { Due } from '../../clients/table/findings-table.ts';

/**
 * A fair choice: cluster by cluster, and within a cluster actor by actor, each in turn gives its next one. Those of an actor come
 * in the order of their rank, the newest first of each rank; so do the actors of a cluster, and the clusters, by their first one.
 * Whoever floods the agenda delays nobody else's turn.
 *
 * @param due the newest first
 * @param most as many at most
 */
export function fairShare(due: readonly Due[], most: number): Due[] {
  const clusters = byRank(groupsOf(due, ({ cluster }) => cluster).map((ofCluster) => actorsInTurn(ofCluster)));
  return inTurn(clusters, most);
}

function actorsInTurn(due: readonly Due[]): Due[] {
  const actors = groupsOf(due, ({ actor }) => actor).map((ofActor) => ofActor.toSorted((a, b) => b.rank - a.rank));
  return inTurn(byRank(actors), due.length);
}

/** One of each list after the other, until there are so many. */
function inTurn(lists: readonly (readonly Due[])[], most: number): Due[] {
  const taken: Due[] = [];
  for (let round = 0; taken.length < most; round++) {
    const next = lists.flatMap((list) => list[round] ?? []);
    if (next.length === 0) break;
    taken.push(...next);
  }
  return taken.slice(0, most);
}

/** The lists in the order of the rank of their first element; of the same rank in the order in which they came. */
const byRank = (lists: readonly (readonly Due[])[]): (readonly Due[])[] =>
  lists.toSorted(([a], [b]) => (b?.rank ?? 0) - (a?.rank ?? 0));

function groupsOf(due: readonly Due[], keyOf: (due: Due) => string): Due[][] {
  const groups = new Map<string, Due[]>();
  for (const each of due) {
    const group = groups.get(keyOf(each));
    if (group) group.push(each);
    else groups.set(keyOf(each), [each]);
  }
  return [...groups.values()];
}

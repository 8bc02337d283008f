import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Due } from '../../functions/clients/table/findings-table.ts';
import { fairShare } from '../../functions/watch/parts/shares.ts';

let counter = 0;
const due = (actor: string, rank = 1, cluster = 'prod'): Due => ({
  id: `f-${++counter}`,
  tries: 0,
  cluster,
  actor,
  rank,
});
const many = (count: number, make: () => Due): Due[] => Array.from({ length: count }, make);

describe('a fair share', () => {
  test('takes the newest of an actor first', () => {
    const all = many(5, () => due('a'));
    expect(fairShare(all, 3)).toEqual(all.slice(0, 3));
  });

  test('takes the gravest of an actor before the newest', () => {
    const [newest, grave, oldest] = [due('a'), due('a', 4), due('a')];
    expect(fairShare([newest, grave, oldest], 3)).toEqual([grave, newest, oldest]);
  });

  test.each([
    ['before', 0],
    ['among', 1_000],
    ['after', 2_000],
  ])('2,000 decoys delay nobody whose turn comes %s them', (_, place) => {
    const decoys = many(2_000, () => due('mallory'));
    const real = due('thief');
    const all = [...decoys.slice(0, place), real, ...decoys.slice(place)];
    expect(fairShare(all, 100).slice(0, 2)).toContain(real);
  });

  test('gives one cluster its turn while another is flooded by many actors', () => {
    const flood = many(500, () => due(`actor-${counter}`, 5, 'flooded'));
    const real = due('dev', 1, 'quiet');
    expect(fairShare([...flood, real], 10)).toContain(real);
  });

  test('where there are more actors than room, those of whom the gravest is known come first', () => {
    const all = [...many(50, () => due(`actor-${counter}`)), due('grave', 4)];
    expect(fairShare(all, 10)[0]?.actor).toBe('grave');
  });

  test('takes as many as there is room for, each once, and from everybody before anybody twice more', () => {
    const entries = fc.array(
      fc.record({ actor: fc.constantFrom('a', 'b', 'c', 'd'), cluster: fc.constantFrom('x', 'y'), rank: fc.nat(5) }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(entries, fc.nat(70), (list, most) => {
        const all: Due[] = list.map((entry, index) => ({ ...entry, id: String(index), tries: 0 }));
        const taken = fairShare(all, most);
        expect(taken).toHaveLength(Math.min(most, all.length));
        expect(new Set(taken.map(({ id }) => id)).size).toBe(taken.length);
        // Within a cluster nobody is a turn ahead of somebody who has more to give.
        const count = (entries: readonly Due[], cluster: string, actor: string) =>
          entries.filter((entry) => entry.cluster === cluster && entry.actor === actor).length;
        for (const cluster of ['x', 'y'])
          for (const one of ['a', 'b', 'c', 'd'])
            for (const other of ['a', 'b', 'c', 'd']) {
              const left = count(all, cluster, other) - count(taken, cluster, other);
              if (left > 0) expect(count(taken, cluster, one) - count(taken, cluster, other)).toBeLessThanOrEqual(1);
            }
      }),
      { numRuns: 200 },
    );
  });
});

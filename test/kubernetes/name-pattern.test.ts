import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { generalise, patternProblem, patternsOf } from '../../functions/kubernetes/name-pattern.ts';

describe('a pattern', () => {
  test.each(['team-a', 'shop', 'a', 'team-*', 'team-a-*', 'pr-*', '0-a-*', 'argocd', 'cert-manager', 'kube-systern'])(
    '%s',
    (pattern) => {
      expect(patternProblem(pattern)).toBeUndefined();
    },
  );

  test.each([
    '',
    '*',
    '-*',
    'a-*',
    'team*',
    'team-*-x',
    'te*',
    '*-team',
    'Team-*',
    'team-',
    'te.am',
    'team-**',
    'x'.repeat(64),
  ])('%j is none', (pattern) => {
    expect(patternProblem(pattern)).toEqual(expect.any(String));
  });
});

describe('the patterns of a name', () => {
  test.each<[string, string[]]>([
    ['team-a-dev', ['team-a-dev', 'team-a-*', 'team-*']],
    ['shop', ['shop']],
    ['a-b', ['a-b']],
    ['a--b', ['a--b']],
    ['kube-systern', ['kube-systern', 'kube-*']],
    ['', []],
    ['Team-A', []],
    ['pr-*', []],
  ])('%j', (name, patterns) => {
    expect(patternsOf(name)).toEqual(patterns);
  });
});

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/);
const anyName = fc.oneof(
  label,
  fc.constantFrom('kube-system', 'kube-systern', 'eks-x', 'default', 'cert-rnanager', 'kudo-system', 'amaz0n-x', ''),
  fc.string(),
);

test('a pattern of a name is one', () => {
  fc.assert(
    fc.property(anyName, (name) => {
      for (const pattern of patternsOf(name)) expect(patternProblem(pattern)).toBeUndefined();
    }),
  );
});

describe('generalised', () => {
  const patterns = (...names: string[]) => Object.fromEntries(generalise(names));

  test.each<[string, string[], Record<string, string[]>]>([
    ['two alike stay two', ['team-a', 'team-b'], { 'team-a': ['team-a'], 'team-b': ['team-b'] }],
    ['three alike are one', ['team-c', 'team-a', 'team-b'], { 'team-*': ['team-a', 'team-b', 'team-c'] }],
    ['the same name again is one', ['team-a', 'team-a', 'team-a'], { 'team-a': ['team-a'] }],
    [
      'the longest beginning that will do',
      ['pr-7-web', 'pr-7-api', 'pr-7-db', 'pr-8-web', 'pr-9-web'],
      { 'pr-7-*': ['pr-7-api', 'pr-7-db', 'pr-7-web'], 'pr-8-web': ['pr-8-web'], 'pr-9-web': ['pr-9-web'] },
    ],
    ['what can be no name is left out', ['Team', 'a_b', 'shop'], { shop: ['shop'] }],
    ['nothing', [], {}],
  ])('%s', (_, names, expected) => {
    expect(patterns(...names)).toEqual(expected);
  });

  test('covers each name once, by a pattern that is one, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(anyName, { maxLength: 20 }), fc.gen(), (names, gen) => {
        const found = generalise(names);
        const covered = [...found.values()].flat();
        expect(covered.toSorted()).toEqual([...new Set(names)].filter((name) => patternsOf(name).length > 0).sort());
        for (const [pattern, list] of found) for (const name of list) expect(patternsOf(name)).toContain(pattern);
        const again = gen(() => fc.shuffledSubarray(names, { minLength: names.length }));
        expect([...generalise(again)]).toEqual([...found]);
      }),
    );
  });
});

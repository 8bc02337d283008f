/** What counts as told, and what the totals count. */
import { describe, expect, test } from '@jest/globals';
import type { Severity } from '../../functions/contract/vocabulary.ts';
import type { Case } from '../../tools/judge/case.ts';
import type { Played } from '../../tools/judge/play.ts';
import { type Judged, judge, totalsOf } from '../../tools/judge/verdict.ts';

const subject = (more: Partial<Case> = {}): Case => ({
  name: 'n',
  folder: 'f',
  kind: 'hostile',
  story: '',
  expect: { first: {}, second: {}, facts: {} },
  settings: {},
  heldOut: false,
  ...more,
});
const expecting = (more: Partial<Case['expect']>): Case =>
  subject({ expect: { first: {}, second: {}, facts: {}, ...more } });

/** A case that was LOW and told, and HIGH later. @param second whether that was told */
const played = (second = true, highestTold: Severity = 'HIGH'): Played => ({
  outcome: 'created',
  looks: {
    first: { severity: 'LOW', score: 15, told: true, indicators: {} },
    second: { severity: 'HIGH', score: 60, told: second, indicators: {} },
  },
  highestTold,
  facts: { actor: 'a', right: 'r', people: ['p', 'q'] },
  seconds: 0.1,
});

describe('what differs', () => {
  test.each<[string, Partial<Case['expect']>, Played, string[]]>([
    ['nothing is expected', {}, played(), []],
    [
      'all as expected',
      { first: { atMost: 'LOW' }, second: { atLeast: 'HIGH' }, told: ['first', 'second'] },
      played(),
      [],
    ],
    ['too low at first', { first: { atLeast: 'MEDIUM' } }, played(), ['first look LOW, not MEDIUM at least']],
    ['too high in the end', { second: { atMost: 'MEDIUM' } }, played(), ['told HIGH, not MEDIUM at most']],
    [
      'what was found and not told does not count',
      { second: { atLeast: 'HIGH' } },
      played(false, 'LOW'),
      ['told LOW, not HIGH at least'],
    ],
    ['news that nobody got', { told: ['second'] }, played(false), ['not told after the second look']],
    ['told, where nobody is to be bothered', { told: [] }, played(false), ['told after the first look']],
    ['facts', { facts: { actor: 'a', right: 'other', person: 'q' } }, played(), ['right is not other']],
    ['a fact that was not found', { facts: { binding: 'b' } }, played(), ['binding is not b']],
  ])('%s', (_, expected, what, differs) => {
    expect(judge(expecting(expected), what).differs).toEqual(differs);
  });

  test('an unknown severity is neither low nor high', () => {
    const { outcome = 'created', looks, facts, seconds } = played();
    const unknown: Played = {
      outcome,
      looks: { ...looks, first: { ...looks.first, severity: 'UNKNOWN' } },
      facts,
      seconds,
    };
    expect(judge(expecting({ first: { atMost: 'LOW' } }), unknown).differs).toEqual([]);
    expect(judge(expecting({ first: { atLeast: 'LOW' }, second: { atLeast: 'LOW' } }), unknown).differs).toEqual([
      'first look UNKNOWN, not LOW at least',
      'told nothing, not LOW at least',
    ]);
  });
});

describe('totals', () => {
  const cases = (kind: Case['kind'], ...told: Severity[]): Judged[] =>
    told.map((severity) => judge(subject({ kind }), played(true, severity)));
  const many = (count: number, severity: Severity): Severity[] => Array.from({ length: count }, () => severity);
  const met = (all: readonly Judged[]) => totalsOf(all).map((total) => total.met);

  test.each<[string, Judged[], boolean[]]>([
    ['nothing to judge', [], [true, true, true, true]],
    ['19 of 20 attacks', cases('hostile', ...many(19, 'HIGH'), 'MEDIUM'), [true, true, true, true]],
    ['18 of 20 attacks', cases('hostile', ...many(18, 'CRITICAL'), 'MEDIUM', 'LOW'), [false, true, true, true]],
    ['1 of 20 ordinary ones is MEDIUM', cases('benign', ...many(19, 'LOW'), 'MEDIUM'), [true, true, true, true]],
    ['2 of 20 are', cases('benign', ...many(18, 'LOW'), 'MEDIUM', 'MEDIUM'), [true, false, true, true]],
    ['1 of 20 is HIGH', cases('benign', ...many(19, 'LOW'), 'HIGH'), [true, true, false, true]],
    ['a fact is wrong', [judge(expecting({ facts: { actor: 'b', right: 'r' } }), played())], [true, true, true, false]],
  ])('%s', (_, all, goals) => {
    expect(met(all)).toEqual(goals);
  });
});

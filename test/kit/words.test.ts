import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { andMore, counted, linesAndMore, listed, messageOf, short } from '../../functions/kit/words.ts';
import { anyText } from '../any-text.ts';

test.each([
  [0, 'pod', undefined, '0 pods'],
  [1, 'pod', undefined, '1 pod'],
  [2, 'pod', undefined, '2 pods'],
  [1, 'weakness', 'weaknesses', '1 weakness'],
  [3, 'weakness', 'weaknesses', '3 weaknesses'],
])('%d of %s (%s) is "%s"', (count, one, many, expected) => {
  expect(counted(count, one, many)).toBe(expected);
});

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a and b'],
  [['a', 'b', 'c'], 'a, b and c'],
  [['a', 'b', 'c', 'd', 'e'], 'a, b, c and 2 more'],
  [['a', 'b', 'a', 'a', 'b'], 'a and b'],
])('%j is listed as "%s"', (texts, expected) => {
  expect(listed(texts)).toBe(expected);
});

test.each([
  [[], '', []],
  [['a'], 'a', ['a']],
  [['a', 'b'], 'a, b', ['a', 'b']],
  [['a', 'b', 'c'], 'a, b and 1 more', ['a', 'b', 'and 1 more']],
  [['a', 'b', 'c', 'd'], 'a, b and 2 more', ['a', 'b', 'and 2 more']],
])('of %j, two are named: "%s"', (texts, sentence, lines) => {
  expect(andMore(texts, 2)).toBe(sentence);
  expect(linesAndMore(texts, 2)).toEqual(lines);
});

test('the lines are a list of their own', () => {
  const lines = ['a'];
  linesAndMore(lines, 3).push('b');
  expect(lines).toEqual(['a']);
});

test('a short text is at most so long, well formed, and begins like the whole one', () => {
  fc.assert(
    fc.property(anyText({ maxLength: 40 }), fc.integer({ min: 2, max: 30 }), (text, length) => {
      const shown = short(text, length);
      expect(shown.length).toBeLessThanOrEqual(length);
      if (text.length <= length) expect(shown).toBe(text);
      else expect(shown).toBe(`${text.slice(0, length - 1).toWellFormed()}…`);
      if (text.isWellFormed()) expect(shown.isWellFormed()).toBe(true);
    }),
  );
  expect(short('ab😀cd', 4)).toBe('ab\uFFFD…');
});

test.each([
  [new TypeError('no such pod'), 'no such pod'],
  ['refused', 'refused'],
  [undefined, 'undefined'],
  [42, '42'],
])('what %p says', (error, expected) => {
  expect(messageOf(error)).toBe(expected);
});

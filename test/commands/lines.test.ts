import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LineSplitter } from '../../bin/input/lines.ts';
import { cut } from './run.ts';

const split = (chunks: Buffer[], maxBytes?: number) => {
  const splitter = new LineSplitter(maxBytes);
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
};

test.each([
  ['', []],
  ['\n', []],
  ['a', [[1, 'a']]],
  ['a\n', [[1, 'a']]],
  [
    'a\r\nb\r\n',
    [
      [1, 'a'],
      [2, 'b'],
    ],
  ],
  [
    'a\n\n\r\nb',
    [
      [1, 'a'],
      [4, 'b'],
    ],
  ],
  [
    '12345\n1234\n',
    [
      [1, undefined],
      [2, '1234'],
    ],
  ],
  [
    '1234\r\n12345678\r\nab',
    [
      [1, undefined],
      [2, undefined],
      [3, 'ab'],
    ],
  ],
  [
    'ab\n1234567890',
    [
      [1, 'ab'],
      [2, undefined],
    ],
  ],
])('lines of at most 4 bytes in %j', (text, expected) => {
  const lines = split([Buffer.from(text)], 4);
  expect(lines.map(({ number, text: line }) => [number, line])).toEqual(expected);
});

test('the end of a chunk means nothing', () => {
  const bytes = fc
    .array(fc.oneof(fc.constantFrom('\n', '\r\n', 'é', '😀', 'x'.repeat(12)), fc.string()))
    .map((parts) => Buffer.from(parts.join('')));
  fc.assert(
    fc.property(bytes, fc.array(fc.nat({ max: 40 })), fc.integer({ min: 1, max: 30 }), (whole, sizes, maxBytes) => {
      expect(split(cut(whole, sizes), maxBytes)).toEqual(split([whole], maxBytes));
    }),
  );
});

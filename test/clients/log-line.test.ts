import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readLine } from '../../functions/clients/logs/log-line.ts';

describe('a line', () => {
  test.each<[string, string, ReturnType<typeof readLine>]>([
    ['JSON', '{"a":{"b":[1,"x"]}}', { json: { a: { b: [1, 'x'] } } }],
    ['text', 'E1123 07:02:18.048964 x', {}],
    ['a list', '[{"a":1}]', {}],
    ['nothing', '', {}],
    ['a beginning that is not JSON', '{ this is text, {really}', {}],
    ['cut in a string', '{"a":1,"b":"lon', { json: { a: 1 }, cut: true }],
    ['cut in a number, which may be longer', '{"a":1,"code":40', { json: { a: 1 }, cut: true }],
    ['cut in a key', '{"a":{"b":true,"c', { json: { a: { b: true } }, cut: true }],
    ['cut in a list, so that nobody knows what it lacks', '{"b":2,"a":[1,{', { json: { b: 2 }, cut: true }],
    ['cut with a mark', '{"a":"x","b":"y[Truncated...]', { json: { a: 'x' }, cut: true }],
    ['cut behind a backslash', '{"a":"x","b":"y\\', { json: { a: 'x' }, cut: true }],
    ['a quotation mark within a string', '{"a":"x\\",\\"b\\":1","c":"', { json: { a: 'x","b":1' }, cut: true }],
  ])('%s', (_, text, expected) => {
    expect(readLine(text)).toEqual(expected);
  });

  test('nested without end', () => {
    expect(readLine('{"a":'.repeat(100_000)).cut ?? false).toBe(true);
    expect(readLine(`{"a":${'['.repeat(100_000)}`)).toMatchObject({ cut: true });
  });
});

test('a line that is cut anywhere tells nothing that the whole one does not', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(), (whole, at) => {
      const text = JSON.stringify(whole);
      const cut = readLine(text.slice(0, at % text.length));
      expect(holds(JSON.parse(text), cut.json ?? {})).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

/** Whether the part is what is left of the whole: fewer keys, shorter lists, the same values. */
function holds(whole: unknown, part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return Object.is(whole, part);
  if (typeof whole !== 'object' || whole === null) return false;
  return Object.entries(part).every(([key, value]) => holds((whole as Record<string, unknown>)[key], value));
}

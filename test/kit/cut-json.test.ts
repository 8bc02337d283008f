import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { readCutObject } from '../../functions/kit/cut-json.ts';

describe('the members of an object that is cut', () => {
  test.each([
    ['nothing but the brace', '{', {}, undefined],
    ['in a key', '{"a":1,"b', { a: 1 }, undefined],
    ['behind a key', '{"a":1,"b"', { a: 1 }, undefined],
    ['a number at the end may go on', '{"a":1,"b":20', { a: 1 }, undefined],
    ['a number before a comma does not', '{"a":1,"b":20,', { a: 1, b: 20 }, undefined],
    ['a word at the end', '{"a":tru', {}, undefined],
    ['a string that is closed', '{"a":"x"', { a: 'x' }, undefined],
    ['a string that is not', '{"a":"x', {}, undefined],
    ['a closing quote that is escaped', String.raw`{"a":"x\"`, {}, undefined],
    ['an object that is closed', '{"a":{"b":1}', { a: { b: 1 } }, undefined],
    ['an object that is not', '{"k":1,"a":{"b":1,"c":', { k: 1 }, { a: { b: 1 } }],
    ['an array that is not', '{"k":1,"a":[1,2', { k: 1 }, undefined],
    ['blanks', '{ "a" : 1 , "b" : { "c" : 2 , "d"', { a: 1 }, { b: { c: 2 } }],
    ['braces in strings', '{"a":"}{","b":"]', { a: '}{' }, undefined],
    ['whole after all', '{"a":1}', { a: 1 }, undefined],
    ['whole, and something behind', '{"a":1}{"b":2}', { a: 1 }, undefined],
    [
      'a key that means something to JavaScript',
      '{"__proto__":{"x":1},"b',
      JSON.parse('{"__proto__":{"x":1}}'),
      undefined,
    ],
  ])('%s', (_, text, complete, open) => {
    const cut = readCutObject(text);
    expect({ ...cut?.complete }).toEqual(complete);
    expect(cut?.open && { [cut.open.key]: { ...cut.open.value.complete } }).toEqual(open);
  });

  test('what is broken before the cut is not JSON', () => {
    expect(readCutObject('{"a":x,"b":1,')).toBeUndefined();
    expect(readCutObject('{"a" 1,"b":1,')).toBeUndefined();
  });

  test('a string ends at the first quote that no backslash escapes, however far it is', () => {
    const text = fc.array(fc.constantFrom('\\', '"', 'x', 'x'.repeat(63), '\\'.repeat(70)), { maxLength: 12 });
    fc.assert(
      fc.property(text, (pieces) => {
        const value = pieces.join('');
        const cut = readCutObject(`{"a":${JSON.stringify(value)},"b":"${'\\"'.repeat(40)}`);
        expect({ ...cut?.complete }).toEqual({ a: value });
      }),
    );
  });

  test('whatever the object and wherever the cut: the members that end before it, and no others', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), value), { maxLength: 6 }), fc.nat(), (members, where) => {
        const written = members.map(([key, item]) => `${JSON.stringify(key)}:${JSON.stringify(item)}`);
        const text = `{${written.join(',')}}`;
        const cut = (where % (text.length - 1)) + 1;
        // A member is complete where its text ends before the cut; a number or a word, where what follows it does.
        let end = 1;
        const expected: Record<string, unknown> = Object.create(null);
        for (const [index, piece] of written.entries()) {
          end += piece.length;
          if (cut < end + (/[\w.]$/.test(piece) ? 1 : 0)) break;
          expected[members[index]?.[0] ?? ''] = JSON.parse(JSON.stringify(members[index]?.[1]));
          end += 1;
        }
        expect({ ...readCutObject(text.slice(0, cut))?.complete }).toEqual({ ...expected });
      }),
      { numRuns: 2_000 },
    );
  });
});

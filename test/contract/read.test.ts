import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod/mini';
import { Unreadable } from '../../functions/contract/errors.ts';
import {
  facts,
  flag,
  list,
  mapOf,
  number,
  object,
  oneOf,
  optional,
  otherwise,
  pairs,
  part,
  type Read,
  read,
  readJson,
  type Schema,
  text,
  texts,
  tolerant,
  type Written,
} from '../../functions/contract/read.ts';

const SECRET = 'a value that nobody may see';

describe('a value of another type than expected counts as absent', () => {
  test.each<[string, Schema<unknown, unknown>, unknown, unknown]>([
    ['text', text, 7, undefined],
    ['text', text, '', ''],
    ['number', number, '7', undefined],
    ['number', number, 0, 0],
    ['flag', flag, 'true', undefined],
    ['flag', flag, false, false],
    ['oneOf', oneOf(['a', 'b']), 'c', undefined],
    ['oneOf', oneOf(['a', 'b']), 'b', 'b'],
    ['texts', texts, 'a', undefined],
    ['texts', texts, { 0: 'a' }, undefined],
    ['texts', texts, ['a', 1, null, 'b'], ['a', 'b']],
    ['list', list(list(text)), [['a'], 'b', [1]], [['a'], []]],
    [
      'list of what it needs',
      list(object({ id: z.string(), at: text })),
      [{ at: 'x' }, { id: 'a', at: 1 }],
      [{ id: 'a' }],
    ],
    ['pairs', pairs, ['a'], undefined],
    ['pairs', pairs, { a: 'b', c: 1 }, { a: 'b' }],
    ['mapOf', mapOf(number), { a: 1, b: '1' }, { a: 1 }],
    ['facts', facts, { a: [{ b: null }] }, { a: [{ b: null }] }],
    ['facts', facts, 'a', undefined],
    ['part', part({ a: text }), null, undefined],
    ['part', part({ a: z.string() }), { a: 1 }, undefined],
    ['part', part({ a: text, b: text }), { a: 1, b: 'b', c: 'c' }, { b: 'b' }],
    ['otherwise', otherwise(texts, []), 'a', []],
    ['otherwise', otherwise(texts, []), ['a'], ['a']],
    ['otherwise of what is needed', otherwise(z.string(), 'unknown'), 1, 'unknown'],
    ['tolerant', tolerant(z.union([z.number(), z.string()])), true, undefined],
  ])('%s reads %3$j', (_name, schema, value, expected) => {
    expect(schema.safeParse(value)).toStrictEqual({ success: true, data: expected });
  });

  test('what is absent has no key', () => {
    const value = read(
      object({ a: text, b: list(text), c: part({ d: text }) }),
      { a: undefined, b: 1, c: { d: 1 } },
      'it',
    );
    expect(Object.keys(value)).toEqual(['c']);
    expect(Object.keys(value.c ?? {})).toEqual([]);
  });

  test('a map keeps every key that JSON can hold', () => {
    const value = JSON.parse('{"__proto__": "a", "constructor": "b"}');
    expect(Object.entries(pairs.safeParse(value).data ?? {})).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  test('any JSON can be read where nothing is needed', () => {
    const schema = object({ a: text, b: list(part({ c: number })), d: mapOf(flag), e: part({ f: facts }) });
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), fc.jsonValue()), (value) => {
        const once = read(schema, value, 'it');
        expect(read(schema, JSON.parse(JSON.stringify(once)), 'it')).toEqual(once);
      }),
    );
  });
});

describe('what a reader cannot do without is an error', () => {
  const schema = object({
    id: z.string(),
    actor: object({ kind: z.enum(['a', 'b']) }),
    items: z.array(object({ n: z.number() })),
  });
  const good = { id: 'x', actor: { kind: 'a' }, items: [{ n: 1 }] };

  test.each<[unknown, string[]]>([
    [SECRET, ['the whole (invalid_type)']],
    [{ ...good, id: 1 }, ['/id (invalid_type)']],
    [{ ...good, actor: { kind: SECRET } }, ['/actor/kind (invalid_value)']],
    [{ ...good, items: [{ n: 1 }, { n: SECRET }] }, ['/items/1/n (invalid_type)']],
    [{}, ['/id (invalid_type)', '/actor (invalid_type)', '/items (invalid_type)']],
    [
      { ...good, items: Array.from({ length: 9 }, () => SECRET) },
      [...[0, 1, 2, 3, 4].map((index) => `/items/${index} (invalid_type)`), 'and 4 more'],
    ],
  ])('%j', (value, places) => {
    expect(() => read(schema, value, 'thing')).toThrow(new Unreadable('thing', places));
    expect(() => read(schema, value, 'thing')).not.toThrow(SECRET);
  });

  test('text that is not JSON is not quoted', () => {
    expect(() => readJson(schema, `{"a": ${SECRET}`, 'thing')).toThrow('not a valid thing: the whole (not JSON)');
    expect(readJson(schema, Buffer.from(JSON.stringify(good)), 'thing')).toEqual(good);
  });
});

test('types are inferred: what is read may be absent, what is written may not', () => {
  const schema = object({
    id: z.string(),
    at: text,
    by: optional(text),
    kind: oneOf(['a', 'b']),
    list: list(object({ n: number })),
  });
  const written: Written<typeof schema> = { id: 'x', at: 'now', kind: 'a', list: [{ n: 1 }] };
  const reads: Read<typeof schema> = { id: 'x' };
  // @ts-expect-error a writer has to give it
  const incomplete: Written<typeof schema> = { id: 'x', kind: 'a', list: [] };
  // @ts-expect-error what is absent has no key
  const undefinedKey: Read<typeof schema> = { id: 'x', at: undefined };
  // @ts-expect-error not one of the words
  const otherWord: Written<typeof schema> = { ...written, kind: 'c' };
  expect(read(schema, written, 'it')).toEqual(written);
  expect(read(schema, reads, 'it')).toEqual(reads);
  expect([incomplete, undefinedKey, otherWord].map((value) => schema.safeParse(value).success)).toEqual([
    true,
    true,
    true,
  ]);
});

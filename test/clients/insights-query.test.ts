import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { insightsQuery, LINE_COLUMN, MAX_LINE } from '../../functions/clients/logs/insights-query.ts';
import { meetsCondition } from '../../functions/clients/logs/log-condition.ts';
import { readLine } from '../../functions/clients/logs/log-line.ts';
import type { Condition } from '../../functions/clients/logs/log-search.ts';
import { anyText } from '../any-text.ts';
import { discovered, readQuery } from './insights-service.ts';

const filterOf = (where: Condition): string | undefined =>
  insightsQuery(where, 5)?.match(/^fields .*? \| (?:filter (.*) \| )?sort @timestamp desc \| limit 5$/)?.[1];

const missing = (field: string, piece: string) => `(not ispresent(${field}) and @message like "${piece}")`;

describe('the filter of a condition', () => {
  test.each<[string, Condition, string | undefined]>([
    ['equality', { field: 'verb', is: 'create' }, `(verb = "create" or ${missing('verb', 'create')})`],
    [
      'a number',
      { field: 'responseStatus.code', is: 403 },
      `(responseStatus.code = 403 or ${missing('responseStatus.code', '403')})`,
    ],
    [
      'an element of a list',
      { field: 'user.extra.canonicalArn.0', is: 'arn:aws:iam::111122223333:role/ci' },
      `(user.extra.canonicalArn.0 = "arn:aws:iam::111122223333:role/ci" or ${missing('user.extra.canonicalArn.0', 'arn:aws:iam::111122223333:role/ci')})`,
    ],
    [
      'one of several',
      { field: 'verb', in: ['get', 'list'] },
      `((verb = "get" or ${missing('verb', 'get')}) or (verb = "list" or ${missing('verb', 'list')}))`,
    ],
    ['the text of the line', { field: '@message', has: '10.0.0.7' }, '@message like "10.0.0.7"'],
    [
      'a text with quotes, by its pieces',
      { field: '@message', has: '"a":"bcd"' },
      '(@message like "bcd" and @message like "a")',
    ],
    ['nothing harmless in the value', { field: '@message', has: '"|"' }, undefined],
    [
      'not: only what is surely so is left out',
      { not: { field: 'verb', is: 'get' } },
      'not ((ispresent(verb) and verb = "get"))',
    ],
    ['not, with a value that cannot be written', { not: { field: 'verb', is: 'a"b' } }, undefined],
    ['all of nothing', { all: [] }, undefined],
    ['there is no such field', { not: { field: 'auditID', has: '' } }, 'not (ispresent(auditID))'],
    ['there is such a field, discovered or not', { field: 'auditID', has: '' }, undefined],
  ])('%s', (_, where, expected) => {
    expect(filterOf(where)).toBe(expected);
  });

  test('no query where no line can meet the condition', () => {
    expect(insightsQuery({ any: [] }, 5)).toBeUndefined();
    expect(insightsQuery({ field: 'verb', in: [] }, 5)).toBeUndefined();
    expect(insightsQuery({ all: [{ field: 'verb', is: 'get' }, { not: { all: [] } }] }, 5)).toBeUndefined();
  });

  test('the columns and the limit', () => {
    expect(insightsQuery({ all: [] }, 7)).toBe(
      `fields @timestamp, @logStream, substr(@message, 0, ${MAX_LINE}) as ${LINE_COLUMN} | sort @timestamp desc | limit 7`,
    );
  });

  test.each(['', 'a b', 'a"', 'a`', 'a|b', 'a.', '.a', 'a-b', '@ptr', 'a\nb', 'a#', 'a/*'])('no field: %j', (field) => {
    expect(() => insightsQuery({ field, is: 'x' }, 5)).toThrow(TypeError);
  });

  test('a question that is too long for the service', () => {
    const many = Array.from({ length: 500 }, (_, index) => `10.0.0.${index}`);
    expect(() => insightsQuery({ field: 'a', in: many }, 5)).toThrow(RangeError);
  });
});

const hostile = fc.oneof(
  anyText(),
  fc.string({
    unit: fc.constantFrom('"', "'", '\\', '|', '#', '\n', '\r', '`', '/', '*', '(', ')', ' ', 'a', '\u2028', '”'),
  }),
  fc.constantFrom(
    'x" or 1=1 | delete',
    'x\\" or verb = "y',
    "x' | stats count(*)",
    'x" # rest',
    'x"\n| limit 1',
    '`user.username`',
    '/.*/',
    '.*") or ispresent(@message) or (verb like "',
    'a'.repeat(5_000),
  ),
);

test('no value stands in a query but as a literal of harmless characters', () => {
  const structure = (query: string | undefined): string | undefined => query?.replace(/"[^"]*"/g, 'S');
  fc.assert(
    fc.property(hostile, hostile, (one, other) => {
      const query = insightsQuery(
        {
          any: [
            { field: 'user.username', is: one },
            { not: { field: '@message', has: other } },
            { field: 'verb', in: [other, 3] },
          ],
        },
        9,
      );
      const literals = query?.match(/"[^"]*"/g) ?? [];
      for (const literal of literals) expect(literal).toMatch(/^"[\w .:/@=,+-]{1,100}"$/);
      // What is left is our own words: nothing of the values is outside of the quotes.
      expect(structure(query) ?? '').toMatch(
        /^(?:fields|filter|sort|limit|ispresent|not|and|or|like|substr|as|desc|S|[@\w.]+|[ (),|=])*$/,
      );
      expect((structure(query) ?? '').match(/[\w@.]+/g)?.filter((word) => !WORDS.has(word))).toEqual([]);
      // And the service reads it as what it is.
      if (query !== undefined) expect(readQuery(query).limit).toBe(9);
    }),
    { numRuns: 500 },
  );
});

const WORDS = new Set(
  `fields @timestamp @logStream substr @message 0 ${MAX_LINE} as ${LINE_COLUMN} filter sort desc limit 9 S not ispresent and or
   like user.username verb 3`.split(/\s+/),
);

/** Lines and conditions about few values, so that they meet often. */
const value = fc.constantFrom('', 'get', 'list', 'a"b', 'a\\b', 'ü', 'get list', '|', '<b>', 'x'.repeat(300));
const line = fc
  .record({
    verb: fc.option(value),
    user: fc.record({ name: value }, { requiredKeys: [] }),
    code: fc.constantFrom(200, 403, '403'),
  })
  .chain((json) => fc.tuple(fc.constant(JSON.stringify(json)), fc.nat({ max: 40 }), fc.nat({ max: 300 })))
  // Cut by the service, and blown up beyond the fields that it discovers.
  .map(([text, cut, more]) => {
    const extra = Object.fromEntries(Array.from({ length: more > 150 ? more : 0 }, (_, index) => [`k${index}`, 'v']));
    const whole = JSON.stringify({ ...extra, ...(JSON.parse(text) as object) });
    return cut < 10 ? `${whole.slice(0, whole.length - cut)}[Truncated...]` : whole;
  });
const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ field: fc.constantFrom('verb', 'user.name', 'none'), is: value }),
  fc.record({ field: fc.constantFrom('verb', 'user.name'), in: fc.array(value, { maxLength: 3 }) }),
  fc.record({ field: fc.constant('code'), is: fc.constantFrom(200, 403) }),
  fc.record({ field: fc.constantFrom('@message', 'verb'), has: value }),
  fc.record({ field: fc.constant('@logStream'), has: fc.constantFrom('audit', 'other') }),
);
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.record({ all: fc.array(tie('condition'), { maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('condition'), { maxLength: 3 }) }),
    fc.record({ not: tie('condition') }),
  ),
}));

test('the query lets through whatever meets the condition', () => {
  let met = 0;
  fc.assert(
    fc.property(condition, line, (where, message) => {
      const entry = { at: 0, logStream: 'kube-apiserver-audit-1', message, ...readLine(message) };
      if (meetsCondition(where, entry) !== true) return;
      met++;
      const query = insightsQuery(where, 1);
      expect(query).toBeDefined();
      const seen = discovered({ at: 0, stream: 'kube-apiserver-audit-1', message });
      expect(readQuery(query ?? '').test(seen)).toBe(true);
    }),
    { numRuns: 3_000 },
  );
  expect(met).toBeGreaterThan(500);
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { meetsCondition } from '../../functions/clients/logs/log-condition.ts';
import { readLine } from '../../functions/clients/logs/log-line.ts';
import type { Condition } from '../../functions/clients/logs/log-search.ts';

const entry = (message: string) => ({ at: 0, logStream: 'kube-apiserver-audit-1', message, ...readLine(message) });
const WHOLE = entry('{"verb":"get","user":{"extra":{"canonicalArn":["arn:x"]}},"code":403,"none":null}');
const CUT = entry('{"verb":"get","user":{"extra":{"canonicalArn":["arn:x"]}},"objectRef":{"resource":"se');

describe('whether an entry meets a condition', () => {
  test.each<[string, Condition, boolean, boolean | undefined]>([
    ['a field', { field: 'verb', is: 'get' }, true, true],
    ['another value', { field: 'verb', is: 'GET' }, false, false],
    ['the beginning of a value', { field: 'verb', is: 'ge' }, false, false],
    ['an element of a list', { field: 'user.extra.canonicalArn.0', is: 'arn:x' }, true, true],
    ['an element that is not there', { field: 'user.extra.canonicalArn.1', is: 'arn:x' }, false, false],
    ['a field that what stands before the cut does not have', { field: 'user.username', has: '' }, false, false],
    ['a field of a text', { field: 'verb.x', has: '' }, false, false],
    ['a field that may stand behind the cut', { field: 'impersonatedUser.username', is: 'eve' }, false, undefined],
    ['a number', { field: 'code', is: 403 }, true, undefined],
    ['a number is not text', { field: 'code', is: '403' }, false, undefined],
    ['one of several', { field: 'verb', in: ['list', 'get'] }, true, true],
    ['none of several', { field: 'verb', in: ['list'] }, false, false],
    ['a part of a field', { field: 'verb', has: 'e' }, true, true],
    ['a part of what is not text', { field: 'code', has: '4' }, false, undefined],
    ['a field behind the cut', { field: 'objectRef.resource', is: 'secrets' }, false, undefined],
    ['a part of the line', { field: '@message', has: '"verb":"get"' }, true, true],
    ['what may be in the rest of the line', { field: '@message', has: 'secrets' }, false, undefined],
    ['the stream', { field: '@logStream', has: 'kube-apiserver-audit-' }, true, true],
    ['another stream', { field: '@logStream', has: 'authenticator-' }, false, false],
    ['no own property', { field: 'constructor.name', is: 'Object' }, false, undefined],
    ['whether there is a field', { field: 'verb', has: '' }, true, true],
    ['a field of nothing', { field: 'none', has: '' }, false, undefined],
    ['not', { not: { field: 'verb', is: 'get' } }, false, false],
    ['not what is not known', { not: { field: 'objectRef.resource', is: 'secrets' } }, true, undefined],
    [
      'all',
      {
        all: [
          { field: 'verb', is: 'get' },
          { field: 'code', is: 403 },
        ],
      },
      true,
      undefined,
    ],
    [
      'all, one of which is not',
      {
        all: [
          { field: 'verb', is: 'x' },
          { field: 'code', is: 403 },
        ],
      },
      false,
      false,
    ],
    [
      'any',
      {
        any: [
          { field: 'code', is: 403 },
          { field: 'verb', is: 'get' },
        ],
      },
      true,
      true,
    ],
    [
      'any, none of which is known',
      {
        any: [
          { field: 'code', is: 1 },
          { field: 'verb', is: 'x' },
        ],
      },
      false,
      undefined,
    ],
    ['all of nothing', { all: [] }, true, true],
    ['any of nothing', { any: [] }, false, false],
  ])('%s', (_, condition, whole, cut) => {
    expect(meetsCondition(condition, WHOLE)).toBe(whole);
    expect(meetsCondition(condition, CUT)).toBe(cut);
  });
});

test('a cut event that goes on behind the place of a field does not have it', () => {
  const condition: Condition = { field: 'impersonatedUser.username', is: 'eve' };
  expect(meetsCondition(condition, entry('{"user":{"username":"ada"},"sourceIPs":["10.0.0.7"],"userAgent":"k'))).toBe(
    false,
  );
  expect(
    meetsCondition(condition, entry('{"user":{"username":"ada"},"impersonatedUser":{"username":"e')),
  ).toBeUndefined();
  expect(meetsCondition(condition, entry('{"impersonatedUser":{"username":"eve"},"sourceIPs":["10.0'))).toBe(true);
});

test('whatever is said of a cut event is true of the whole one', () => {
  const key = fc.constantFrom('verb', 'user', 'impersonatedUser', 'username', 'extra');
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom('a', 'b', 7, null),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(key, tie('value'), { maxKeys: 3 }),
    ),
  }));
  const field = fc
    .array(fc.oneof(key, fc.constantFrom('0', '1')), { minLength: 1, maxLength: 3 })
    .map((keys) => keys.join('.'));
  const condition = fc.oneof(
    fc.record({ field, is: fc.constantFrom('a', 7) }),
    fc.record({ field, has: fc.constantFrom('', 'a') }),
  );
  fc.assert(
    fc.property(fc.dictionary(key, value), condition, fc.nat(), (event, where, length) => {
      const text = JSON.stringify(event);
      const verdict = meetsCondition(where, { ...entry(text.slice(0, length % text.length)), cut: true });
      if (verdict !== undefined) expect(verdict).toBe(meetsCondition(where, entry(text)));
    }),
    { numRuns: 2_000 },
  );
});

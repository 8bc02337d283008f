import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decisionOf } from '../../functions/contract/decision-input.ts';
import { PlaybookInputError } from '../../functions/contract/errors.ts';

const WHO = { reason: 'because', by: 'alice' };

describe('what a person types is taken', () => {
  test.each([
    [{ decision: 'approve', question: 'q-1', planHash: 'ABCDEF012345', ...WHO }, { planHash: 'abcdef012345' }],
    [{ decision: 'approve', findingId: 'nsf-1', planHash: 'a'.repeat(64), ...WHO }, {}],
    [{ decision: 'refuse', question: 'q-1', ...WHO }, {}],
    [{ decision: 'legitimate', findingId: 'nsf-1', ...WHO }, {}],
    [{ decision: 'legitimate', findingId: 'nsf-1', cluster: 'prod', ...WHO }, { cluster: { name: 'prod' } }],
    [{ decision: 'legitimate', findingId: 'nsf-1', cluster: { name: 'prod', account: '111122223333' }, ...WHO }, {}],
    [{ decision: 'legitimate', question: 'q-1', namePattern: 'team-*', reason: 'ä "so"\u202e', by: '  bob' }, {}],
  ])('%j', (input, changes) => {
    expect(decisionOf(input)).toEqual({ ...input, ...changes });
  });
});

describe('what is wrong is said, with what to do', () => {
  test.each<[unknown, ...string[]]>([
    [undefined, 'the whole must be an object, as {"findingId"'],
    ['approve', 'the whole must be an object, as {"findingId"'],
    [[], 'the whole must be an object, as {"findingId"'],
    [
      {},
      'decision must be',
      'reason must say why',
      'by must say who decides',
      'neither a "question" nor a "findingId"',
    ],
    [{ decision: 'approve', question: 'q', ...WHO }, 'an approval names the plan that it approves: "planHash"'],
    [{ decision: 'approve', question: 'q', planHash: 'abc', ...WHO }, 'planHash must be the hash of the plan'],
    [{ decision: 'approve', question: 'q', planHash: 'x'.repeat(64), ...WHO }, 'planHash must be the hash'],
    [{ decision: 'approve', question: 'q', planHash: 'a'.repeat(65), ...WHO }, 'planHash must be the hash'],
    [{ decision: 'refuse', question: 'q', findingId: 'f', ...WHO }, 'names both a "question" and a "findingId"'],
    [{ decision: 'refuse', question: '../q', ...WHO }, 'question must be the id of the question'],
    [{ decision: 'refuse', question: 'q', cluster: 'prod', ...WHO }, '"cluster" belongs to "legitimate"'],
    [{ decision: 'refuse', question: 'q', namePattern: 'a', ...WHO }, '"namePattern" belongs to "legitimate"'],
    [{ decision: 'legitimate', findingId: 'f', planHash: 'a'.repeat(12), ...WHO }, '"planHash" belongs to "approve"'],
    [{ decision: 'legitimate', findingId: 'a b', ...WHO }, 'findingId must be the id of the finding'],
    [{ decision: 'legitimate', findingId: 'f', cluster: {}, ...WHO }, 'cluster must be the name'],
    [
      { decision: 'refuse', question: 'q', reason: '  ', by: 'x'.repeat(1_001) },
      'reason must say',
      'by must be at most',
    ],
    [{ decision: 'yes', question: 'q', ...WHO }, 'decision must be "approve", "refuse" or "legitimate"'],
    [{ decision: 'refuse', question: 'q', decidedby: 'x', ...WHO }, 'unknown fields: decidedby'],
  ])('%j', (input, ...messages) => {
    for (const message of messages) {
      expect(() => decisionOf(input)).toThrow(PlaybookInputError);
      expect(() => decisionOf(input)).toThrow(message);
    }
  });
});

test('whatever is typed, it is taken or said to be wrong', () => {
  const value = fc.oneof(fc.constantFrom('approve', 'legitimate', 'q-1', 'ab'.repeat(8)), fc.jsonValue());
  const fields = [
    'decision',
    'question',
    'findingId',
    'planHash',
    'cluster',
    'namePattern',
    'reason',
    'by',
    '__proto__',
  ];
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom(...fields), value)), (input) => {
      try {
        const { decision, question, findingId, planHash } = decisionOf(input);
        expect((question === undefined) !== (findingId === undefined)).toBe(true);
        expect(decision === 'approve' ? /^[0-9a-f]{12,64}$/.test(planHash ?? '') : true).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(PlaybookInputError);
      }
    }),
    { numRuns: 500 },
  );
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Proposal } from '../../functions/contract/containment.ts';
import { fitFollowUp, followUpOf, MAX_FOLLOW_UP_BYTES } from '../../functions/contract/fit-follow-up.ts';
import { type FollowUp, followUpSchema } from '../../functions/contract/follow-up.ts';
import { read } from '../../functions/contract/read.ts';
import { jsonBytes } from '../../functions/contract/sizes.ts';
import { anyText } from '../any-text.ts';
import { someQuestion } from '../clients/containment-register.contract.ts';

const { question } = someQuestion();
type About = Parameters<typeof followUpOf>[0];
const some = (changes: Partial<About> = {}): FollowUp =>
  followUpOf({
    findingId: 'nsf-1',
    messageId: 'one',
    playbook: 'contain',
    target: question.target,
    execution: question.execution,
    startedAt: question.askedAt,
    at: question.askedAt,
    outcome: 'contained',
    summary: 'Isolated.',
    ...changes,
  });
const patch = (index: number, bytes: number): Proposal => ({
  text: `Give ${index} its label back.`,
  commands: [
    ['kubectl', 'patch', 'deployment', `d-${index}`, '-n', 'evil', `--patch=${'{"op":"add"}'.repeat(bytes / 12)}`],
  ],
});
const long = '\u0007"x'.repeat(30_000);

test('what fits stays as it is, under the id of its finding or of its namespace', () => {
  expect(some({ question, cut: ['something'] })).toEqual({
    schemaVersion: 1,
    id: 'nsf-1',
    messageId: 'one',
    playbook: 'contain',
    target: question.target,
    execution: question.execution,
    startedAt: question.askedAt,
    at: question.askedAt,
    outcome: 'contained',
    summary: 'Isolated.',
    steps: [],
    proofs: [],
    open: [],
    proposals: [],
    question,
    cut: ['something'],
  });
  expect(some({ findingId: undefined }).id).toBe(`containment-${question.target.uid}`);
});

describe('a proposal is there whole or not at all', () => {
  test.each([MAX_FOLLOW_UP_BYTES, 60_000, 8_000])('200 patches of 1.3 KB in %d bytes', (maxBytes) => {
    const proposals = Array.from({ length: 200 }, (_, index) => patch(index, 1_300));
    const fitted = fitFollowUp({ ...some(), proposals }, maxBytes);
    expect(jsonBytes(fitted)).toBeLessThanOrEqual(maxBytes);
    expect(fitted.proposals).toEqual(proposals.slice(0, fitted.proposals.length));
    // Nothing else wants the room.
    expect(jsonBytes(fitted.proposals)).toBeGreaterThan(0.6 * maxBytes);
    expect(fitted.cut).toEqual([`proposals (${200 - fitted.proposals.length} of 200)`]);
  });

  test('one that is too large makes room for those after it', () => {
    const proposals = [patch(0, 200_004), patch(1, 1_200), patch(2, 200_004), patch(3, 1_200)];
    const { proposals: kept, cut } = some({ proposals });
    expect(kept).toEqual([proposals[1], proposals[3]]);
    expect(cut).toEqual(['proposals (2 of 4)']);
  });

  test('they keep their share however long the rest is', () => {
    const proposals = Array.from({ length: 200 }, (_, index) => patch(index, 1_300));
    const fitted = some({ proposals, summary: long, open: Array.from({ length: 3_000 }, () => long.slice(0, 900)) });
    expect(jsonBytes(fitted)).toBeLessThanOrEqual(MAX_FOLLOW_UP_BYTES);
    expect(fitted.proposals).toEqual(proposals.slice(0, fitted.proposals.length));
    expect(fitted.proposals.length).toBeGreaterThan(20);
    expect(fitted.open.length).toBeGreaterThan(30);
  });
});

test('what a person must decide on stays whole', () => {
  const fitted = some({
    summary: long,
    open: Array.from({ length: 3_000 }, () => long.slice(0, 900)),
    question,
    decision: { decision: 'refuse', reason: long, decidedBy: long },
    steps: [{ step: 'Isolate network', status: 'partly', summary: long }],
    proofs: [{ id: 'pods-refused', claim: long, verdict: 'not-proven', how: long, decisive: true }],
    cut: ['before'],
  });
  expect(jsonBytes(fitted)).toBeLessThanOrEqual(MAX_FOLLOW_UP_BYTES);
  expect(fitted).toMatchObject({ id: 'nsf-1', messageId: 'one', target: question.target, question });
  expect(fitted.proofs).toMatchObject([{ id: 'pods-refused', verdict: 'not-proven', decisive: true }]);
  expect(fitted.steps).toMatchObject([{ step: 'Isolate network', status: 'partly' }]);
  expect(fitted.decision).toMatchObject({ decision: 'refuse' });
  expect(fitted.cut?.[0]).toBe('before');
});

test('no follow-up, however made, is longer than may be, nor loses a part of a command, nor cannot be read', () => {
  const text = fc.oneof(anyText(), fc.constantFrom('\u0000'.repeat(40_000), 'ä'.repeat(70_000)));
  const anything = fc.record({
    summary: text,
    open: fc.array(text, { maxLength: 40 }),
    cut: fc.array(text, { maxLength: 60 }),
    proposals: fc.array(fc.record({ text, commands: fc.array(fc.array(text, { maxLength: 3 }), { maxLength: 3 }) })),
  });
  fc.assert(
    fc.property(anything, fc.constantFrom(1_024, 10_000, MAX_FOLLOW_UP_BYTES), (changes, maxBytes) => {
      const whole = { ...some(), ...changes };
      const fitted = fitFollowUp(whole, maxBytes);
      expect(jsonBytes(fitted)).toBeLessThanOrEqual(maxBytes);
      for (const proposal of fitted.proposals) expect(whole.proposals).toContainEqual(proposal);
      expect(fitted === whole).toBe(jsonBytes(whole) <= maxBytes);
      expect(read(followUpSchema, JSON.parse(JSON.stringify(fitted)), 'follow-up').proposals).toEqual(fitted.proposals);
    }),
    { numRuns: 60 },
  );
});

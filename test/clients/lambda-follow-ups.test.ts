import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { LambdaFollowUps } from '../../functions/clients/send/lambda-follow-ups.ts';
import type { Proposal } from '../../functions/contract/containment.ts';
import { type FollowUp, MAX_FOLLOW_UP_BYTES } from '../../functions/contract/follow-up.ts';
import { jsonBytes } from '../../functions/contract/sizes.ts';
import { someQuestion } from './containment-register.contract.ts';

const lambda = mockClient(LambdaClient);
const followUps = new LambdaFollowUps(new LambdaClient({ region: 'eu-central-1' }), 'alert');
beforeEach(() => {
  lambda.reset();
  lambda.on(InvokeCommand).resolves({ StatusCode: 202 });
});

const { question } = someQuestion();
const someFollowUp = (changes: Partial<FollowUp> = {}): FollowUp => ({
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
  ...changes,
});
const told = async (followUp: FollowUp): Promise<FollowUp> => {
  await followUps.tell(followUp);
  const { Payload } = lambda.commandCalls(InvokeCommand).at(-1)?.args[0].input ?? {};
  return (JSON.parse(String(Payload)) as { followUp: FollowUp }).followUp;
};

test('alert is invoked without waiting for it, and what fits stays as it is', async () => {
  const followUp = someFollowUp({ question, cut: ['something'] });
  await expect(told(followUp)).resolves.toEqual(followUp);
  expect(lambda.commandCalls(InvokeCommand)[0]?.args[0].input).toMatchObject({
    FunctionName: 'alert',
    InvocationType: 'Event',
  });
});

test('an invocation that is refused is an error', async () => {
  lambda.on(InvokeCommand).rejects(new Error('TooManyRequestsException'));
  await expect(followUps.tell(someFollowUp())).rejects.toThrow('TooManyRequests');
});

test('what is too long is cut and says so; what an answer needs, and every command that is left, stay whole', async () => {
  const long = '\u0007"x'.repeat(30_000);
  const proposal = (index: number): Proposal => ({
    text: long,
    commands: [['kubectl', 'delete', 'clusterrolebinding', `evil-${index}`, '--dry-run=server']],
  });
  const followUp = someFollowUp({
    summary: long,
    open: Array.from({ length: 3_000 }, () => long.slice(0, 900)),
    question,
    cut: ['before'],
    proposals: [{ ...proposal(0), text: 'short' }, { ...proposal(1), text: 'short' }, ...[2, 3].map(proposal)],
    proofs: [{ id: 'pods-refused', claim: long, verdict: 'proven', how: long, decisive: true }],
  });
  const cut = await told(followUp);
  expect(jsonBytes(cut)).toBeLessThanOrEqual(MAX_FOLLOW_UP_BYTES);
  const { plan: _, ...needed } = question;
  expect(cut).toMatchObject({ id: 'nsf-1', messageId: 'one', target: question.target, question: needed });
  expect(cut.proofs).toMatchObject([{ id: 'pods-refused', verdict: 'proven' }]);
  expect(cut.proposals).toEqual(followUp.proposals.slice(0, 2));
  expect(cut.cut?.slice(0, 2)).toEqual(['before', 'proposals (2 of 4)']);
});

test('no follow-up, however made, is longer than may be', async () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\u0000'.repeat(40_000), 'ä'.repeat(70_000)));
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        summary: text,
        open: fc.array(text, { maxLength: 40 }),
        proposals: fc.array(
          fc.record({ text, commands: fc.array(fc.array(text, { maxLength: 3 }), { maxLength: 3 }) }),
        ),
      }),
      async (changes) => {
        const followUp = someFollowUp(changes);
        const cut = await told(followUp);
        expect(jsonBytes(cut)).toBeLessThanOrEqual(MAX_FOLLOW_UP_BYTES);
        for (const [index, { commands }] of cut.proposals.entries())
          expect(commands).toEqual(followUp.proposals[index]?.commands);
        expect(cut.cut === undefined).toBe(jsonBytes(followUp) <= MAX_FOLLOW_UP_BYTES);
      },
    ),
    { numRuns: 25 },
  );
});

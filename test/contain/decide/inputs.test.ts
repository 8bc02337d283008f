/** What a person types to start *decide*, on the definition that is deployed. */
import { describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { type End, runPlaybook } from '../../../bin/local/playbook.ts';
import { DECIDE_FUNCTION_STEPS } from '../../../functions/contain/decide/index.ts';
import { runDecide } from '../../../functions/contain/decide/run-decide.ts';
import { handlerOf } from '../../../functions/contain/lambda/handler.ts';
import { decideMachine } from '../../../functions/contain/machines/decide.ts';
import { NOW, settings, world } from './world.ts';

const ID = `nsf-47514e8a4998${'0'.repeat(20)}`;
const SHORT = ID.slice(0, 16);
const PLAN = `9f86d081884c${'7'.repeat(52)}`;
const WHO = { reason: 'an intruder', by: 'alice' };
const LAMBDA = { functionName: 'decide', awsRequestId: 'one' } as Context;
const DEFINITION = decideMachine('arn:aws:lambda:eu-central-1:111122223333:function:decide');

/** A finding that was alerted, with a question about it that waits; and another finding that begins alike, where there is one. */
async function waiting(alike?: string) {
  const on = world();
  const finding = await on.alerted({ id: ID });
  if (alike !== undefined) await on.alerted({ id: alike });
  await on.asked(finding, { planHash: PLAN });
  const handler = handlerOf('decide', DECIDE_FUNCTION_STEPS, (step, payload) =>
    runDecide(step, payload, on.clients, settings, () => NOW),
  );
  const tasks = Object.entries(DEFINITION.States).filter(([, { Type }]) => Type === 'Task');
  const handlers = Object.fromEntries(tasks.map(([name]) => [name, (event: unknown) => handler(event, LAMBDA)]));
  let executions = 0;
  const decide = (input: unknown): Promise<End> => {
    const name = `run-${++executions}`;
    return runPlaybook(DEFINITION, { name, id: `local:${name}`, input }, { handlers });
  };
  return { ...on, start: decide };
}

describe('is taken', () => {
  test.each<[string, object, object]>([
    ['an approval by the digits of subject and message', { decision: 'approve', planHash: PLAN.slice(0, 12) }, {}],
    ['an approval by the whole hash', { decision: 'approve', planHash: PLAN }, {}],
    ['an approval of a plan in capitals', { decision: 'approve', planHash: PLAN.slice(0, 20).toUpperCase() }, {}],
    ['a refusal', { decision: 'refuse' }, {}],
    ['a refusal that names the plan', { decision: 'refuse', planHash: PLAN.slice(0, 12) }, {}],
    ['by the whole id', { decision: 'refuse' }, { findingId: ID }],
  ])('%s', async (_, decision, other) => {
    const { start, answers } = await waiting();
    expect(await start({ findingId: SHORT, ...decision, ...WHO, ...other })).toMatchObject({ state: 'Decided' });
    expect(answers).toMatchObject([{ decision: Object(decision).decision, planHash: PLAN, reason: 'an intruder' }]);
  });

  test('that a finding was legitimate', async () => {
    const { start, table } = await waiting();
    expect(await start({ findingId: SHORT, decision: 'legitimate', ...WHO })).toMatchObject({ state: 'Decided' });
    expect(await table.read(ID)).toMatchObject({ closed: { decidedBy: 'alice' } });
  });
});

describe('is refused, and nothing is decided', () => {
  const approve = { findingId: SHORT, decision: 'approve', planHash: PLAN.slice(0, 12), ...WHO };
  const legitimate = { findingId: SHORT, decision: 'legitimate', ...WHO };
  test.each<[string, object, RegExp]>([
    ['the hash of another plan', { ...approve, planHash: '9f86d081884d' }, /another plan than 9f86d081884d/],
    ['a hash that goes on otherwise', { ...approve, planHash: `${PLAN.slice(0, 12)}0` }, /another plan/],
    ['eleven digits', { ...approve, planHash: PLAN.slice(0, 11) }, /or its first 12 digits/],
    ['more digits than a hash has', { ...approve, planHash: `${PLAN}0` }, /must be the hash of the plan/],
    ['a pattern for a hash', { ...approve, planHash: '.{12}' }, /must be the hash of the plan/],
    ['an approval without a hash', { ...approve, planHash: undefined }, /names the plan that it approves/],
    ['an unknown finding', { ...approve, findingId: 'nsf-ffffffffffff' }, /no question nsf-ffffffffffff/],
    ['an unknown finding to close', { ...legitimate, findingId: 'nsf-ffffffffffff' }, /not known here/],
    ['too few digits', { ...legitimate, findingId: 'nsf-47514e' }, /not known here/],
    [
      'hostile text for a finding',
      { ...legitimate, findingId: '$(reboot)' },
      /findingId must be the id of the finding/,
    ],
    ['the reason left as it was printed', { ...legitimate, reason: 'WHY' }, /"WHY" only holds the place/],
    ['the name left as it was printed', { ...approve, by: '<who>' }, /"WHO" only holds the place/],
    [
      'both left as they were printed',
      { ...legitimate, reason: 'WHY', by: 'WHO' },
      /reason must say why.*by must say who/,
    ],
  ])('%s', async (_, input, cause) => {
    const { start, answers, table } = await waiting();
    expect(await start(input)).toMatchObject({ error: 'refused', cause: expect.stringMatching(cause) });
    expect(answers).toEqual([]);
    expect(await table.read(ID)).not.toHaveProperty('closed');
  });

  test.each(['approve', 'refuse', 'legitimate'])('digits with which several findings begin: %s', async (decision) => {
    const { start, answers } = await waiting(`${ID.slice(0, 20)}${'f'.repeat(16)}`);
    const plan = decision === 'approve' ? { planHash: PLAN } : {};
    expect(await start({ findingId: SHORT, decision, ...plan, ...WHO })).toMatchObject({
      error: 'refused',
      cause: expect.stringContaining('Give more digits of the id'),
    });
    expect(answers).toEqual([]);
    expect(await start({ findingId: ID.slice(0, 21), decision, ...plan, ...WHO })).toMatchObject({ state: 'Decided' });
  });

  test('a second answer, pasted again', async () => {
    const { start, answers } = await waiting();
    await start(approve);
    expect(await start(approve)).toMatchObject({
      error: 'refused',
      cause: expect.stringContaining('already answered'),
    });
    expect(answers).toHaveLength(1);
  });
});

import { describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { DECIDE_FUNCTION_STEPS } from '../../../functions/contain/decide/index.ts';
import { runDecide } from '../../../functions/contain/decide/run-decide.ts';
import { handlerOf } from '../../../functions/contain/lambda/handler.ts';
import { decideMachine } from '../../../functions/contain/machines/decide.ts';
import { NOW, RELEASE, world } from './world.ts';

const LAMBDA = { functionName: 'decide', awsRequestId: 'one' } as Context;

describe('the function of decide', () => {
  const settings = { release: { byDefault: RELEASE, clusters: {} } };
  const event = (step: string, input: unknown) => ({
    step,
    execution: 'arn:execution',
    name: 'one',
    startedAt: 'then',
    input,
    state: {},
  });
  const handler = (clients: ReturnType<typeof world>['clients']) =>
    handlerOf('decide', DECIDE_FUNCTION_STEPS, (step, payload) =>
      runDecide(step, payload, clients, settings, () => NOW),
    );

  test('answers what the state machine asks for', async () => {
    const { clients, asked } = world();
    const { question } = await asked();
    const input = { decision: 'refuse', question: question.id, reason: 'r', by: 'b' };
    await expect(handler(clients)(event('checkDecision', input), LAMBDA)).resolves.toEqual({
      step: 'checkDecision',
      status: 'done',
      decision: 'refuse',
      actions: 0,
      open: [],
      summary: `Question ${question.id} waits for its answer.`,
    });
  });
  test('wrong input is an InputError, which the state machine does not try again', async () => {
    const wrong = handler(world().clients)(event('checkDecision', { decision: 'maybe' }), LAMBDA);
    await expect(wrong).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining('decision must'),
    });
  });
  test('knows no step of another playbook', async () => {
    await expect(handler(world().clients)(event('removeWorkloads', {}), LAMBDA)).rejects.toThrow(
      'the function decide has no step removeWorkloads',
    );
  });
});

test('every step that the state machine calls is there, and no other', () => {
  const states = Object.values(decideMachine('arn:aws:lambda:eu-central-1:111122223333:function:decide').States);
  const called = states.flatMap(({ Parameters }) => (Parameters as { step?: string } | undefined)?.step ?? []);
  expect(DECIDE_FUNCTION_STEPS.map(({ key }) => key).sort()).toEqual(called.sort());
});

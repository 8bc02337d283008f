import { expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { type End, runPlaybook } from '../../../bin/local/playbook.ts';
import { DECIDE_FUNCTION_STEPS } from '../../../functions/contain/decide/index.ts';
import { runDecide } from '../../../functions/contain/decide/run-decide.ts';
import { handlerOf } from '../../../functions/contain/lambda/handler.ts';
import { decideMachine } from '../../../functions/contain/machines/decide.ts';
import { NOW, settings, world } from './world.ts';

const LAMBDA = { functionName: 'decide', awsRequestId: 'one' } as Context;
const WHO = { reason: 'because', by: 'alice' };

/** The steps as the state machine calls them. */
test('one question, from wrong input to its answer, then a finding that is closed', async () => {
  const { clients, alerted, asked, answers, told } = world();
  const definition = decideMachine('arn:aws:lambda:eu-central-1:111122223333:function:decide');
  const handler = handlerOf('decide', DECIDE_FUNCTION_STEPS, (step, payload) =>
    runDecide(step, payload, clients, settings, () => NOW),
  );
  const tasks = Object.entries(definition.States).filter(([, { Type }]) => Type === 'Task');
  const handlers = Object.fromEntries(tasks.map(([name]) => [name, (event: unknown) => handler(event, LAMBDA)]));
  let executions = 0;
  const decide = (input: object): Promise<End> => {
    const name = `decide-${++executions}`;
    return runPlaybook(definition, { name, id: `local:${name}`, input }, { handlers });
  };

  const finding = await alerted();
  const { id: question, planHash } = (await asked(finding)).question;
  await expect(decide({ decision: 'maybe', question, ...WHO })).resolves.toMatchObject({
    state: 'Wrong input',
    error: 'refused',
    cause: expect.stringContaining('decision must be'),
  });
  await expect(decide({ decision: 'approve', question, planHash: 'cd'.repeat(6), ...WHO })).resolves.toMatchObject({
    state: 'Refused',
    error: 'refused',
    cause: expect.stringContaining('is about another plan'),
  });
  await expect(decide({ decision: 'approve', question, planHash, ...WHO })).resolves.toMatchObject({
    state: 'Decided',
    output: { outcome: 'decided', decision: 'approve' },
  });
  await expect(decide({ decision: 'refuse', question, ...WHO })).resolves.toMatchObject({
    state: 'Refused',
    cause: expect.stringContaining('already answered by'),
  });
  await expect(decide({ decision: 'legitimate', findingId: finding.id, ...WHO })).resolves.toMatchObject({
    state: 'Decided',
    output: { decision: 'legitimate', open: [expect.stringContaining('stop the execution')] },
  });
  expect(answers).toMatchObject([{ decision: 'approve', planHash }]);
  expect(told.map(({ outcome }) => outcome)).toEqual(['refused', 'decided', 'refused', 'decided']);
});

import { expect, test } from '@jest/globals';
import { askOnCall } from '../../functions/contain/steps/ask-on-call.ts';
import { MAX_FOLLOW_UP_BYTES } from '../../functions/contract/fit-follow-up.ts';
import { jsonBytes } from '../../functions/contract/sizes.ts';
import { inside, NOW, namespace, quarantined, Stage, UID } from './stage.ts';

const TOKEN = 'the-task-token';
const HOUR = 3_600_000;
const stage = (pods = 1) =>
  new Stage([quarantined(), ...Array.from({ length: pods }, (_, index) => inside('v1', 'Pod', `pod-${index}`))]);

test('a person is asked, with the plan and its hash; the token is in the register alone', async () => {
  const on = stage();
  const results = {
    snapshot: { step: 'snapshot', status: 'done', summary: 'Kept.' },
    cutIdentity: { Error: 'X', Cause: 'it broke' },
  };
  const result = await on.run(askOnCall, { mode: 'remove', taskToken: TOKEN, results });
  const [{ question, taskToken } = { question: undefined, taskToken: '' }] = on.questions;
  expect(taskToken).toBe(TOKEN);
  expect(question).toMatchObject({
    id: expect.stringMatching(/^[0-9a-f]{12}$/),
    askedAt: '2026-11-26T10:00:00.000Z',
    expiresAt: '2026-11-26T14:00:00.000Z',
    planHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    plan: [{ kind: 'Pod', name: 'pod-0', what: 'deleted: nothing owns it' }],
    planTotal: 1,
  });
  expect(on.leases.get(UID)).toEqual({ execution: 'execution:run-1', until: NOW + 5 * HOUR });
  expect(on.told).toEqual([
    expect.objectContaining({
      id: `containment-${UID}`,
      question,
      steps: [
        { step: 'Snapshot', status: 'done', summary: 'Kept.' },
        { step: 'Cut identity', status: 'failed', summary: 'It failed in all tries: it broke' },
      ],
    }),
  ]);
  expect(on.told[0]?.outcome).toBeUndefined();
  const everything = JSON.stringify([result, on.told, [...on.store.files.values()].map(String)]);
  expect(everything).not.toContain(TOKEN);
});

test('asked again, it is the same question and the same message', async () => {
  const on = stage();
  await on.run(askOnCall, { mode: 'remove', taskToken: 'a' });
  await on.run(askOnCall, { mode: 'remove', taskToken: 'b' });
  expect(new Set(on.questions.map(({ question }) => question.id)).size).toBe(1);
  expect(new Set(on.told.map(({ messageId }) => messageId)).size).toBe(1);
  on.cluster.add(inside('v1', 'Pod', 'late'));
  await on.run(askOnCall, { mode: 'remove', taskToken: 'c' });
  expect(new Set(on.questions.map(({ question }) => question.id)).size).toBe(1);
  expect(new Set(on.told.map(({ messageId }) => messageId)).size).toBe(2);
});

test('it throws where nobody can be asked: the state would wait in vain', async () => {
  await expect(stage().run(askOnCall, { mode: 'remove' })).rejects.toThrow('no task token');
  const leased = stage();
  leased.clients.register.lease = async () => ({ execution: 'arn:other', until: 1 });
  await expect(leased.run(askOnCall, { mode: 'remove', taskToken: TOKEN })).rejects.toThrow('arn:other');
  expect(leased.questions).toEqual([]);
  const gone = stage();
  gone.cluster.add({ ...namespace(), metadata: { ...namespace().metadata, uid: 'other' } });
  await expect(gone.run(askOnCall, { mode: 'remove', taskToken: TOKEN })).rejects.toThrow('another namespace');
});

test('a plan of any size is kept whole, and told as far as it fits', async () => {
  const on = stage(500);
  await on.run(askOnCall, { mode: 'remove', taskToken: TOKEN });
  expect(on.questions[0]?.question).toMatchObject({ planTotal: 500 });
  expect(on.questions[0]?.question.plan).toHaveLength(60);
  const [, file] = [...on.store.files].find(([key]) => key.endsWith('removal-plan.json')) ?? [];
  expect(JSON.parse(String(file))).toHaveLength(500);
  expect(jsonBytes(on.told[0])).toBeLessThanOrEqual(MAX_FOLLOW_UP_BYTES);
});

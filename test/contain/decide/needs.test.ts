/** What the steps of *decide* say that they need is what they call; that they call nothing else is seen in every test of them. */
import { beforeAll, expect, test } from '@jest/globals';
import { DECIDE_FUNCTION_STEPS } from '../../../functions/contain/decide/index.ts';
import type { StepKey } from '../../../functions/contract/playbook-steps.ts';
import type { Recorder } from '../recorder.ts';
import { world } from './world.ts';

const BY = { reason: 'planned work', by: 'alice' };
const used = new Map<StepKey, Recorder>();

beforeAll(async () => {
  const ways = ['approve', 'refuse', 'legitimate'] as const;
  const ends = [false, true];
  for (const decision of ways)
    for (const lost of ends) {
      const on = world();
      const finding = await on.alerted();
      const { question } = await on.asked(finding);
      // The answer was sent before, and its receipt was lost; or it cannot be sent now.
      on.clients.playbooks.ended = async () => false;
      if (lost) on.waiting.clear();
      const plan = decision === 'approve' ? { planHash: question.planHash } : {};
      await on.decide({ decision, question: question.id, ...plan, ...BY });
      for (const [step, recorder] of on.used) used.set(step, recorder.with(used.get(step)));
    }
  const on = world();
  const id = `nsf-${'a'.repeat(32)}`;
  await on.asked(await on.alerted({ id }));
  on.clients.playbooks.answer = async () => {
    throw new Error('Throttled');
  };
  await on.decide({ decision: 'refuse', findingId: id.slice(0, 16), ...BY });
  await on.decide({ decision: 'legitimate', findingId: id.slice(0, 16), ...BY });
  for (const [step, recorder] of on.used) used.set(step, recorder.with(used.get(step)));
});

test.each(DECIDE_FUNCTION_STEPS)('$key calls all that it needs', ({ key, needs }) => {
  const { actions } = used.get(key) as Recorder;
  expect(needs.aws.filter((action) => !actions.has(action))).toEqual([]);
});

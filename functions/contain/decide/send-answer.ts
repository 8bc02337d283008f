import type { StoredQuestion } from '../../clients/table/containment-register.ts';
import type { PlanAnswer } from '../../contract/follow-up.ts';
import type { Needs } from '../framework/needs.ts';
import { isOver } from './obstacle.ts';
import type { DecideContext } from './step.ts';

/**
 * - `sent`: the execution that waits has it.
 * - `late`: another answer was first.
 * - `gone`: nobody waits any more.
 */
export type SentAnswer = 'sent' | 'late' | 'gone';

/** For {@link sendAnswer}. */
export const ANSWER_NEEDS = {
  aws: ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'states:SendTaskSuccess', 'states:DescribeExecution'],
} as const satisfies Needs;

/**
 * Takes the right to answer, then answers. May be repeated: the right stays ours until the question is asked again, or
 * the last step gives it back.
 *
 * @param kept as it was judged: the token is that of the plan that was approved, also where it was asked again
 * meanwhile
 * @throws where it could not be sent
 */
export async function sendAnswer(
  { question, taskToken }: StoredQuestion,
  decision: PlanAnswer['decision'],
  context: DecideContext,
): Promise<SentAnswer> {
  const { input, execution, clients, now } = context;
  const { register, playbooks } = clients;
  if (!(await register.answer(question.id, execution))) return 'late';
  const { planHash } = question;
  const decidedAt = new Date(now()).toISOString();
  const answer: PlanAnswer = { decision, planHash, reason: input.reason, decidedBy: input.by, decidedAt };
  if (await playbooks.answer(taskToken, answer)) return 'sent';
  // Only we may answer. If it runs on, and the same question is neither over nor asked again, an earlier try has arrived
  // whose answer was lost.
  const current = await register.question(question.id);
  const same = current?.taskToken === taskToken && !isOver(current, now());
  if (same && (await playbooks.ended(question.execution)) === false) return 'sent';
  await register.reopen(question.id, execution);
  return 'gone';
}

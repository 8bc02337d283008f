import { userInfo } from 'node:os';
import type { PlanAnswer, Question } from '../../../functions/contract/follow-up.ts';
import { UnansweredError } from '../../local/tasks.ts';
import { harmlessInTerminal } from '../harmless.ts';
import type { Task } from '../task.ts';

/** @returns whether a person has typed `yes` */
export const confirm = async (task: Task, prompt: string): Promise<boolean> =>
  (await task.ask(`${prompt} Type "yes" to go on: `)) === 'yes';

/** Shows what would be stopped. */
function planLines({ plan, planTotal, planHash }: Question): string[] {
  const lines = plan.map(({ kind, name, what }) => `  ${kind} ${name}: ${what}`);
  const left = planTotal - plan.length;
  return [
    `This would be stopped or deleted (${planTotal} in all; volumes are kept):`,
    ...lines,
    ...(left > 0 ? [`  and ${left} more: see removal-plan.json of this run`] : []),
    `Plan ${planHash}`,
  ];
}

/**
 * Asks at the terminal whether what runs may be removed.
 *
 * @param yes approve without asking; the plan is shown all the same
 * @throws {UnansweredError} when nothing is typed until the question expires
 */
export async function askAtTerminal(question: Question, task: Task, yes: boolean): Promise<PlanAnswer> {
  for (const line of planLines(question)) task.note(harmlessInTerminal(line));
  const answer = (decision: PlanAnswer['decision'], reason: string): PlanAnswer => ({
    decision,
    planHash: question.planHash,
    reason,
    decidedBy: userInfo().username,
    decidedAt: new Date().toISOString(),
  });
  if (yes) return answer('approve', 'approved beforehand, by --yes');
  const signal = AbortSignal.timeout(Math.max(1, Date.parse(question.expiresAt) - Date.now()));
  const line = await task.ask('Type "yes" to stop all of this; anything else leaves it isolated: ', signal);
  if (line === undefined) throw new UnansweredError('Nobody has answered the question at the terminal.');
  return line === 'yes' ? answer('approve', 'approved at the terminal') : answer('refuse', 'refused at the terminal');
}

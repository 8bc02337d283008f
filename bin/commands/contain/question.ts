import { userInfo } from 'node:os';
import { createInterface } from 'node:readline';
import type { Answer, Question } from '../../../functions/contract/follow-up.ts';
import { Unanswered } from '../../local/tasks.ts';
import { harmless } from '../harmless.ts';
import type { Io } from '../io.ts';

/** The next line of standard input; undefined at its end, or when the signal aborts. */
async function lineFrom(io: Io, prompt: string, signal?: AbortSignal): Promise<string | undefined> {
  io.stderr.write(prompt);
  // No terminal of its own, so that Ctrl-C stays a signal to the process.
  const lines = createInterface({ input: io.stdin, terminal: false, ...(signal && { signal }) });
  try {
    for await (const line of lines) return line.trim();
    return undefined;
  } finally {
    lines.close();
  }
}

/** @returns whether a person has typed `yes` */
export const confirmed = async (io: Io, prompt: string): Promise<boolean> =>
  (await lineFrom(io, `${prompt} Type "yes" to go on: `)) === 'yes';

/** Whether somebody can be asked. */
export const isTerminal = ({ stdin }: Io): boolean => stdin.isTTY === true;

/** Shows what would be stopped. */
function planText({ plan, planTotal, planHash }: Question): string {
  const lines = plan.map(({ kind, name, what }) => `  ${kind} ${name}: ${what}`);
  const left = planTotal - plan.length;
  return harmlessLines([
    `This would be stopped or deleted (${planTotal} in all; volumes are kept):`,
    ...lines,
    ...(left > 0 ? [`  and ${left} more: see removal-plan.json of this run`] : []),
    `Plan ${planHash}`,
  ]);
}

/**
 * Asks at the terminal whether what runs may be removed.
 *
 * @param yes approve without asking; the plan is shown all the same
 * @throws {Unanswered} when nothing is typed until the question expires
 */
export async function askAtTerminal(question: Question, io: Io, yes: boolean): Promise<Answer> {
  io.stderr.write(planText(question));
  const answer = (decision: Answer['decision'], reason: string): Answer => ({
    ...{ decision, planHash: question.planHash, reason },
    ...{ decidedBy: userInfo().username, decidedAt: new Date().toISOString() },
  });
  if (yes) return answer('approve', 'approved beforehand, by --yes');
  const signal = AbortSignal.timeout(Math.max(1, Date.parse(question.expiresAt) - Date.now()));
  const line = await lineFrom(io, 'Type "yes" to stop all of this; anything else leaves it isolated: ', signal);
  if (line === undefined) throw new Unanswered('Nobody has answered the question at the terminal.');
  return line === 'yes' ? answer('approve', 'approved at the terminal') : answer('refuse', 'refused at the terminal');
}

const harmlessLines = (lines: readonly string[]): string => lines.map((line) => `${harmless(line)}\n`).join('');

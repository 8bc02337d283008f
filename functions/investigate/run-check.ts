import { type Check, type CheckAnswer, type CheckContext, notChecked, type Source } from '../checks/check.ts';
import { failureBrief, failureReason } from '../checks/parts/failure.ts';
import { noteLimit, notingLimits } from '../checks/parts/limits.ts';
import { namespaceOf } from '../checks/parts/target.ts';
import type { Finding } from '../contract/finding.ts';
import type { Evidence } from '../contract/investigation.ts';
import { REFUSED_OUTCOMES } from '../contract/vocabulary.ts';
import { defined } from '../kit/defined.ts';
import { duration } from '../kit/phrase.ts';
import { readAnswer } from './answer.ts';

/**
 * Runs one check and always returns evidence: a check that throws, is denied, answers nonsense or takes longer than
 * its deadline or the budget is `not-checked` with the reason. One that ignores its signal is left behind.
 */
export async function runCheck(
  check: Check,
  context: Omit<CheckContext, 'signal'>,
  budgetMs: number,
): Promise<Evidence> {
  const startedAt = context.now();
  const { answer, limits } = await notingLimits(() => answerOf(check, context, budgetMs));
  return {
    check: check.name,
    question: check.question,
    ...sourceOf(check, context.finding),
    ...answer,
    ...defined({ limits: limits.length > 0 ? limits : undefined }),
    summary: answer.status === 'not-checked' ? `Not checked: ${answer.reason}` : answer.summary,
    tookMs: Math.max(0, context.now() - startedAt),
  };
}

function sourceOf(check: Check, finding: Finding): Source {
  try {
    return check.source?.(finding) ?? {};
  } catch {
    return {};
  }
}

async function answerOf(
  check: Check,
  context: Omit<CheckContext, 'signal'>,
  budgetMs: number,
): Promise<ReturnType<typeof readAnswer>> {
  const limitMs = Math.min(check.deadlineMs, budgetMs);
  const timeout = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    timeout.abort();
    late.reject(timeout.signal.reason);
  }, limitMs);
  try {
    // In a callback, so that what is thrown at once is treated as what is thrown later. The race takes note of both
    // promises, so that a rejection after the end is not an unhandled one.
    const run = Promise.resolve().then(() => asked(check, { ...context, signal: timeout.signal }));
    return readAnswer(await Promise.race([run, late.promise]));
  } catch (error) {
    if (!timeout.signal.aborted) return notChecked(failureReason(error), failureBrief(error));
    noteLimit('deadline');
    const limit = check.deadlineMs <= budgetMs ? 'this check' : 'the investigation';
    return notChecked(`no answer within ${duration(limitMs)}, the time limit of ${limit}`);
  } finally {
    clearTimeout(timer);
  }
}

async function asked(check: Check, context: CheckContext): Promise<CheckAnswer> {
  if (!(await isAboutNothing(check, context))) return check.run(context);
  const completeUntil = new Date(context.now()).toISOString();
  return { status: 'clear', summary: 'No namespace was created.', completeUntil };
}

/** Of a refused request there is no namespace, unless the record names one that another request made. */
async function isAboutNothing({ about }: Check, { finding, liveNamespace }: CheckContext): Promise<boolean> {
  if (about === undefined || !REFUSED_OUTCOMES.includes(finding.outcome)) return false;
  if ('reason' in namespaceOf(finding)) return true;
  if (about === 'namespace') return false;
  const live = await liveNamespace().catch(() => undefined);
  return live?.live === 'absent';
}

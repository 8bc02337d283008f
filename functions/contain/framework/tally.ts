import type { StepStatus } from '../../contract/containment.ts';
import { counted } from '../../kit/words.ts';
import type { Actuator } from './actuator.ts';

/**
 * How a step that writes came out, by its actions: a sentence never claims what was refused.
 *
 * @param words what is so when all has worked, and what a plan would do; each a sentence
 */
export function tally(
  { actions, dryRun }: Pick<Actuator, 'actions' | 'dryRun'>,
  words: { done: string; planned: string },
): { status: StepStatus; summary: string } {
  const failed = actions.filter(({ outcome }) => outcome === 'failed').length;
  if (failed === 0) return { status: 'done', summary: dryRun ? words.planned : words.done };
  const status = failed === actions.length ? 'failed' : 'partly';
  return {
    status,
    summary: `${failed} of ${counted(actions.length, 'change')} ${dryRun ? 'would be' : 'were'} refused.`,
  };
}

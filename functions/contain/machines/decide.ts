/** The playbook *decide*: takes a person's answer to a question, or their word that a finding was legitimate. */
import { DECIDE_STEPS } from '../../contract/containment.ts';
import {
  choice,
  type Definition,
  ending,
  fail,
  firstTask,
  hasWorked,
  isPresentAnd,
  succeed,
  task,
  WRONG_INPUT,
  wrongInput,
} from './states.ts';

const T = DECIDE_STEPS;

/** @param decide ARN of the function @returns the definition in Amazon States Language */
export function decideMachine(decide: string): Definition {
  const options = { functionArn: decide, next: T.report };
  return {
    Comment: 'Takes a decision about a finding or an open question, and the reason for it.',
    StartAt: T.checkDecision,
    TimeoutSeconds: 3600,
    States: {
      [T.checkDecision]: firstTask('checkDecision', {
        ...options,
        comment: 'Reads the input; is there such a question or finding, and does the approval name its plan?',
        next: 'May it be decided?',
        onFailure: T.report,
      }),
      [WRONG_INPUT]: wrongInput,
      'May it be decided?': choice(
        'Nothing waits for it, or it approves another plan than the one that was asked about.',
        T.report,
        [
          {
            And: [
              hasWorked('checkDecision'),
              isPresentAnd('$.steps.checkDecision.decision', { StringEquals: 'legitimate' }),
            ],
            Next: T.closeFinding,
          },
          { ...hasWorked('checkDecision'), Next: T.answerQuestion },
        ],
      ),
      [T.answerQuestion]: task('answerQuestion', {
        ...options,
        comment: 'Sends the answer to the execution that waits.',
      }),
      [T.closeFinding]: task('closeFinding', {
        ...options,
        comment: 'Closes the finding, teaches the baseline as far as it may be taught, and offers release.',
      }),
      ...ending(task('report', { ...options, comment: 'Tells on-call what was decided.', attempts: 4 }), {
        Decided: ['decided', succeed('The decision was taken.')],
        Refused: ['refused', fail('refused', 'Nothing was decided: the cause says why.')],
      }),
    },
  };
}

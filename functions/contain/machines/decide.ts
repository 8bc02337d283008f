/** The playbook *decide*: takes a person's answer to a question, or their word that a finding was legitimate. */
import { DECIDE_TABLE, DECIDE_STEPS as STATES } from '../../contract/playbook-steps.ts';
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

/** @param decide ARN of the function @returns the definition in Amazon States Language */
export function decideMachine(decide: string): Definition {
  const options = { functionArn: decide, next: STATES.report };
  return {
    Comment: 'Takes a decision about a finding or an open question, and the reason for it.',
    StartAt: STATES.checkDecision,
    TimeoutSeconds: 3600,
    States: {
      [STATES.checkDecision]: firstTask('checkDecision', {
        ...options,
        comment: DECIDE_TABLE.checkDecision.does,
        next: 'May it be decided?',
        onFailure: STATES.report,
      }),
      [WRONG_INPUT]: wrongInput,
      'May it be decided?': choice(
        'Nothing waits for it, or it approves another plan than the one that was asked about.',
        STATES.report,
        [
          {
            And: [
              hasWorked('checkDecision'),
              isPresentAnd('$.steps.checkDecision.decision', { StringEquals: 'legitimate' }),
            ],
            Next: STATES.closeFinding,
          },
          { ...hasWorked('checkDecision'), Next: STATES.answerQuestion },
        ],
      ),
      [STATES.answerQuestion]: task('answerQuestion', {
        ...options,
        comment: DECIDE_TABLE.answerQuestion.does,
      }),
      [STATES.closeFinding]: task('closeFinding', {
        ...options,
        comment: DECIDE_TABLE.closeFinding.does,
      }),
      ...ending(task('report', { ...options, comment: DECIDE_TABLE.report.does, attempts: 4 }), {
        Decided: ['decided', succeed('The decision was taken.')],
        Refused: ['refused', fail('refused', 'Nothing was decided: the cause says why.')],
      }),
    },
  };
}

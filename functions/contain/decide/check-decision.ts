import { answerObstacle, closeObstacle } from './obstacle.ts';
import { type DecideStep, refusalOutcome } from './step.ts';
import { SUBJECT_NEEDS, subjectOf } from './subject.ts';

/** Is there such a question or finding, and does an approval name its plan? Changes nothing. */
export const checkDecision: DecideStep = {
  key: 'checkDecision',
  needs: SUBJECT_NEEDS,
  async run(context) {
    const subject = await subjectOf(context);
    const { kept, findingId } = subject;
    if (context.input.decision === 'legitimate') {
      const why = closeObstacle(subject, context);
      return why === undefined ? done(`The finding ${findingId} can be closed.`) : refusalOutcome(why);
    }
    const why = answerObstacle(subject, context);
    return why === undefined ? done(`Question ${kept?.question.id} waits for its answer.`) : refusalOutcome(why);
  },
};

const done = (summary: string) => ({ status: 'done', summary }) as const;

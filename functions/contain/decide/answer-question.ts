import { allNeeds } from '../framework/needs.ts';
import { answerObstacle } from './obstacle.ts';
import { ANSWER_NEEDS, type SentAnswer, sendAnswer } from './send-answer.ts';
import { type DecideStep, refusalOutcome } from './step.ts';
import { SUBJECT_NEEDS, subjectOf } from './subject.ts';

/** Sends the answer to the execution that waits. */
export const answerQuestion: DecideStep = {
  key: 'answerQuestion',
  needs: allNeeds(SUBJECT_NEEDS, ANSWER_NEEDS),
  async run(context) {
    const { decision } = context.input;
    const subject = await subjectOf(context);
    const { kept } = subject;
    const why = answerObstacle(subject, context);
    // Judged again: since the first step somebody else may have answered, or it was asked again.
    if (why !== undefined || !kept || decision === 'legitimate') return refusalOutcome(why ?? 'This is not an answer.');
    const { id, target } = kept.question;
    const sent = await sendAnswer(kept, decision, context);
    if (sent !== 'sent') return refusalOutcome(WHY[sent](id));
    return {
      status: 'done',
      summary:
        decision === 'approve'
          ? `Approved: what runs in ${target.namespace} is being stopped and removed, as the plan says.`
          : `Refused: nothing of ${target.namespace} is removed, and it stays isolated.`,
    };
  },
};

const WHY: Record<Exclude<SentAnswer, 'sent'>, (id: string) => string> = {
  late: (id) => `Question ${id} was already answered by somebody else. The first answer counts.`,
  gone: (id) =>
    `Nobody waits for the answer to question ${id} any more, so nothing was removed by it: the execution has ended, or has asked ` +
    'again. If it has ended, start contain again with the mode "remove": it asks again.',
};

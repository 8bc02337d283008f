import { LessonRefused } from '../../contract/errors.ts';
import type { Finding } from '../../contract/finding.ts';
import { creatorOf } from '../../contract/known-creator.ts';
import { type KnownCreator, teach as teachLesson } from '../../contract/lessons.ts';
import { allNeeds } from '../framework/needs.ts';
import { closeObstacle, isOver } from './obstacle.ts';
import { ANSWER_NEEDS, sendAnswer } from './send-answer.ts';
import { type DecideContext, type DecideStep, refusalOutcome } from './step.ts';
import { type DecisionSubject, SUBJECT_NEEDS, subjectOf } from './subject.ts';

/** Closes the finding, refuses a removal that is asked about, and teaches the baseline as far as it may be taught. */
export const closeFinding: DecideStep = {
  key: 'closeFinding',
  needs: allNeeds(SUBJECT_NEEDS, ANSWER_NEEDS, { aws: ['dynamodb:PutItem'] }),
  async run(context) {
    const { input, clients, now } = context;
    const subject = await subjectOf(context);
    const why = closeObstacle(subject, context);
    if (why !== undefined || subject.findingId === undefined)
      return refusalOutcome(why ?? 'There is no finding to close.');
    // First of all: what is legitimate must not be removed.
    const open = await refusal(subject, context);
    const closure = { reason: input.reason, decidedBy: input.by, decidedAt: new Date(now()).toISOString() };
    if (!(await clients.table.close(subject.findingId, closure)))
      return refusalOutcome(
        `The finding ${subject.findingId} could not be closed: it has changed meanwhile. Decide again.`,
      );
    const taught = await teach(subject.findingId, subject.recorded?.finding, context);
    return { status: 'done', summary: `The finding ${subject.findingId} is closed as legitimate. ${taught}`, open };
  },
};

/** @returns what is left to a person */
async function refusal({ kept }: DecisionSubject, context: DecideContext): Promise<string[]> {
  if (!kept) return [];
  const { id, execution } = kept.question;
  const theirs = kept.answeredBy !== undefined && kept.answeredBy !== context.execution;
  if (!theirs && (isOver(kept, context.now()) || (await sendAnswer(kept, 'refuse', context)) !== 'late')) return [];
  return [
    `Question ${id} about this namespace has its answer already. If that was an approval, what runs there is being removed: stop the execution ${execution}.`,
  ];
}

/** @returns what the baseline learns, or why it does not: what was found may forbid it, whatever a person says */
async function teach(
  findingId: string,
  finding: Finding | undefined,
  { input, clients, now }: DecideContext,
): Promise<string> {
  if (!finding) return 'The baseline learns nothing from it: its record does not hold the finding.';
  const { cluster, actor, namespace } = finding;
  try {
    const known = await teachLesson(
      clients.baseline,
      {
        cluster,
        findingId,
        principal: creatorOf(actor) ?? '',
        namePattern: input.namePattern ?? namespace.name ?? '',
        decidedBy: input.by,
        reason: input.reason,
      },
      now(),
    );
    return learnt(known);
  } catch (error) {
    if (!(error instanceof LessonRefused)) throw error;
    return `The baseline learns nothing from it: ${error.message}`;
  }
}

const learnt = ({ principal, namePattern, expiresAt }: KnownCreator): string =>
  `Until ${expiresAt} ${principal} is known to make namespaces named ${namePattern} in this cluster.`;

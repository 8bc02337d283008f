import { LessonRefused } from '../../contract/errors.ts';
import type { Finding } from '../../contract/finding.ts';
import { creatorOf, scopeOf } from '../../contract/known-creator.ts';
import { type KnownCreator, teach as teachLesson } from '../../contract/lessons.ts';
import { defined } from '../../kit/defined.ts';
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
  if (!finding) return 'The baseline does not change: the record does not hold the finding.';
  const { cluster, actor, namespace } = finding;
  const assessed = await clients.baseline.assessed(findingId);
  const scope = assessed && scopeOf(assessed, input.indicators);
  try {
    const known = await teachLesson(
      clients.baseline,
      {
        // Without an address to hold it to, nothing is accepted: the creator is only no novelty any more.
        ...(scope?.addresses?.length ? scope : {}),
        ...defined({ impersonated: actor.impersonated?.username }),
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
    return `The baseline does not change: ${error.message}`;
  }
}

function learnt({ principal, impersonated, namePattern, expiresAt, indicators, addresses = [] }: KnownCreator): string {
  const who = impersonated === undefined ? principal : `${principal} as ${impersonated}`;
  const known = `Until ${expiresAt} ${who} is known to create namespaces named ${namePattern} in this cluster.`;
  if (indicators === undefined) return known;
  const shown = indicators.length > 0 ? indicators.join(', ') : 'no indicator';
  return `${known} Those from ${addresses.join(', ')} that show nothing else are reported in the daily digest: ${shown}.`;
}

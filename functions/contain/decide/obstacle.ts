/** Why something cannot be decided, each a sentence with what to do. Undefined where it can. */
import { namesPlan } from '../../contract/decision-input.ts';
import type { Cluster } from '../../contract/finding.ts';
import type { DecideContext } from './step.ts';
import type { DecisionSubject } from './subject.ts';

const TELLS = 'The message that asked tells it.';

/** Why an answer to a question cannot be taken; undefined where it can. */
export function answerObstacle(
  { kept }: DecisionSubject,
  { input, execution, now }: DecideContext,
): string | undefined {
  const name = input.question ?? input.findingId;
  if (!kept) return `There is no question ${name}, or it was asked too long ago. ${TELLS}`;
  const { question, answeredBy } = kept;
  if (answeredBy !== undefined && answeredBy !== execution)
    return `Question ${question.id} was already answered by ${answeredBy}. The first answer counts.`;
  if (isOver(kept, now()))
    return (
      `Question ${question.id} expired at ${question.expiresAt}: nothing was removed, and the namespace stays isolated. ` +
      'Start contain again with the mode "remove": it asks again.'
    );
  if (input.planHash !== undefined && !namesPlan(input.planHash, question.planHash))
    return `Question ${question.id} is about another plan than ${input.planHash}. Look at the plan that was asked about last, and take its hash. ${TELLS}`;
  return undefined;
}

export const isOver = ({ question }: NonNullable<DecisionSubject['kept']>, now: number): boolean =>
  !(Date.parse(question.expiresAt) > now);

/** Why a finding cannot be closed; undefined where it can. */
export function closeObstacle(
  { kept, findingId, recorded }: DecisionSubject,
  { input }: DecideContext,
): string | undefined {
  if (input.question !== undefined && !kept)
    return `There is no question ${input.question}, or it was asked too long ago. Name the finding instead ("findingId").`;
  if (findingId === undefined)
    return `Question ${input.question} is about no finding, so there is none to close. Answer it with "refuse", then start release.`;
  if (!recorded)
    return `The finding ${findingId} is not known here. Take its id from the alert, and start decide in the account and Region that sent it.`;
  if (!recorded.settled)
    return `The alert about the finding ${findingId} is not out yet. Decide again when it is there, within a few minutes.`;
  if (!recorded.finding && !kept && !input.cluster)
    return `The record of the finding ${findingId} does not give its cluster. Name it ("cluster"), as in the alert.`;
  const known = recorded.finding?.cluster ?? kept?.question.target.cluster;
  if (known && input.cluster && !isSame(known, input.cluster))
    return `The finding ${findingId} is about another cluster than the one that is named. Leave "cluster" out, or correct the id.`;
  return undefined;
}

const isSame = (known: Cluster, named: Cluster): boolean =>
  (['name', 'region', 'account'] as const).every((part) => named[part] === undefined || named[part] === known[part]);

/** What an update says first: what is otherwise than the messages before it said. */

import type { Alert } from '../contract/alert.ts';
import { gradeOf, widerOf } from '../contract/grade.ts';
import type { Grade } from '../contract/vocabulary.ts';
import { utc } from './grammar.ts';
import { type Told, toldIn } from './told.ts';

/** What is new, one sentence each, harmless. @param most characters of a sentence that has a short form */
export const newsOf = (alert: Alert, most: number): string[] => newsTexts(alert).map((news) => toldIn(news, most));

/** Reasons that were added, the heaviest first, then other answers, and what does not hold any more. */
export function newsTexts({ update, assessment, evidence = [] }: Alert): Told[] {
  const { newIndicators = [], newAnswers = [], noLongerSo = [] } = update ?? {};
  const added = assessment?.indicators.filter(({ id }) => newIndicators.includes(id)) ?? [];
  // A reason says more than the answer that it rests on.
  const told = new Set(added.map(({ check }) => check));
  const answers = evidence.filter(({ check }) => newAnswers.includes(check) && !told.has(check));
  return [
    ...added.map(({ reason, brief }) => ({ text: reason, brief })),
    ...answers.map(({ summary, brief }) => ({ text: summary, brief })),
    ...noLongerSo.map((reason) => ({ mark: 'No longer so: ', text: reason })),
  ];
}

/** What the first message said, for whoever did not get it; undefined where this is the first, or it is not known. */
export function firstMessage({ update }: Alert): string | undefined {
  const { severity, at } = update?.first ?? {};
  if (severity === undefined) return undefined;
  const when = utc(at);
  return `the first${when === undefined ? '' : `, ${when},`} said ${severity}`;
}

/**
 * The grade by which a message is filtered: an update also reaches everybody whom an earlier message reached, whatever it
 * says now.
 */
export const audienceOf = (alert: Alert): Grade => widerOf(gradeOf(alert), alert.update?.reach);

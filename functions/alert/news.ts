/** What an update says first: what is otherwise than the messages before it said. */

import type { Alert } from '../contract/alert.ts';
import { gradeOf, widerOf } from '../contract/grade.ts';
import type { Grade } from '../contract/vocabulary.ts';
import { utc } from './grammar.ts';
import { harmless } from './text.ts';

/** The most of a reason or an answer, in characters. */
const LONG = 300;

/** What is new, one sentence each, harmless. */
export const newsOf = (alert: Alert): string[] =>
  newsTexts(alert).map(({ mark, text }) => `${mark}${harmless(text, LONG)}`);

interface News {
  /** Our own words before it. */
  mark: string;
  /** May hold attacker-chosen text. */
  text: string;
}

/** Reasons that were added, the heaviest first, then other answers, and what does not hold any more. */
export function newsTexts({ update, assessment, evidence = [] }: Alert): News[] {
  const { newIndicators = [], newAnswers = [], noLongerSo = [] } = update ?? {};
  const added = assessment?.indicators.filter(({ id }) => newIndicators.includes(id)) ?? [];
  // A reason says more than the answer that it rests on.
  const told = new Set(added.map(({ check }) => check));
  const answers = evidence.filter(({ check }) => newAnswers.includes(check) && !told.has(check));
  return [
    ...added.map(({ reason }) => ({ mark: '', text: reason })),
    ...answers.map(({ summary }) => ({ mark: '', text: summary })),
    ...noLongerSo.map((reason) => ({ mark: 'Not so any more: ', text: reason })),
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

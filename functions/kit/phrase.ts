/**
 * Sentences about evidence, worded once for the mail and the report: our own words with other people's text in them.
 * Each medium makes that text harmless in its own way, so here it is only marked.
 */
import { utc } from './instant.ts';

/**
 * - a string: our own words.
 * - `other`: a value that somebody else may have chosen.
 * - `told`: a whole sentence of a check, which may hold such values.
 */
export type PhrasePart = string | { other: string } | { told: string };
export type Phrase = readonly PhrasePart[];

/** What may stand in a sentence: text counts as somebody else's, a number as ours. */
type Value = string | number | Phrase;

/**
 * A tag for template strings: the words are ours, every text put in is marked as somebody else's.
 *
 * @example say`${count} pods run ${image}`
 */
export function say(words: TemplateStringsArray, ...values: Value[]): Phrase {
  return words.flatMap((word, index) => [...(word === '' ? [] : [word]), ...partsOf(values[index])]);
}

function partsOf(value: Value | undefined): Phrase {
  if (value === undefined) return [];
  if (typeof value === 'string') return [{ other: value }];
  return typeof value === 'number' ? [number(value)] : value;
}

/** Our own words, computed. Never for a value out of a record. */
export const ownWords = (words: string): Phrase => [words];

/** A technical term as it is, such as `ClusterRoleBinding`; whatever is more than letters counts as somebody else's. */
export const term = (text: string): Phrase =>
  /^[A-Za-z][A-Za-z -]{0,60}$/.test(text) ? ownWords(text) : [{ other: text }];

/** A sentence that a check wrote. */
export const checkSentence = (sentence: string): Phrase => [{ told: sentence }];

/** The instant in our own form, or that it is not known. */
export const instantPhrase = (instant: string | undefined): Phrase => [utc(instant) ?? 'at a time not known'];

export const joinPhrases = (phrases: readonly Phrase[], separator = ', '): Phrase =>
  phrases.flatMap((phrase, index) => (index === 0 ? phrase : [separator, ...phrase]));

/** Checks write instants as RFC 3339. */
export const withPlainTimes = (sentence: string): string =>
  sentence.replace(/\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z/g, (instant) => utc(instant) ?? instant);

let numbers: Intl.NumberFormat | undefined;

/** `1,234` */
export function number(value: number): string {
  numbers ??= new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });
  return numbers.format(value);
}

/** `1 pod`, `3 pods` */
export const count = (amount: number, one: string, several = `${one}s`): string =>
  `${number(amount)} ${amount === 1 ? one : several}`;

const UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
];

/** `4 min 10 s`: the two largest units. @param ms milliseconds; the sign does not matter */
export function duration(ms: number): string {
  const whole = Math.abs(ms);
  if (whole < 1_000) return `${Math.round(whole)} ms`;
  const first = UNITS.findIndex(([, size]) => whole >= size);
  let left = Math.floor(whole);
  return UNITS.slice(first, first + 2)
    .flatMap(([unit, size]) => {
      const amount = Math.floor(left / size);
      left -= amount * size;
      return amount > 0 ? [`${amount} ${unit}`] : [];
    })
    .join(' ');
}

/** `4 min 10 s before`, of the request. */
export const timeToRequest = (ms: number): string =>
  ms === 0 ? 'at the same time' : `${duration(ms)} ${ms < 0 ? 'before' : 'after'}`;

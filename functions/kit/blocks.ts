/** The pieces that evidence is shown with: what a check's renderer gives, and what the template draws. */
import { utc } from './instant.ts';
import { checkSentence, joinPhrases, ownWords, type Phrase, say, term } from './phrase.ts';

/** One or more sentences in a cell, one below the other. */
export type Cell = Phrase | readonly Phrase[];

export type Block =
  | { kind: 'facts'; facts: readonly (readonly [label: string, cell: Cell])[] }
  | { kind: 'table'; title: string; columns: readonly string[]; rows: readonly Cell[][]; total: number }
  /** Text to copy, line by line; `note` says what it is for. */
  | { kind: 'text'; title: string; note: string; lines: readonly string[] }
  /** Argument vectors to copy; `note` says what they do. May hold attacker-chosen text: whoever prints them looks. */
  | { kind: 'commands'; title: string; note: string; commands: readonly (readonly string[])[] };

const UNKNOWN = ownWords('unknown');
export const NONE = ownWords('none');

/** Named values; those that are not known are left out. */
export function facts(...pairs: readonly (readonly [label: string, cell: Cell | undefined])[]): Block[] {
  const known = pairs.flatMap(([label, cell]) => (cell === undefined ? [] : [[label, cell] as const]));
  return known.length === 0 ? [] : [{ kind: 'facts', facts: known }];
}

/** A table with a row for each item; none where there are no items. @param total where there are more than listed */
export function table<T>(
  title: string,
  items: readonly T[] | undefined,
  columns: Record<string, (item: T) => Cell | undefined>,
  total = 0,
): Block[] {
  if (items === undefined || items.length === 0) return [];
  const rows = items.map((item) => Object.values(columns).map((cell) => cell(item) ?? UNKNOWN));
  return [{ kind: 'table', title, columns: Object.keys(columns), rows, total: Math.max(total, items.length) }];
}

export const text = (title: string, note: string, body: string | undefined): Block[] =>
  body === undefined || body === '' ? [] : [{ kind: 'text', title, note, lines: body.split(/\r\n?|\n/) }];

export const commands = (title: string, note: string, list: readonly (readonly string[])[] = []): Block[] =>
  list.length === 0 ? [] : [{ kind: 'commands', title, note, commands: list }];

/** A value of somebody else's. */
export const value = (text: string | undefined): Phrase | undefined => (text === undefined ? undefined : say`${text}`);
/** A sentence that a check wrote. */
export const sentence = (text: string | undefined): Phrase | undefined =>
  text === undefined ? undefined : checkSentence(text);
export const sentences = (texts: readonly string[] | undefined): Cell | undefined =>
  texts === undefined || texts.length === 0 ? undefined : texts.map(checkSentence);
/** A technical term. */
export const word = (text: string | undefined): Phrase | undefined => (text === undefined ? undefined : term(text));
export const amount = (number: number | undefined): Phrase | undefined =>
  number === undefined ? undefined : say`${number}`;
/** A count, which may be a lower bound. */
export const atLeast = (number: number | undefined, more: boolean | undefined): Phrase | undefined =>
  number === undefined ? undefined : say`${ownWords(more ? 'at least ' : '')}${number}`;
export const instant = (time: string | undefined): Phrase | undefined =>
  time === undefined ? undefined : ownWords(utc(time) ?? 'unknown');
export const yesNo = (flag: boolean | undefined): Phrase | undefined =>
  flag === undefined ? undefined : ownWords(flag ? 'yes' : 'no');

/** Values one below the other. */
export const values = (texts: readonly string[] | undefined): Cell | undefined =>
  texts === undefined ? undefined : texts.length === 0 ? NONE : texts.map((text) => say`${text}`);
/** Values side by side. */
export const inLine = (texts: readonly string[] | undefined): Phrase | undefined =>
  texts === undefined ? undefined : texts.length === 0 ? NONE : joinPhrases(texts.map((text) => say`${text}`));
/** `key = value`, one below the other. */
export const pairs = (map: Record<string, string | number> | undefined): Cell | undefined => {
  if (map === undefined) return undefined;
  const entries = Object.entries(map);
  return entries.length === 0 ? NONE : entries.map(([key, value]) => say`${key} = ${value}`);
};

/**
 * The lines of a plain-text message. Only headings and our own sentences begin at the left edge; whatever may hold
 * somebody else's text is indented, so that it cannot pass for a heading or a sentence of ours.
 */

import { beforeHalfWord } from './text.ts';

/** Columns; mail programs wrap at 78 or later. */
const WIDTH = 76;
const LABEL_WIDTH = 13;

export const heading = (title: string): string[] => ['', `=== ${title.toUpperCase()} ===`];

/** Our own words, from the left edge: no text of others but what has matched a grammar. */
export const paragraph = (text: string): string[] => wrap(text, '', '');

/** A named value; `values` after the first stand below it. */
export const field = (label: string, ...values: string[]): string[] =>
  values.flatMap((value, index) =>
    wrap(value, `  ${(index === 0 ? label : '').padEnd(LABEL_WIDTH)}`, ' '.repeat(LABEL_WIDTH + 2)),
  );

export const bullet = (text: string, mark = '-'): string[] => wrap(text, `  ${mark} `, ' '.repeat(mark.length + 3));

/** Words below a bullet. */
export const belowBullet = (text: string): string[] => wrap(text, '     ', '     ');

/** A line to copy: never wrapped. */
export const copyable = (line: string): string[] => [`     ${line}`];

/** The first lines of a text, with `...` where it goes on; a quotation that is cut ends there. */
export function within(lines: readonly string[], most: number): string[] {
  if (lines.length <= most) return [...lines];
  const shown = lines.slice(0, most);
  const last = shown.pop();
  if (last === undefined) return [];
  const cut =
    last.length > WIDTH - MARK.length ? beforeHalfWord([...last].slice(0, WIDTH - MARK.length).join('')) : last;
  const isOpen = [...shown, cut].join('').split('"').length % 2 === 0;
  return [...shown, `${cut.trimEnd()}${isOpen ? '"' : ''} ...`];
}

/** What is left of a message, or of a part of it. */
export interface Room {
  lines: number;
  /** UTF-8, ends of lines included. */
  bytes: number;
}

export const sizeOf = (lines: readonly string[]): Room => ({
  lines: lines.length,
  bytes: lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0),
});

/** What is made of the first choice that fits, else of the last one. No more of them are tried. */
export function firstFitting<Choices extends readonly [unknown, ...unknown[]], Made>(
  choices: Choices,
  make: (choice: Choices[number]) => Made,
  isFitting: (made: Made) => boolean,
): Made {
  let made = make(choices[0]);
  for (const choice of choices.slice(1)) {
    if (isFitting(made)) break;
    made = make(choice);
  }
  return made;
}

/** A text that is shown in more or less of its length. */
export interface Text {
  /** From the shortest to the whole; each says more than the one before it. */
  forms: readonly string[];
  lay(form: string): string[];
  /** Shown in its shortest form before any other text is. @default false */
  isMain?: boolean;
}

/** So many forms the others are behind those that have to be shown: each is told in short before any is told at length. */
const BEHIND = 0.5;

/**
 * Of each text the longest form that there is room for: the shortest of each first, then the second of each, in their order.
 * What has no room even in its shortest form is left out; of what has to be shown, the first lines stand there.
 */
export function shared(texts: readonly Text[], room: Room): string[] {
  const shown = texts.map((): readonly string[] => []);
  let left = room;
  const put = (index: number, lines: readonly string[]): boolean => {
    const [now, then] = [sizeOf(shown[index] ?? []), sizeOf(lines)];
    const rest = { lines: left.lines - then.lines + now.lines, bytes: left.bytes - then.bytes + now.bytes };
    if (rest.lines < 0 || rest.bytes < 0) return false;
    left = rest;
    shown[index] = lines;
    return true;
  };
  const isOpen = texts.map(() => true);
  const most = Math.max(0, ...texts.map(({ forms }) => forms.length));
  const rounds = [true, false]
    .flatMap((isMain) => Array.from({ length: most }, (_, form) => ({ isMain, form })))
    .toSorted((a, b) => a.form - b.form + (a.isMain ? 0 : BEHIND) - (b.isMain ? 0 : BEHIND));
  for (const { form, isMain } of rounds)
    for (const [index, text] of texts.entries()) {
      const wanted = text.forms[form];
      if (wanted === undefined || !isOpen[index] || (text.isMain ?? false) !== isMain) continue;
      const lines = text.lay(wanted);
      isOpen[index] = put(index, lines) || (form === 0 && put(index, within(lines, text.isMain ? 1 : 0)) && false);
    }
  return shown.flat();
}

/** Where a text that is cut goes on. */
const MARK = '" ...';

/** Breaks at blanks, and within words that are longer than a line, but not within ARNs. */
function wrap(text: string, first: string, next: string): string[] {
  const lines: string[] = [];
  let line = first;
  let room = true;
  const push = () => {
    lines.push(line.trimEnd());
    line = next;
    room = true;
  };
  for (const word of text.split(' ').flatMap((word) => pieces(word, WIDTH - next.length))) {
    if (!room && line.length + 1 + word.length > WIDTH) push();
    line += room ? word : ` ${word}`;
    room = false;
  }
  push();
  return lines;
}

function pieces(word: string, width: number): string[] {
  if (word.length <= width || word.startsWith('arn:')) return [word];
  return word.match(new RegExp(`.{1,${width}}`, 'gu')) ?? [word];
}

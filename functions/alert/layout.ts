/**
 * The lines of a plain-text message. Only headings and our own sentences begin at the left edge; whatever may hold
 * somebody else's text is indented, so that it cannot pass for a heading or a sentence of ours.
 */

/** Columns; mail programs wrap at 78 or later. */
const WIDTH = 76;
const LABEL_WIDTH = 13;

export const heading = (title: string): string[] => ['', `=== ${title.toUpperCase()} ===`, ''];

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
  return word.match(new RegExp(`.{1,${width}}`, 'g')) ?? [word];
}

/** The tables, for a terminal and for a page. */
import type { Look } from './case.ts';
import type { Judged, Total } from './verdict.ts';

export interface Table {
  headings: readonly string[];
  rows: readonly (readonly string[])[];
}

const NOT_TOLD = ' (not told)';
const grade = ({ played }: Judged, look: Look, withScore: boolean): string => {
  const { severity, score, told } = played.looks[look];
  return `${severity}${withScore ? ` ${score}` : ''}${told ? '' : NOT_TOLD}`;
};

/**
 * One line for each case.
 *
 * @param measured with the score and the seconds that it took; a page that a test holds has neither
 */
export function casesTable(all: readonly Judged[], measured: boolean): Table {
  const columns: [string, (judged: Judged) => string][] = [
    ['Case', ({ subject }) => subject.name],
    ['Kind', ({ subject }) => subject.kind],
    ['Outcome', ({ played }) => played.outcome ?? 'nothing found'],
    ['First look', (judged) => grade(judged, 'first', measured)],
    ['Second look', (judged) => grade(judged, 'second', measured)],
    ['Actor', ({ played }) => played.facts.actor ?? ''],
    ['Right', ({ played }) => played.facts.right ?? ''],
    ['Binding', ({ played }) => played.facts.binding ?? ''],
    ['Person', ({ played }) => played.facts.people[0] ?? ''],
    ['Seconds', ({ played }) => played.seconds.toFixed(2)],
    ['Differs', ({ differs }) => differs.join('; ')],
  ];
  const shown = columns.filter(([heading]) => measured || heading !== 'Seconds');
  return { headings: shown.map(([heading]) => heading), rows: all.map((each) => shown.map(([, of]) => of(each))) };
}

export const totalsTable = (totals: readonly Total[]): Table => ({
  headings: ['Total', 'Count', 'Goal', 'Met'],
  rows: totals.map(({ what, count, of, goal, met }) => [what, `${count} of ${of}`, goal, met ? 'yes' : 'NO']),
});

export function asText({ headings, rows }: Table): string {
  const lines = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function asMarkdown({ headings, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}

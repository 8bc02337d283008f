/** The tables, for a terminal. */
import type { Look } from './case.ts';
import type { Judged, Total } from './verdict.ts';

export interface Table {
  headings: readonly string[];
  rows: readonly (readonly string[])[];
}

const grade = ({ played }: Judged, look: Look): string => {
  const { severity, score, told } = played.looks[look];
  return `${severity} ${score}${told ? '' : ' (not told)'}`;
};

/** One line for each case. @param withTime the seconds that it took: not for a page that a test holds */
export function casesTable(all: readonly Judged[], withTime: boolean): Table {
  const columns: [string, (judged: Judged) => string][] = [
    ['Case', ({ subject }) => subject.name],
    ['Kind', ({ subject }) => subject.kind],
    ['Outcome', ({ played }) => played.outcome ?? 'nothing found'],
    ['First look', (judged) => grade(judged, 'first')],
    ['Second look', (judged) => grade(judged, 'second')],
    ['Actor', ({ played }) => played.facts.actor ?? ''],
    ['Right', ({ played }) => played.facts.right ?? ''],
    ['Binding', ({ played }) => played.facts.binding ?? ''],
    ['Person', ({ played }) => played.facts.people[0] ?? ''],
    ...(withTime
      ? ([['Seconds', ({ played }) => played.seconds.toFixed(2)]] as [string, (judged: Judged) => string][])
      : []),
    ['Differs', ({ differs }) => differs.join('; ')],
  ];
  return { headings: columns.map(([heading]) => heading), rows: all.map((each) => columns.map(([, of]) => of(each))) };
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

import type { Row } from './row.ts';

const HEADINGS = ['Benchmark', 'Work', 'Ours', 'Limit', 'Peer', 'Ratio', 'Goal', 'Met'] as const;
/** Columns of numbers. */
const RIGHT = new Set([2, 3, 5, 6]);

/** Whether something is promised of the row. */
const hasGoal = ({ goal, most }: Row): boolean => goal !== undefined || most !== undefined;

/** Whether the row's goal is met; undefined where there is none, or nothing to compare with. */
export function isMet(row: Row): boolean | undefined {
  const { ours, goal, most } = row;
  if (most !== undefined) return ours === undefined ? undefined : ours <= most;
  const ratio = ratioOf(row);
  return goal === undefined || ratio === undefined ? undefined : ratio <= goal;
}

const ratioOf = ({ ours, peer }: Row): number | undefined =>
  ours === undefined || peer?.value === undefined ? undefined : ours / peer.value;

function cells(row: Row): string[] {
  const { bench, work, unit, ours, peer, goal, most, limit } = row;
  const met = isMet(row);
  return [
    bench,
    work,
    ours === undefined ? 'not measured' : amount(ours, unit),
    limit === undefined ? '' : amount(limit, unit),
    peer ? `${peer.name}: ${peer.value === undefined ? 'not on this machine' : amount(peer.value, unit)}` : '',
    ratioOf(row)?.toFixed(2) ?? '',
    most === undefined ? (goal === undefined ? '' : `≤ ${goal}`) : `≤ ${amount(most, unit)}`,
    met === undefined ? (hasGoal(row) ? 'unknown' : '') : met ? 'yes' : 'no',
  ];
}

const amount = (value: number, unit: string): string =>
  `${value >= 100 ? value.toFixed(0) : value.toPrecision(value >= 10 ? 3 : 2)} ${unit}`;

/** The table for a terminal. */
export function asText(rows: readonly Row[]): string {
  const lines = [[...HEADINGS], ...rows.map(cells)];
  const widths = HEADINGS.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) =>
          RIGHT.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The table for a page. */
export function asMarkdown(rows: readonly Row[]): string {
  const line = (texts: readonly string[]) => `| ${texts.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = HEADINGS.map((_, column) => (RIGHT.has(column) ? '--:' : '---'));
  return [line(HEADINGS), line(rule), ...rows.map((row) => line(cells(row)))].join('\n');
}

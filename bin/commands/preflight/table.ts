import { type CommandLine, printProposed } from '../../../functions/contract/commands/print.ts';
import { harmlessInTerminal } from '../harmless.ts';

/** `aws`: account and stack; `cluster`: what the manifests put into a cluster. */
export type Side = 'aws' | 'cluster';

/** A row of what is printed, of either side. */
export interface TableRow {
  check: string;
  status: string;
  says: string;
  /** What to do, in words. */
  todo?: string;
  fix?: readonly (readonly string[])[];
}

const STATUS_WIDTH = 13;
const CHECK_WIDTH = 22;
const INDENT = ' '.repeat(STATUS_WIDTH + CHECK_WIDTH);

/** The rows as text: those that are put right by the same stand together, with the fix behind them. */
export function textOfRows(rows: readonly TableRow[]): string {
  const groups = new Map<string, TableRow[]>();
  for (const [index, row] of rows.entries()) {
    const key = row.todo === undefined ? String(index) : JSON.stringify([row.status, row.todo]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map(textOfGroup).join('');
}

function textOfGroup(rows: readonly TableRow[]): string {
  const lines = rows.map(
    ({ status, check, says }) =>
      `${status.padEnd(STATUS_WIDTH)}${check.padEnd(CHECK_WIDTH)}${harmlessInTerminal(says)}`,
  );
  const [{ todo = undefined } = {}] = rows;
  const commands = new Set(rows.flatMap(({ fix = [] }) => printProposed(fix)).map(inWords));
  const fixes = [...commands].map((command) => `${INDENT}fix: ${command}`);
  const inText = todo === undefined ? [] : [`${INDENT}to do: ${harmlessInTerminal(todo)}`];
  return `${[...lines, ...inText, ...fixes].join('\n')}\n`;
}

const inWords = (command: CommandLine): string =>
  'line' in command ? command.line : `(a command is left out here: ${command.leftOut})`;

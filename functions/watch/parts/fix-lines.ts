import { printProposed } from '../../contract/commands/print.ts';

/** The commands of a fix, as a message to the health topic shows them. */
export const fixLines = (fix: readonly (readonly string[])[]): string[] =>
  printProposed(fix).map((line) => ('line' in line ? `  ${line.line}` : `  (no command: ${line.leftOut})`));

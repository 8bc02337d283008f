import type { Command } from 'commander';

/** What stands behind the options in the help of a command, in this order for each of them. */
export interface HelpText {
  /** Paragraphs with an empty line between them. Lines that are indented stay as they are; the others are wrapped. */
  about?: string;
  /** Lines that work when a reader puts in values for what is in capitals. */
  examples: readonly string[];
  /** Rights and costs, as paragraphs. */
  needs?: string;
  /** When the command ends with 0, with 1 if it ever does, and with 2. */
  exit: { done: string; attention?: string; wrong: string };
}

const DEFAULT_WIDTH = 80;

/** Adds the text to the help of a command. */
export const withHelp = (command: Command, help: HelpText): Command =>
  command.addHelpText('after', () => {
    const width = command.configureOutput().getOutHelpWidth?.() ?? DEFAULT_WIDTH;
    const { about, examples, needs, exit } = help;
    const codes = [`0 ${exit.done}`, ...(exit.attention ? [`1 ${exit.attention}`] : []), `2 ${exit.wrong}`];
    const title = examples.length === 1 ? 'Example:' : 'Examples:';
    const parts = [
      about,
      [title, ...examples.map((line) => `  ${line}`)].join('\n'),
      needs,
      `Exit codes: ${codes.join('; ')}.`,
    ];
    return parts.flatMap((part) => (part ? `\n${wrapped(part.trim(), command, width)}` : [])).join('\n');
  });

/** Unindented lines that follow each other make a paragraph. */
function wrapped(text: string, command: Command, width: number): string {
  const help = command.createHelp();
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const before = lines.at(-1);
    if (before && isPlain(before) && isPlain(line)) lines[lines.length - 1] = `${before} ${line}`;
    else lines.push(line);
  }
  return lines.map((line) => (isPlain(line) ? help.boxWrap(line, width) : line)).join('\n');
}

const isPlain = (line: string): boolean => /^\S/.test(line);

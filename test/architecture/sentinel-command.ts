/** A line that calls `sentinel`, held against the options that its commands have. */
import type { Command } from 'commander';
import { sentinel } from '../../bin/commands/main.ts';
import { words } from './shell-words.ts';

/** Words in capitals that a reader replaces, with values of the grammar of their places. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  N: 'payments',
  REGION: 'eu-west-1',
  ACCOUNT: '111122223333',
  H: 'a'.repeat(64),
};

/** The arguments for `sentinel`; undefined where the line calls another program. */
export function sentinelArguments(command: string): string[] | undefined {
  const [first, second, third, ...rest] = words(command);
  if (first === 'sentinel') return [second, third, ...rest].filter((word) => word !== undefined);
  if (first === 'npx' && second === 'sentinel') return [third, ...rest].filter((word) => word !== undefined);
  const script = words(command)
    .slice(2)
    .filter((word) => word !== '-s');
  if (
    first === 'npm' &&
    words(command)
      .slice(1)
      .find((word) => !['run', '-s'].includes(word)) === 'sentinel'
  )
    return script.slice(script.indexOf('--') + 1);
  return undefined;
}

/** Parses as the program does, and does nothing. @throws where an option, a value or an argument is wrong */
export async function parse(args: readonly string[]): Promise<void> {
  let called = false;
  const program = sentinel(() => async () => {
    called = true;
  });
  const quiet = (command: Command): void => {
    command.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
    for (const inner of command.commands) quiet(inner);
  };
  quiet(program);
  try {
    await program.parseAsync(
      args.map((arg) => PLACEHOLDERS[arg] ?? arg),
      { from: 'user' },
    );
  } catch (error) {
    if (['commander.helpDisplayed', 'commander.help'].includes((error as { code?: string }).code ?? '')) return;
    throw error;
  }
  if (!called) throw new Error(`${args.join(' ')} calls no command`);
}

/** The program, which does nothing. */
export const PROGRAM = sentinel(() => async () => {});

/** The deepest command that the words name, and how many they are; undefined where the first is none. */
export function commandOf(names: readonly string[], parent: Command = PROGRAM): Command | undefined {
  const [name, ...others] = names;
  const found = parent.commands.find((command) => command.name() === name);
  return found && (commandOf(others, found) ?? found);
}

/** Options that the command takes, as `--json`. */
export const optionsOf = (command: Command): ReadonlySet<string> =>
  new Set([
    '--help',
    ...[...command.options, ...PROGRAM.options].flatMap(({ long, short }) =>
      [long, short].filter((name) => name !== undefined),
    ),
  ]);

/** Commands and, for a group, their subcommands. */
export const allCommands = (parent: Command = PROGRAM): Command[] =>
  parent.commands.flatMap((command) => [command, ...allCommands(command)]);

/** As a person types it, without `sentinel`. */
export const nameOf = (command: Command): string[] =>
  command.parent === null ? [] : [...nameOf(command.parent), command.name()];

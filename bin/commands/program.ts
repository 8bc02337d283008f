import { type Command, CommanderError, Option } from 'commander';
import { failureText } from './failure.ts';
import { EXIT, type ExitCode, type Io, ReaderGone } from './io.ts';
import { COMMAND_LIMITS, Task } from './task.ts';

/** Makes the action of a command from its work: the one way in which commands run, and fail. */
export type CommandRun = <Args extends unknown[]>(
  work: (task: Task, ...args: Args) => Promise<ExitCode>,
) => (...args: Args) => Promise<void>;

/**
 * Runs a command line.
 *
 * @param build makes the program; each of its actions is one that `run` has made
 * @param args the arguments, without interpreter and script
 * @returns the exit code
 */
export async function runProgram(
  build: (run: CommandRun) => Command,
  args: readonly string[],
  io: Io,
  limits = COMMAND_LIMITS,
): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  // Nobody is left to tell anything: errors of stderr itself are of no use; those of stdout are found by what writes to it.
  for (const stream of [io.stdout, io.stderr]) stream.on('error', () => {});
  const program = build((work) => async (...given) => {
    // Commander hands the command over behind its arguments and options.
    const command = given.at(-1) as Command;
    const task = new Task(io, limits);
    try {
      code = await work(task, ...given);
    } catch (error) {
      code = error instanceof ReaderGone ? EXIT.done : EXIT.wrong;
      const options = { command: nameOf(command), about: task.about, debug: isDebug(command) };
      if (code === EXIT.wrong) task.note(failureText(error, options));
    } finally {
      task.end();
    }
  });
  for (const command of withSubcommands(program))
    command
      .exitOverride()
      .configureHelp({ showGlobalOptions: true })
      .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
      .showHelpAfterError('(see --help)');
  program.addOption(new Option('--debug', 'print the stack of a failure').env('SENTINEL_DEBUG'));
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.wrong;
    io.stderr.write(`${failureText(error, { command: program.name(), debug: isDebug(program) })}\n`);
    return EXIT.wrong;
  }
}

/**
 * Runs it as a process, which ends with the exit code: what a library has left open, as a connection, does not hold it.
 */
export async function runProcess(build: (run: CommandRun) => Command): Promise<never> {
  const { argv, stdin, stdout, stderr } = process;
  process.setSourceMapsEnabled(true);
  process.on('uncaughtException', (error) => {
    const debug = argv.includes('--debug') || process.env['SENTINEL_DEBUG'] !== undefined;
    stderr.write(`${failureText(error, { command: build(() => async () => {}).name(), debug })}\n`);
    process.exit(EXIT.wrong);
  });
  const code = await runProgram(build, argv.slice(2), { stdin, stdout, stderr });
  // What was written to a pipe may still be on its way.
  for (const stream of [stdout, stderr]) await new Promise<void>((resolve) => stream.write('', () => resolve()));
  process.exit(code);
}

const withSubcommands = (command: Command): Command[] => [command, ...command.commands.flatMap(withSubcommands)];

const isDebug = (command: Command): boolean => command.optsWithGlobals()['debug'] === true;

const nameOf = (command: Command): string =>
  command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();

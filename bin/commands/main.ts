import { Command, CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { baselineCommand } from './baseline.ts';
import { investigateCommand } from './investigate.ts';
import { EXIT, type ExitCode, type Io, OutputError, ReaderGone } from './io.ts';
import { preflightCommand } from './preflight.ts';
import { replayCommand } from './replay.ts';

/** The subcommands; each is a file in this folder. Each tells by `done` what the program ends with. */
const COMMANDS: readonly ((io: Io, done: (code: ExitCode) => void) => Command)[] = [
  replayCommand,
  investigateCommand,
  baselineCommand,
  preflightCommand,
];

/**
 * Runs the command line.
 *
 * @param args the arguments, without interpreter and script
 * @returns the exit code
 */
export async function main(args: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  // Nobody left to tell anything: errors of stderr itself are of no use.
  io.stderr.on('error', () => {});
  const program = new Command('sentinel')
    .description('Namespace Sentinel: notices new namespaces in Amazon EKS clusters, and says how worried to be.')
    .version(manifest.version)
    .addHelpText('after', '\nExit codes: 0 done; 1 done, and something needs attention; 2 wrong input or unreachable.');
  for (const command of COMMANDS)
    program.addCommand(
      command(io, (ended) => {
        code = ended;
      }),
    );
  for (const command of withSubcommands(program))
    command
      .exitOverride()
      .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
      .showHelpAfterError('(see --help)');
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof ReaderGone) return EXIT.done;
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.wrong;
    // Anything else is a mistake of ours: the stack tells where.
    const { message, stack } = error as Error;
    io.stderr.write(`sentinel: ${error instanceof OutputError ? message : stack}\n`);
    return EXIT.wrong;
  }
}

const withSubcommands = (command: Command): Command[] => [command, ...command.commands.flatMap(withSubcommands)];

import { Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { baselineCommand } from './baseline.ts';
import { containCommand } from './contain.ts';
import { demoCommand } from './demo.ts';
import { drillCommand } from './drill.ts';
import { findingsCommand } from './findings.ts';
import { type HelpText, withHelp } from './help.ts';
import { investigateCommand } from './investigate.ts';
import type { ExitCode, Io } from './io.ts';
import { manifestsCommand } from './manifests.ts';
import { preflightCommand } from './preflight.ts';
import { type CommandRun, runProgram } from './program.ts';
import { redriveCommand } from './redrive.ts';
import { releaseCommand } from './release.ts';
import { replayCommand } from './replay.ts';
import type { CommandLimits } from './task.ts';
import { verifyCommand } from './verify.ts';
import { verifyEvidenceCommand } from './verify-evidence.ts';

const HELP: HelpText = {
  about: '"sentinel help COMMAND" has the options, examples and rights of one command.',
  examples: [
    'sentinel demo',
    'sentinel replay audit.log',
    'sentinel investigate --namespace payments',
    'sentinel contain --namespace payments',
  ],
  exit: { done: 'done', attention: 'done, and something needs attention', wrong: 'wrong input or unreachable' },
};

/** The subcommands; each is a file in this folder. */
const COMMANDS: readonly ((run: CommandRun) => Command)[] = [
  replayCommand,
  investigateCommand,
  containCommand,
  verifyCommand,
  verifyEvidenceCommand,
  releaseCommand,
  findingsCommand,
  redriveCommand,
  baselineCommand,
  manifestsCommand,
  preflightCommand,
  drillCommand,
  demoCommand,
];

/**
 * Runs the command line.
 *
 * @param args the arguments, without interpreter and script
 * @returns the exit code
 */
export const main = (args: readonly string[], io: Io, limits?: CommandLimits): Promise<ExitCode> =>
  runProgram(sentinel, args, io, limits);

export function sentinel(run: CommandRun): Command {
  const program = new Command('sentinel')
    .description('Namespace Sentinel: notices new namespaces in Amazon EKS clusters, and says how severe each one is.')
    .version(manifest.version);
  withHelp(program, HELP);
  for (const command of COMMANDS) program.addCommand(command(run));
  return program;
}

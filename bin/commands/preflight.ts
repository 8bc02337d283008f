import { Command } from 'commander';
import { InputError } from '../input/input.ts';
import { harmless } from './harmless.ts';
import { EXIT, type ExitCode, type Io } from './io.ts';
import type { Options } from './preflight/run.ts';
import { isUnreachable } from './unreachable.ts';

const EXAMPLES = `
Example:
  sentinel preflight --kubeconfig ~/.kube/config --context prod

Run it before and after "kubectl apply -k cluster/", as somebody who may read roles, admission policies, webhooks and
DaemonSets. Nothing is written to the cluster.

Exit codes: 0 all is well; 1 something needs attention, or failed; 2 wrong input, or the cluster cannot be reached.`;

/** `sentinel preflight`: whether a cluster is ready, and how to mend it. */
export function preflightCommand(io: Io, done: (code: ExitCode) => void): Command {
  return new Command('preflight')
    .description('Checks that a cluster has what Namespace Sentinel needs, and tells the mend for what it lacks.')
    .requiredOption('--kubeconfig <file>', 'names the cluster')
    .option('--context <name>', 'of the kubeconfig, in place of its current one')
    .option('--json', 'print the checks as one line of JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Options) => {
      // Loaded when it is needed: the Kubernetes client is larger than all the rest.
      const { run } = await import('./preflight/run.ts');
      try {
        done(await run(options, io));
      } catch (error) {
        if (!(error instanceof InputError) && !isUnreachable(error)) throw error;
        io.stderr.write(`sentinel preflight: ${harmless((error as Error).message)}\n`);
        done(EXIT.wrong);
      }
    });
}

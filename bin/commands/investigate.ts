import { Command } from 'commander';
import { InputError } from '../input/input.ts';
import { harmless } from './harmless.ts';
import type { Options } from './investigate/run.ts';
import { EXIT, type ExitCode, type Io } from './io.ts';
import { isUnreachable } from './unreachable.ts';

const EXAMPLES = `
Examples:
  sentinel investigate --kubeconfig ~/.kube/config --namespace payments
  sentinel investigate --kubeconfig F --namespace payments --audit-log audit.log.gz --report payments.html

The checks that need AWS say that they were not made. Nothing is written to the cluster.

Exit codes: 0 done; 1 done, and the severity is HIGH or worse; 2 wrong input, or the cluster cannot be reached.`;

/** `sentinel investigate`: the investigation of a namespace in any cluster, without AWS. */
export function investigateCommand(io: Io, done: (code: ExitCode) => void): Command {
  return new Command('investigate')
    .description('Asks the questions of an analyst about a namespace, in any cluster, and scores the risk.')
    .requiredOption('--kubeconfig <file>', 'its current context is the cluster')
    .requiredOption('--namespace <name>', 'the namespace to look at')
    .option('--audit-log <file...>', 'audit logs of the cluster, in any form that "sentinel replay" reads', [])
    .option('--json', 'print finding, evidence and assessment as one line of JSON')
    .option('--report <file>', 'write the report (HTML) into this file')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Options) => {
      // Loaded when it is needed: the Kubernetes client is larger than all the rest.
      const { run } = await import('./investigate/run.ts');
      try {
        done(await run(options, io));
      } catch (error) {
        if (!(error instanceof InputError) && !isUnreachable(error)) throw error;
        io.stderr.write(`sentinel investigate: ${harmless((error as Error).message)}\n`);
        done(EXIT.wrong);
      }
    });
}

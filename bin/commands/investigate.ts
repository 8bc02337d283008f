import { Command } from 'commander';
import { withCluster } from './cluster-options.ts';
import type { InvestigateOptions } from './investigate/run.ts';
import { namespaceOption } from './playbook-options.ts';
import type { CommandRun } from './program.ts';

const EXAMPLES = `
Examples:
  sentinel investigate --kubeconfig ~/.kube/config --namespace payments
  sentinel investigate --kubeconfig F --namespace payments --audit-log audit.log.gz --report payments.html

The checks that need AWS say that they were not made. Nothing is written to the cluster.

Exit codes: 0 done; 1 done, and the severity is HIGH or worse; 2 wrong input, or the cluster cannot be reached.`;

/** `sentinel investigate`: the investigation of a namespace in any cluster, without AWS. */
export function investigateCommand(run: CommandRun): Command {
  return withCluster(new Command('investigate'))
    .description('Asks the questions of an analyst about a namespace, in any cluster, and scores the risk.')
    .addOption(namespaceOption())
    .option('--audit-log <file...>', 'audit logs of the cluster, in any form that "sentinel replay" reads', [])
    .option('--json', 'print finding, evidence and assessment as one line of JSON')
    .option('--report <file>', 'write the report (HTML) into this file')
    .addHelpText('after', EXAMPLES)
    .action(
      run(async (task, options: InvestigateOptions) => {
        // Loaded when it is needed: the Kubernetes client is larger than all the rest.
        const { investigateHere } = await import('./investigate/run.ts');
        return investigateHere(options, task);
      }),
    );
}

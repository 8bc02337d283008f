import { Command } from 'commander';
import { withCluster } from './cluster-options.ts';
import type { PreflightOptions } from './preflight/run.ts';
import type { CommandRun } from './program.ts';

const EXAMPLES = `
Example:
  sentinel preflight --kubeconfig ~/.kube/config --context prod --config sentinel.config.yaml

With --config, what the policies of the cluster protect and exempt is compared with the configuration. Run it before and after "kubectl apply -k cluster/", as somebody who may read roles, admission policies, webhooks and
DaemonSets. Nothing is written to the cluster.

Exit codes: 0 all is well; 1 something needs attention, or failed; 2 wrong input, or the cluster cannot be reached.`;

/** `sentinel preflight`: whether a cluster is ready, and how to fix it. */
export function preflightCommand(run: CommandRun): Command {
  return withCluster(new Command('preflight'))
    .description('Checks that a cluster has what Namespace Sentinel needs, and tells the mend for what it lacks.')
    .option('--config <file>', 'the configuration of the stack, to compare the lists of the policies with')
    .option('--json', 'print the checks as one line of JSON')
    .addHelpText('after', EXAMPLES)
    .action(
      run(async (task, options: PreflightOptions) => {
        // Loaded when it is needed: the Kubernetes client is larger than all the rest.
        const { preflight } = await import('./preflight/run.ts');
        return preflight(options, task);
      }),
    );
}

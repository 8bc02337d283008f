import { Command } from 'commander';
import { withCluster } from './cluster-options.ts';
import { type HelpText, withHelp } from './help.ts';
import type { InvestigateOptions } from './investigate/run.ts';
import { namespaceOption } from './playbook-options.ts';
import type { CommandRun } from './program.ts';

const HELP: HelpText = {
  about: 'The checks that need AWS say that they were not made. Nothing is written to the cluster.',
  examples: [
    'sentinel investigate --namespace payments',
    'sentinel investigate --kubeconfig F --context prod --namespace payments',
    'sentinel investigate --namespace payments --audit-log audit.log.gz --report payments.html',
  ],
  exit: {
    done: 'done',
    attention: 'done, and the severity is HIGH or worse',
    wrong: 'wrong input, or the cluster cannot be reached',
  },
};

/** `sentinel investigate`: the investigation of a namespace in any cluster, without AWS. */
export function investigateCommand(run: CommandRun): Command {
  return withHelp(withCluster(new Command('investigate')), HELP)
    .description('Asks the questions of an analyst about a namespace, in any cluster, and scores the risk.')
    .addOption(namespaceOption())
    .option('--audit-log <file...>', 'audit logs of the cluster, in any form that "sentinel replay" reads', [])
    .option('--json', 'print finding, evidence and assessment as one line of JSON')
    .option('--report <file>', 'write the report (HTML) into this file')
    .action(
      run(async (task, options: InvestigateOptions) => {
        // Loaded when it is needed: the Kubernetes client is larger than all the rest.
        const { investigateHere } = await import('./investigate/run.ts');
        return investigateHere(options, task);
      }),
    );
}

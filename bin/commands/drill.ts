import { Command, InvalidArgumentError, Option } from 'commander';
import { SEVERITIES } from '../../functions/contract/vocabulary.ts';
import { withCluster } from './cluster-options.ts';
import type { DrillCommandOptions } from './drill/run.ts';
import { asMyselfOption, auditLogOption } from './playbook-options.ts';
import type { CommandRun } from './program.ts';

const IMAGE = 'registry.k8s.io/pause:3.10';
const MAX_MINUTES = 60;

const ABOUT = `
A drill makes a harmless namespace (sentinel-drill-…, with a pod that sleeps and a right to read ConfigMaps of its own), follows it
through audit log, finding, investigation and alert to each subscriber, contains it (plan, isolation, proofs), releases it, and takes
it away again: also on Ctrl-C, and where something fails. It prints when each link answered, and what to do about what did not.

With --stack it is held against the deployment, and everything that is told of it is marked as a drill: its nonce is registered in
the findings table first, for this namespace and for you. Without, the playbooks run here as with "sentinel contain", and the audit
log is what --audit-log gives.

  --ask-on-call  isolates in the mode remove: on-call is asked, the drill answers "refuse", and nothing is removed
  --alert-only   sends a marked alert by the function alert, and shows nothing before it

Examples:
  sentinel drill --stack NamespaceSentinel --cluster prod --region eu-west-1
  sentinel drill --stack NamespaceSentinel --cluster prod --ask-on-call
  sentinel drill --stack NamespaceSentinel --alert-only --severity HIGH
  sentinel drill --kubeconfig F --audit-log audit.log

It needs the policies Drill, Reader and Starter of the stack, with --ask-on-call Approver as well, and rights in the cluster;
--alert-only needs Drill, Reader, and "lambda:InvokeFunction" on alert (docs/drill.md).

Exit codes: 0 everything that could be seen answered, and nothing is left; 1 something did not, or something is left; 2 wrong input,
or the cluster or AWS cannot be reached.`;

/** `sentinel drill`: whether every link answers, from the audit log to the release. */
export const drillCommand = (run: CommandRun): Command =>
  withCluster(new Command('drill'))
    .description('Makes a harmless namespace, follows it through every link, and takes it away again.')
    .option('--stack <name>', 'the stack of the deployment; without, the drill is held from here alone')
    .option('--alert-only', 'send a marked alert by the deployed function alert (default stack: NamespaceSentinel)')
    .addOption(
      new Option('--severity <severity>', 'with --alert-only: which one it says, for filter policies')
        .choices(SEVERITIES)
        .default('HIGH'),
    )
    .option('--ask-on-call', 'also have on-call asked whether to remove what runs, and answer with "refuse"')
    .addOption(auditLogOption())
    .addOption(
      new Option('--wait <minutes>', 'how long a link is waited for at most; a playbook twice as long')
        .argParser(minutes)
        .default(10),
    )
    .addOption(new Option('--image <image>', 'of the pod that sleeps').default(IMAGE))
    .option('--json', 'print the report as one line of JSON')
    .addOption(asMyselfOption())
    .addHelpText('after', ABOUT)
    .action(
      run(async (task, options: DrillCommandOptions) => {
        const { runDrill } = await import('./drill/run.ts');
        return runDrill(options, task);
      }),
    );

function minutes(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= MAX_MINUTES))
    throw new InvalidArgumentError(`It must be at most ${MAX_MINUTES}, and more than 0.`);
  return value;
}

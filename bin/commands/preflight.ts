import { Command, InvalidArgumentError, Option } from 'commander';
import { withCluster } from './cluster-options.ts';
import { type HelpText, withHelp } from './help.ts';
import type { PreflightOptions } from './preflight/run.ts';
import type { CommandRun } from './program.ts';

const HELP: HelpText = {
  about: `
With --config alone it asks AWS about the account, Region, clusters and stack of the configuration, and then the cluster of
the kubeconfig; --side chooses one of both. With --kubeconfig or --context it asks that cluster alone, and with --config
compares what its policies protect and exempt with the configuration. Run it before and after "npm run deploy", and before
and after "kubectl apply -k cluster-side". Nothing is changed anywhere.

With --remove it says what stands in the way of taking everything down, and what stays then and costs, in the order to
follow, each with its command: before "cdk destroy", and after it for 90 days. It asks AWS and the cluster of the
kubeconfig.

--live asks an account in which the stack is deployed about what only an account can show (docs/unverified.md): what IAM
allows our roles, what Step Functions makes of the playbooks, whom the freeze would refuse. Two queries read the audit log
of each cluster, of the last day or of --hours; CloudWatch bills them by what they scan. --report writes what was seen into
FILE as JSON and beside it as text, for you to send back: ids of accounts, names and addresses are masked unless --names is
given.`,
  examples: [
    'sentinel preflight --config sentinel.config.yaml',
    'sentinel preflight --kubeconfig F --context prod --config sentinel.config.yaml',
    'sentinel preflight --remove --config sentinel.config.yaml',
    'sentinel preflight --policy',
    'sentinel preflight --live --config sentinel.config.yaml --report live.json',
  ],
  needs: `
For AWS it uses the credentials of your environment (AWS_PROFILE), which need what --policy prints; with --remove or --live
what "--policy --remove" or "--policy --live" prints. In the cluster it reads roles, admission policies, webhooks and
DaemonSets. What you may not see is listed as not-checked.`,
  exit: {
    done: 'all is well, or nothing stands in the way of taking it down',
    attention: 'something needs attention, failed, or could not be checked',
    wrong: 'wrong input, or AWS or the cluster cannot be reached',
  },
};

/** `sentinel preflight`: whether account and cluster are ready, and how to fix what is not. */
export function preflightCommand(run: CommandRun): Command {
  return withHelp(withCluster(new Command('preflight')), HELP)
    .description(
      'Checks that account and cluster have what Namespace Sentinel needs, and names the fix for what they lack.',
    )
    .option('--config <file>', 'the configuration of the stack')
    .addOption(new Option('--side <side>', 'only one side').choices(['aws', 'cluster']))
    .option('--remove', 'what stands in the way of taking everything down, and what stays')
    .option('--policy', 'print the IAM policy that the AWS side needs, which only reads')
    .option('--live', 'ask an account with the stack what only an account can show')
    .option('--report <file>', 'with --live: write what was seen into a file, to be sent back')
    .option('--names', 'with --live: keep names and ids in the report')
    .addOption(
      new Option('--hours <n>', 'with --live: how far back logs and events are read (default: 24)').argParser(hoursOf),
    )
    .option('--json', 'print the checks as one line of JSON')
    .action(
      run(async (task, options: PreflightOptions) => {
        // Loaded when it is needed: the Kubernetes client is larger than all the rest.
        const { preflight } = await import('./preflight/run.ts');
        return preflight(options, task);
      }),
    );
}

/** CloudTrail and the logs are asked about a week at most. */
function hoursOf(text: string): number {
  const hours = Number(text);
  if (!Number.isInteger(hours) || hours < 1 || hours > MAX_HOURS)
    throw new InvalidArgumentError(`It is not a whole number from 1 to ${MAX_HOURS}.`);
  return hours;
}

const MAX_HOURS = 168;

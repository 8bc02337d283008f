import { Command, Option } from 'commander';
import { AUDIT_LOG_MINUTES, CONTAIN_MODES, SCOPES } from '../../functions/contract/vocabulary.ts';
import { withCluster } from './cluster-options.ts';
import type { ContainCommandOptions } from './contain/run.ts';
import { type HelpText, withHelp } from './help.ts';
import { asMyselfOption, auditLogOption, namespaceOption, uidOption } from './playbook-options.ts';
import type { CommandRun } from './program.ts';

const HELP: HelpText = {
  about: `
Modes:
  plan     sends every write as a dry run, and prints what would be done (the default)
  isolate  nothing new can start, no traffic, no identity; what runs keeps running, cut off
  remove   isolates, shows what would be stopped, asks, and stops it; volumes are kept

Scopes of "remove", and of the plan that tells about it:
  workloads  what makes pods, and pods (the default)
  pods       the pods alone, and the connections that they hold open; what makes them stays, held by the freeze

With --finding the alert of the deployment says how the creator got in, and with --audit-log the logs do, as for
"investigate". Without either the root cause stays unknown. Without --audit-log nobody knows whether somebody is in a pod
that goes on running, and the run ends with that open.

Every step may be repeated: a run that was stopped goes on with the same command.

Snapshot and evidence are kept in $XDG_STATE_HOME/namespace-sentinel/containment/<cluster>/<namespace>-<uid>, where
$XDG_STATE_HOME is ~/.local/state unless it is set; "verify" and "release" find them there.`,
  examples: [
    'sentinel contain --namespace payments',
    'sentinel contain --finding nsf-47514e8a4998 --region eu-west-1',
    'sentinel contain --namespace payments --audit-log audit-1.log audit-2.log --mode isolate',
    'sentinel contain --kubeconfig F --context prod --namespace payments --mode remove --scope pods',
    'sentinel release --kubeconfig F --context prod --namespace payments',
  ],
  exit: {
    done: 'contained, or a plan with nothing open',
    attention: 'something is open, or nothing was touched',
    wrong: 'wrong input, or the cluster cannot be reached',
  },
};

/** `sentinel contain`: the playbook that is deployed, run here. */
export function containCommand(run: CommandRun): Command {
  return withHelp(withCluster(new Command('contain')), HELP)
    .description('Isolates a namespace in any cluster, proves it, and on approval stops what runs in it.')
    .addOption(namespaceOption().makeOptionMandatory(false))
    .option('--finding <id>', 'a finding of your deployment: it tells namespace, UID, cluster and root cause')
    .option('--stack <name>', 'with --finding: the stack of the deployment (default: NamespaceSentinel)')
    .addOption(uidOption('; without, that of the live namespace'))
    .addOption(new Option('--mode <mode>', 'what to do').choices(CONTAIN_MODES).default('plan'))
    .addOption(new Option('--scope <scope>', 'what the mode "remove" stops; without, workloads').choices(SCOPES))
    .option('--accept <id...>', 'dangers that you accept, by the ids that a refusal names', [])
    .addOption(auditLogOption())
    .addOption(
      new Option('--audit-log-minutes <minutes>', 'how long to wait for what the audit log has to say')
        .argParser(Number)
        .default(AUDIT_LOG_MINUTES),
    )
    .option('--yes', 'approve the removal beforehand')
    .option('--out <directory>', 'where snapshot and evidence are kept (default: a folder of yours, which is printed)')
    .option('--json', 'print the report as one line of JSON')
    .addOption(asMyselfOption())
    .action(
      run(async (task, options: ContainCommandOptions) => {
        const { runContain } = await import('./contain/run.ts');
        return runContain(options, task);
      }),
    );
}

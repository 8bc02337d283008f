import { Command } from 'commander';
import { withCluster } from './cluster-options.ts';
import type { ReleaseOptions } from './contain/release.ts';
import { type HelpText, withHelp } from './help.ts';
import { asMyselfOption, namespaceOption, uidOption } from './playbook-options.ts';
import type { CommandRun } from './program.ts';

const HELP: HelpText = {
  about: 'What would grant wide rights again is not restored but written down, for a person.',
  examples: [
    'sentinel release --namespace payments --plan',
    'sentinel release --kubeconfig F --context prod --from evidence/',
  ],
  exit: {
    done: 'released, or a plan with nothing open',
    attention: 'something is open, or nothing was touched',
    wrong: 'wrong input, or the cluster cannot be reached',
  },
};

/** `sentinel release`: gives a contained namespace back what it had. */
export function releaseCommand(run: CommandRun): Command {
  return withHelp(withCluster(new Command('release')), HELP)
    .description('Gives a contained namespace back what its snapshot holds, and says what did not come back.')
    .addOption(namespaceOption().makeOptionMandatory(false))
    .option(
      '--from <directory>',
      'of the containment (default: where "contain" keeps it); one that was deployed works too: copy its bucket',
    )
    .addOption(uidOption(', where it was contained several times'))
    .option('--plan', 'send every write as a dry run, and print what would be done')
    .option('--overwrite', 'write over what was changed since the containment')
    .option('--unconfirmed', 'restore from a snapshot although no hash of it was noted: you know where it comes from')
    .option('--yes', 'do not ask')
    .option('--json', 'print the report as one line of JSON')
    .addOption(asMyselfOption())
    .action(
      run(async (task, options: ReleaseOptions) => {
        const { runRelease } = await import('./contain/release.ts');
        return runRelease(options, task);
      }),
    );
}

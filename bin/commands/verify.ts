import { Command } from 'commander';
import { withCluster } from './cluster-options.ts';
import type { VerifyOptions } from './contain/verify.ts';
import { type HelpText, withHelp } from './help.ts';
import { asMyselfOption, auditLogOption, namespaceOption, uidOption } from './playbook-options.ts';
import type { CommandRun } from './program.ts';

const HELP: HelpText = {
  examples: [
    'sentinel verify --namespace payments',
    'sentinel verify --kubeconfig F --context prod --namespace payments --from evidence/',
  ],
  exit: {
    done: 'every decisive proof holds',
    attention: 'one does not',
    wrong: 'wrong input, or the cluster cannot be reached',
  },
};

/** `sentinel verify`: whether a namespace is isolated, now. */
export function verifyCommand(run: CommandRun): Command {
  return withHelp(withCluster(new Command('verify')), HELP)
    .description('Tests whether a namespace is isolated, and says how each proof was tested. Changes nothing.')
    .addOption(namespaceOption())
    .addOption(uidOption('; without, that of the live namespace'))
    .option(
      '--from <directory>',
      'of the containment, to compare with what there was before (default: where "contain" keeps it)',
    )
    .addOption(auditLogOption())
    .option('--json', 'print the proofs as one line of JSON')
    .addOption(asMyselfOption())
    .action(
      run(async (task, options: VerifyOptions) => {
        const { runVerify } = await import('./contain/verify.ts');
        return runVerify(options, task);
      }),
    );
}

import { Command } from 'commander';
import type { ReleaseOptions } from './contain/release.ts';
import type { ExitCode, Io } from './io.ts';
import { asMyselfOption, kubeconfigOption, uidOption } from './playbook-options.ts';
import { telling } from './telling.ts';

const ABOUT = `
What would grant wide rights again is not restored but written down, for a person.

Examples:
  sentinel release --kubeconfig F --from containment-payments-0a1b2c3d --plan
  sentinel release --kubeconfig F --from containment-payments-0a1b2c3d

Exit codes: 0 released, or a plan with nothing open; 1 something is open, or nothing was touched; 2 wrong input, or the
cluster cannot be reached.`;

/** `sentinel release`: gives a contained namespace back what it had. */
export function releaseCommand(io: Io, done: (code: ExitCode) => void): Command {
  return new Command('release')
    .description('Gives a contained namespace back what its snapshot holds, and says what did not come back.')
    .addOption(kubeconfigOption())
    .requiredOption('--from <directory>', 'of the containment; one that was deployed works too: copy its bucket')
    .addOption(uidOption(', where the directory holds several snapshots'))
    .option('--plan', 'send every write as a dry run, and print what would be done')
    .option('--overwrite', 'write over what was changed since the containment')
    .option('--yes', 'do not ask')
    .option('--json', 'print the report as one line of JSON')
    .addOption(asMyselfOption())
    .addHelpText('after', ABOUT)
    .action(async (options: ReleaseOptions) => {
      const { runRelease } = await import('./contain/release.ts');
      done(await telling('release', io, () => runRelease(options, io)));
    });
}

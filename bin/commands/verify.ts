import { Command } from 'commander';
import type { VerifyOptions } from './contain/verify.ts';
import type { ExitCode, Io } from './io.ts';
import { asMyselfOption, kubeconfigOption, namespaceOption, uidOption } from './playbook-options.ts';
import { telling } from './telling.ts';

const ABOUT = `
Example:
  sentinel verify --kubeconfig F --namespace payments --from containment-payments-0a1b2c3d

Exit codes: 0 every decisive proof holds; 1 one does not; 2 wrong input, or the cluster cannot be reached.`;

/** `sentinel verify`: whether a namespace is isolated, now. */
export function verifyCommand(io: Io, done: (code: ExitCode) => void): Command {
  return new Command('verify')
    .description('Tests whether a namespace is isolated, and says how each proof was tested. Changes nothing.')
    .addOption(kubeconfigOption())
    .addOption(namespaceOption())
    .addOption(uidOption('; without, that of the live namespace'))
    .option('--from <directory>', 'of the containment, to compare with what there was before')
    .option('--json', 'print the proofs as one line of JSON')
    .addOption(asMyselfOption())
    .addHelpText('after', ABOUT)
    .action(async (options: VerifyOptions) => {
      const { runVerify } = await import('./contain/verify.ts');
      done(await telling('verify', io, () => runVerify(options, io)));
    });
}

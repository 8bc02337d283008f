import { Command } from 'commander';
import { regionOption } from './cluster-options.ts';
import { type HelpText, withHelp } from './help.ts';
import type { CommandRun } from './program.ts';

const HELP: HelpText = {
  about: `
What detect or alert failed at in all tries waits in the dead-letter queue. Without --yes it is listed, and nothing is
changed; what was listed can be read again after half a minute. With --yes each is handed to its function again, and taken
out of the queue when Lambda has it: fix the cause first. What was done already is not done twice. Messages of another
kind are left where they are.`,
  examples: ['sentinel redrive', 'sentinel redrive --stack NamespaceSentinel --region eu-west-1 --yes'],
  needs: `
It needs "cloudformation:DescribeStacks", "sqs:ReceiveMessage" on the queue, and with --yes "sqs:DeleteMessage" on the
queue and "lambda:InvokeFunction" on detect and alert.`,
  exit: {
    done: 'nothing waits any more',
    attention: 'something waits',
    wrong: 'wrong input, or AWS cannot be reached',
  },
};

/** `sentinel redrive`: what failed in all tries, and its way back. */
export const redriveCommand = (run: CommandRun): Command =>
  withHelp(new Command('redrive'), HELP)
    .description('Lists what failed in all tries, and hands it to its function again.')
    .option('--stack <name>', 'the stack of the deployment (default: NamespaceSentinel)')
    .addOption(regionOption('Region of the deployment (default: that of your environment or profile)'))
    .option('--yes', 'hand it over again (default: list it only)')
    .option('--json', 'print each as one line of JSON')
    .action(
      run(async (task, options: { stack?: string; region?: string; yes?: boolean; json?: boolean }) => {
        const { redrive } = await import('./redrive/redrive.ts');
        const { openDeadLetters } = await import('./redrive/dead-letters.ts');
        const { yes = false, json = false } = options;
        return redrive(await openDeadLetters(task, options), { yes, json }, task);
      }),
    );

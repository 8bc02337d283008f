import { Command } from 'commander';
import { regionOption } from './cluster-options.ts';
import { type HelpText, withHelp } from './help.ts';
import type { CommandRun } from './program.ts';

const HELP: HelpText = {
  about: `
What detect or alert failed at in all tries waits in the dead-letter queue, and so does what PagerDuty, another HTTPS
endpoint or another event bus did not take. Without --yes it is listed, and nothing is changed; what was listed can be
read again after half a minute. With --yes each call is handed to its function again, and each event put on its bus
again, and taken out of the queue when Lambda or EventBridge has it: fix the cause first. What a function has done
already is not done twice; an event goes to every target of its bus once more. Events of AWS itself and messages of
another kind are left where they are.`,
  examples: ['sentinel redrive', 'sentinel redrive --stack NamespaceSentinel --region eu-west-1 --yes'],
  needs: `
It needs "cloudformation:DescribeStacks", "sqs:ReceiveMessage" on the queue, and with --yes "sqs:DeleteMessage" on the
queue, "lambda:InvokeFunction" on detect, alert and securityhub, and "events:PutEvents" on the buses.`,
  exit: {
    done: 'nothing waits any more',
    attention: 'something waits',
    wrong: 'wrong input, or AWS cannot be reached',
  },
};

/** `sentinel redrive`: what failed in all tries, and its way back. */
export const redriveCommand = (run: CommandRun): Command =>
  withHelp(new Command('redrive'), HELP)
    .description('Lists what failed in all tries, and hands it on again.')
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

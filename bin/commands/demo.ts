import { join } from 'node:path';
import { Command } from 'commander';
import { PACKAGE_ROOT } from '../package-root.ts';
import { type HelpText, withHelp } from './help.ts';
import type { CommandRun } from './program.ts';

/** A stolen CI role makes itself cluster-admin and hides a miner. */
const RECORDING = join(PACKAGE_ROOT, 'test/corpus/incidents/stolen-ci-role/audit.jsonl.gz');

const HELP: HelpText = {
  about: `
The log goes through the handlers and playbooks that are deployed: a namespace is noticed and investigated, mails are sent,
and the lines in the mails contain the namespace and release it again. It talks to no cluster and not to AWS; what a
playbook writes, it writes into a copy of the recorded cluster in memory. What belongs to a recorded incident, as the
cluster's objects, is read from the folder of the log. It takes some seconds.`,
  examples: [
    'sentinel demo',
    'sentinel demo --out results test/corpus/incidents/lookalike-namespace/audit.jsonl.gz',
    'sentinel demo --json audit.log',
  ],
  exit: {
    done: 'done',
    attention: 'done, but something in the log was passed over, or a playbook did not end as it should, or interrupted',
    wrong: 'wrong input',
  },
};

/** `sentinel demo`: a recorded incident through the whole product, on this machine. */
export function demoCommand(run: CommandRun): Command {
  return withHelp(new Command('demo'), HELP)
    .description(
      'Plays a recorded audit log through detection, investigation, mails, containment and release, on this machine.',
    )
    .argument('[file]', 'recorded log, in any form that "sentinel replay" reads (default: a recorded incident)')
    .option('--out <folder>', 'where to write: a new or empty folder, or one that this command has made', 'demo-out')
    .option('--json', 'print what happened as one line of JSON, and no mail')
    .action(
      run(async (task, file: string | undefined, options: { out: string; json?: boolean }) => {
        // The handlers' own log lines and metrics are for CloudWatch.
        process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
        process.env['POWERTOOLS_METRICS_DISABLED'] = 'true';
        const { demo } = await import('./demo/run.ts');
        return demo(file ?? RECORDING, options, task);
      }),
    );
}

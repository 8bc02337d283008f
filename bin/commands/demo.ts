import { join } from 'node:path';
import { Command } from 'commander';
import { PACKAGE_ROOT } from '../package-root.ts';
import type { CommandRun } from './program.ts';

/** A stolen CI role makes itself cluster-admin and hides a miner. */
const RECORDING = join(PACKAGE_ROOT, 'test/corpus/incidents/stolen-ci-role/audit.jsonl.gz');

const ABOUT = `
It talks to no cluster and not to AWS. What belongs to a recorded incident, as the cluster's objects, is read from the
folder of the log.

Exit codes: 0 done; 1 done, but something in the log was passed over; 2 wrong input.`;

/** `sentinel demo`: a recorded incident through the real handlers, on this machine. */
export function demoCommand(run: CommandRun): Command {
  return new Command('demo')
    .description('Replays a recorded audit log through the real handlers, with local clients in place of AWS.')
    .argument('[file]', 'recorded log, in any form that "sentinel replay" reads (default: a recorded incident)')
    .option('--out <folder>', 'where to write: a new or empty folder, or one that this command has made', 'demo-out')
    .addHelpText('after', ABOUT)
    .action(
      run(async (task, file: string | undefined, { out }: { out: string }) => {
        // The handlers' own log lines and metrics are for CloudWatch.
        process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
        process.env['POWERTOOLS_METRICS_DISABLED'] = 'true';
        const { demo } = await import('./demo/run.ts');
        return demo(file ?? RECORDING, out, task);
      }),
    );
}

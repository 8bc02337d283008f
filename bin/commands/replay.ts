import { Argument, Command } from 'commander';
import type { Cluster } from '../../functions/contract/finding.ts';
import { defined } from '../../functions/kit/defined.ts';
import { FORMS } from '../input/forms.ts';
import { accountOption, clusterOption, regionOption } from './cluster-options.ts';
import { type HelpText, withHelp } from './help.ts';
import type { CommandRun } from './program.ts';

interface Options {
  json?: boolean;
  cluster?: string;
  region?: string;
  account?: string;
}

const HELP: HelpText = {
  about: `
What is read, recognised by what the file holds:
${FORMS.map((form) => (form.startsWith(' ') ? `  ${form}` : `  - ${form}`)).join('\n')}

An event is looked for in each line and document; what stands inside an event is text of its client, and never is one.
What cannot be read (Parquet, bzip2, zip, ...) is named, with what to do. docs/forms.md says how to export each form.`,
  examples: [
    'sentinel replay audit.log',
    'sentinel replay --cluster prod --region eu-west-1 --account 111122223333 audit-*.log.gz',
    'sentinel replay --json export/*/kube-apiserver-audit-*/*.gz > findings.ndjson',
    'aws logs filter-log-events --log-group-name /aws/eks/prod/cluster \\',
    '  --log-stream-name-prefix kube-apiserver-audit | sentinel replay -',
  ],
  exit: { done: 'done', attention: 'done, but something in the input was passed over', wrong: 'wrong input' },
};

/** `sentinel replay`: findings in recorded logs. */
export function replayCommand(run: CommandRun): Command {
  const where = ', where the input does not say';
  return withHelp(new Command('replay'), HELP)
    .description('Finds created namespaces, and attempts at it, in recorded logs of any length.')
    .addArgument(new Argument('<file...>', 'recorded logs; - is standard input'))
    .option('--json', 'print each finding as one line of JSON, and nothing else')
    .addOption(clusterOption(where))
    .addOption(regionOption(`its Region${where}`))
    .addOption(accountOption(where))
    .action(
      run(async (task, files: string[], { json = false, cluster: name, region, account }: Options) => {
        const cluster: Cluster = defined({
          name: name || undefined,
          region: region || undefined,
          account: account || undefined,
        });
        const { replay } = await import('./replay/replay.ts');
        return replay(files, { json, cluster }, task);
      }),
    );
}

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
  state?: string;
}

const HELP: HelpText = {
  about: `
What is read, recognised by what the file holds:
${FORMS.map((form) => (form.startsWith(' ') ? `  ${form}` : `  - ${form}`)).join('\n')}

s3://BUCKET/PREFIX is all objects whose keys begin so: as many as fit the cores are read side by side, with the credentials of
your environment. What there is to read is told first, with what it costs. With --state, a run that has broken off goes on
behind the objects that were done.

An event is looked for in each line and document; what stands inside an event is text of its client, and never is one.
What cannot be read (Parquet, bzip2, zip, ...) is named, with what to do. docs/forms.md says how to export each form.`,
  examples: [
    'sentinel replay audit.log',
    'sentinel replay --cluster prod --region eu-west-1 --account 111122223333 audit-*.log.gz',
    'sentinel replay --json --state state.ndjson s3://BUCKET/PREFIX >> findings.ndjson',
    'sentinel replay --json export/*/kube-apiserver-audit-*/*.gz > findings.ndjson',
    'aws logs filter-log-events --log-group-name /aws/eks/prod/cluster \\',
    '  --log-stream-name-prefix kube-apiserver-audit | sentinel replay -',
  ],
  needs: `
Objects in S3 need "s3:ListBucket" on the bucket, "s3:GetObject" on the objects, and "kms:Decrypt" on the key where they are
encrypted with KMS. Requests cost $0.0004 for a thousand objects, and what leaves their Region is paid for.`,
  exit: { done: 'done', attention: 'done, but something in the input was passed over', wrong: 'wrong input' },
};

/** `sentinel replay`: findings in recorded logs. */
export function replayCommand(run: CommandRun): Command {
  const where = ', where the input does not say';
  return withHelp(new Command('replay'), HELP)
    .description('Finds created namespaces, and attempts at it, in recorded logs of any length.')
    .addArgument(new Argument('<file...>', 'recorded logs; - is standard input, s3://BUCKET/PREFIX objects'))
    .option('--json', 'print each finding as one line of JSON, and nothing else')
    .option('--state <file>', 'keep in this file which objects in S3 were read to their ends, and leave those out')
    .addOption(clusterOption(where))
    .addOption(regionOption(`its Region${where}`))
    .addOption(accountOption(where))
    .action(
      run(async (task, files: string[], { json = false, cluster: name, region, account, state }: Options) => {
        const cluster: Cluster = defined({
          name: name || undefined,
          region: region || undefined,
          account: account || undefined,
        });
        const { replay } = await import('./replay/replay.ts');
        return replay(files, { json, cluster, ...defined({ state }) }, task);
      }),
    );
}

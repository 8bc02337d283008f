import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { REGION } from '../../functions/aws-console.ts';
import type { Cluster } from '../../functions/finding.ts';
import { FORMS } from '../input/forms.ts';
import type { ExitCode, Io } from './io.ts';
import { replay } from './replay/replay.ts';

interface Options {
  json?: boolean;
  cluster?: string;
  region?: string;
  account?: string;
}

const EXAMPLES = `
Forms, told by what the file holds, gzip included:
${[...new Set(FORMS.map(({ name }) => `  - ${name}`))].join('\n')}

Examples:
  sentinel replay audit.log
  sentinel replay --cluster prod --region eu-west-1 --account 111122223333 audit-*.log.gz
  sentinel replay --json export/*/kube-apiserver-audit-*/*.gz > findings.ndjson
  aws logs filter-log-events --log-group-name /aws/eks/prod/cluster \\
    --log-stream-name-prefix kube-apiserver-audit | sentinel replay -

Exit codes: 0 done; 1 done, but something in the input was passed over; 2 wrong input.`;

/** A value that must match; EKS and AWS give the grammars. */
const matching = (pattern: RegExp, what: string) => (value: string) => {
  if (!pattern.test(value)) throw new InvalidArgumentError(`It is no ${what}.`);
  return value;
};

/** `sentinel replay`: findings in recorded logs. */
export function replayCommand(io: Io, done: (code: ExitCode) => void): Command {
  const where = 'where the input does not tell it';
  return new Command('replay')
    .description('Finds created namespaces, and attempts at it, in recorded logs of any length.')
    .addArgument(new Argument('<file...>', 'recorded logs; - is standard input'))
    .option('--json', 'print each finding as one line of JSON, and nothing else')
    .addOption(
      new Option('--cluster <name>', `name of the cluster, ${where}`).argParser(
        matching(/^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/, 'name of an EKS cluster'),
      ),
    )
    .addOption(
      new Option('--region <region>', `its Region, ${where}`).argParser(matching(REGION, 'AWS Region, as eu-west-1')),
    )
    .addOption(
      new Option('--account <id>', `its AWS account, ${where}`).argParser(
        matching(/^\d{12}$/, 'account id of 12 digits'),
      ),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], { json = false, cluster: name, region, account }: Options) => {
      const cluster: Cluster = { ...(name && { name }), ...(region && { region }), ...(account && { account }) };
      done(await replay(files, { json, cluster }, io));
    });
}

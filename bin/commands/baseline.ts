import { userInfo } from 'node:os';
import { Argument, Command, Option } from 'commander';
import type { Baseline } from '../../functions/clients/table/baseline.ts';
import type { Cluster } from '../../functions/contract/finding.ts';
import { propose } from './baseline/propose.ts';
import { list, revoke } from './baseline/stored.ts';
import { accountOption, clusterOption, regionOption } from './cluster-options.ts';
import { harmless } from './harmless.ts';
import { EXIT, type ExitCode, type Io, OutputError, ReaderGone } from './io.ts';

type Done = (code: ExitCode) => void;

const ABOUT = `
A creator is known in a cluster for a pattern of names, for 90 days, because a person has said so: by calling a finding
legitimate, or by accepting a proposal made from recorded logs. What is known counts as not new; it never outweighs a sign
of danger.

Example:
  sentinel baseline propose audit-*.log.gz --cluster prod --region eu-west-1 --account 111122223333 > proposals.yaml
  (read it, and delete what you do not know)
  sentinel baseline accept proposals.yaml --table FindingsTable`;

/** `sentinel baseline`: who is known to make which namespaces. */
export function baselineCommand(io: Io, done: Done): Command {
  return new Command('baseline')
    .description('Who is known to make which namespaces: proposed from recorded logs, accepted by a person.')
    .addHelpText('after', ABOUT)
    .addCommand(proposeCommand(io, done))
    .addCommand(acceptCommand(io, done))
    .addCommand(listCommand(io, done))
    .addCommand(revokeCommand(io, done));
}

const tableOption = (): Option =>
  new Option('--table <name>', 'the findings table, an output of the stack').makeOptionMandatory();

function proposeCommand(io: Io, done: Done): Command {
  const where = ', where the input does not tell it';
  return new Command('propose')
    .description('Proposes what to know from recorded logs, for a person to read. Accepts nothing.')
    .addArgument(new Argument('<file...>', 'recorded logs, as "sentinel replay" reads them; - is standard input'))
    .option('--json', 'print each proposal as one line of JSON')
    .addOption(clusterOption(where))
    .addOption(regionOption(`its Region${where}`))
    .addOption(accountOption(where))
    .action(
      async (files: string[], options: { json?: boolean; cluster?: string; region?: string; account?: string }) => {
        const { json = false, cluster: name, region, account } = options;
        const cluster: Cluster = { ...(name && { name }), ...(region && { region }), ...(account && { account }) };
        done(await propose(files, { json, cluster }, io));
      },
    );
}

interface Stored {
  table: string;
  region?: string;
}

function acceptCommand(io: Io, done: Done): Command {
  return new Command('accept')
    .description('Writes proposals that you have read into the baseline.')
    .addArgument(
      new Argument(
        '<file>',
        'what "sentinel baseline propose" printed, without what you do not know; - is standard input',
      ),
    )
    .addOption(tableOption())
    .addOption(regionOption('Region of the table'))
    .option('--by <name>', 'who accepts them; default: your name on this machine')
    .action(async (file: string, { by, ...stored }: Stored & { by?: string }) => {
      const { accept } = await import('./baseline/accept.ts');
      const decidedBy = by ?? userInfo().username;
      done(await withBaseline(stored, io, (baseline) => accept(file, { baseline, decidedBy, now: Date.now() }, io)));
    });
}

function listCommand(io: Io, done: Done): Command {
  return new Command('list')
    .description('Lists what is known, and until when.')
    .addOption(tableOption())
    .addOption(regionOption('Region of the table'))
    .option('--json', 'print each as one line of JSON')
    .action(async ({ json = false, ...stored }: Stored & { json?: boolean }) => {
      done(await withBaseline(stored, io, (baseline) => list(baseline, { json, now: Date.now() }, io)));
    });
}

function revokeCommand(io: Io, done: Done): Command {
  return new Command('revoke')
    .description('Forgets what was said of one creator, cluster and pattern.')
    .addOption(tableOption())
    .addOption(clusterOption().makeOptionMandatory())
    .addOption(regionOption('its Region, and that of the table').makeOptionMandatory())
    .addOption(accountOption().makeOptionMandatory())
    .requiredOption('--principal <principal>', 'the creator, as "sentinel baseline list" shows it')
    .requiredOption('--pattern <pattern>', 'the pattern of names')
    .action(
      async (
        options: Stored & { cluster: string; region: string; account: string; principal: string; pattern: string },
      ) => {
        const { cluster: name, region, account, principal, pattern: namePattern } = options;
        const key = { cluster: { name, region, account }, principal, namePattern };
        done(await withBaseline(options, io, (baseline) => revoke(baseline, key, io)));
      },
    );
}

/** The AWS SDK is loaded here only: other commands need neither wait for it nor hold it. */
async function withBaseline(
  { table, region }: Stored,
  io: Io,
  work: (baseline: Baseline) => Promise<ExitCode>,
): Promise<ExitCode> {
  const [{ DynamoDBClient }, { DynamoBaseline }] = await Promise.all([
    import('@aws-sdk/client-dynamodb'),
    import('../../functions/clients/table/dynamo-baseline.ts'),
  ]);
  try {
    return await work(new DynamoBaseline(new DynamoDBClient({ ...(region && { region }) }), table));
  } catch (error) {
    if (error instanceof ReaderGone || error instanceof OutputError) throw error;
    const { name, message } = error as Error;
    io.stderr.write(`table ${harmless(table)}: ${harmless(`${name}: ${message}`)}\n`);
    return EXIT.wrong;
  }
}

import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import type { StoredFindings } from '../../functions/clients/table/stored-findings.ts';
import { SEVERITIES, type Severity } from '../../functions/contract/vocabulary.ts';
import { defined } from '../../functions/kit/defined.ts';
import { clusterOption, regionOption } from './cluster-options.ts';
import { FINDING_STATES, type FindingState } from './findings/summary.ts';
import { type HelpText, withHelp } from './help.ts';
import { namespaceOption } from './playbook-options.ts';
import type { CommandRun } from './program.ts';
import { openTable, type TableChoice, withTable } from './table.ts';
import type { Task } from './task.ts';

const HELP: HelpText = {
  about: `
States: open (alerted, and nobody has acted), not-alerted (on the way), contained, partly-contained, released and
partly-released (by the last playbook), legitimate (closed by a person), accepted, digested and recorded (no alert of its
own).`,
  examples: [
    'sentinel findings',
    'sentinel findings --severity HIGH --state open --since 24h',
    'sentinel findings --stack NamespaceSentinel --region eu-west-1 --cluster prod --json',
    'sentinel findings show nsf-47514e8a4998',
  ],
  needs: `
It needs "dynamodb:Scan" on the table, "kms:Decrypt" on its key, and without --table "cloudformation:DescribeStacks"; the
managed policy of the output ReaderPolicyArn has them. It reads the whole table, which costs about a cent for a hundred
thousand findings.`,
  exit: {
    done: 'done',
    attention: 'some findings could not be read',
    wrong: 'wrong input, or AWS cannot be reached',
  },
};

const SHOW_HELP: HelpText = {
  examples: [
    'sentinel findings show nsf-47514e8a4998',
    'sentinel findings show nsf-47514e --stack NamespaceSentinel --region eu-west-1 --json',
  ],
  needs: 'It needs the same rights as "sentinel findings".',
  exit: {
    done: 'done',
    wrong: 'wrong input, no such finding, one that cannot be read, or AWS cannot be reached',
  },
};

interface Listing extends TableChoice {
  severity?: Severity;
  state?: FindingState[];
  cluster?: string;
  namespace?: string;
  since: number;
  json?: boolean;
}

/** `sentinel findings`: what a deployment has found, and what became of it. */
export function findingsCommand(run: CommandRun): Command {
  const command = withHelp(new Command('findings'), HELP)
    .description('Lists the findings of a deployment: severity, state, age, namespace and creator.')
    .addOption(new Option('--severity <severity>', 'this one and above, and what is unknown').choices(SEVERITIES))
    .addOption(new Option('--state <state...>', 'in one of these states').choices(FINDING_STATES))
    .addOption(clusterOption(', whose findings are listed'))
    .addOption(namespaceOption().makeOptionMandatory(false))
    .addOption(
      new Option('--since <time>', 'not older: 30m, 24h, 7d, or a date')
        .argParser(sinceOf)
        .default(sinceOf('7d'), '7d'),
    );
  return inDeployment(command)
    .action(
      run(async (task, options: Listing) => {
        const { listFindings } = await import('./findings/run.ts');
        const { json = false, severity, state, cluster, namespace, since } = options;
        const filters = { since, ...defined({ severity, state, cluster, namespace }) };
        return listFindings(await open(task, options), filters, { json, now: Date.now() }, task);
      }),
    )
    .addCommand(
      inDeployment(withHelp(new Command('show'), SHOW_HELP))
        .description('Shows one finding, and why it has its severity.')
        .addArgument(new Argument('<id>', 'its id, or the beginning of it, as in the subject of its mail'))
        .action(
          run(async (task, id: string, options: TableChoice & { json?: boolean }, self: Command) => {
            const { showFinding } = await import('./findings/run.ts');
            const given = { ...self.parent?.opts(), ...options };
            return showFinding(await open(task, given), id, { json: given.json === true, now: Date.now() }, task);
          }),
        ),
    );
}

const inDeployment = (command: Command): Command =>
  withTable(command)
    .addOption(regionOption('Region of the deployment (default: that of your environment or profile)'))
    .option('--json', 'print each finding as one line of JSON');

async function open(task: Task, choice: TableChoice): Promise<StoredFindings> {
  const { DynamoStoredFindings } = await import('../../functions/clients/table/dynamo-stored-findings.ts');
  const { db, tableName } = await openTable(task, choice);
  return new DynamoStoredFindings(db, tableName);
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function sinceOf(text: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const time = count === undefined ? Date.parse(text) : Date.now() - Number(count) * (UNITS[unit] ?? 0);
  if (Number.isNaN(time)) throw new InvalidArgumentError('Give a time as 30m, 24h or 7d, or a date as 2026-11-30.');
  return time;
}

import { userInfo } from 'node:os';
import { Argument, Command } from 'commander';
import type { Baseline } from '../../functions/clients/table/baseline.ts';
import type { Cluster } from '../../functions/contract/finding.ts';
import { defined } from '../../functions/kit/defined.ts';
import { accountOption, clusterOption, regionOption } from './cluster-options.ts';
import { type HelpText, withHelp } from './help.ts';
import type { CommandRun } from './program.ts';
import { openTable, type TableChoice, withTable } from './table.ts';
import type { Task } from './task.ts';

const EXITS = { done: 'done', wrong: 'wrong input, or AWS cannot be reached' };
const rights = (action: string): string =>
  `It needs ${action} on the table, use of its key, and without --table "cloudformation:DescribeStacks".`;

const HELP: HelpText = {
  about: `
A creator is known in a cluster for a pattern of names, for 90 days, because a person has said so: by calling a finding
legitimate, or by accepting a proposal made from recorded logs. Such an acceptance names the creator, whom it acts as, the
pattern, the indicators that belong to its work, the networks from which it comes, and why. What shows nothing else is
reported in the daily digest; whatever is outside of it alerts in full.

Read what "propose" prints, and delete from it what you do not know, before you accept it.`,
  examples: [
    'sentinel baseline propose audit-*.log.gz --cluster prod --region eu-west-1 --account 111122223333 > proposals.yaml',
    'sentinel baseline accept proposals.yaml --stack NamespaceSentinel --reason WHY',
    'sentinel baseline list --stack NamespaceSentinel',
  ],
  exit: { ...EXITS, attention: 'done, and something needs attention' },
};

const PROPOSE_HELP: HelpText = {
  examples: [
    'sentinel baseline propose audit-*.log.gz --cluster prod --region eu-west-1 --account 111122223333 > proposals.yaml',
    'sentinel baseline propose --json audit.log',
  ],
  exit: { done: 'done', attention: 'done, but something in the input was passed over', wrong: 'wrong input' },
};

const ACCEPT_HELP: HelpText = {
  about: 'Where one proposal is wrong, none is accepted.',
  examples: [
    'sentinel baseline accept proposals.yaml --stack NamespaceSentinel --reason WHY',
    'sentinel baseline accept proposals.yaml --region eu-west-1 --by alice@corp.example',
  ],
  needs: rights('"dynamodb:PutItem"'),
  exit: EXITS,
};

const LIST_HELP: HelpText = {
  examples: ['sentinel baseline list', 'sentinel baseline list --stack NamespaceSentinel --region eu-west-1 --json'],
  needs: rights('"dynamodb:Query" and "dynamodb:BatchGetItem"'),
  exit: EXITS,
};

const REVOKE_HELP: HelpText = {
  examples: [
    'sentinel baseline revoke --cluster prod --region eu-west-1 --account 111122223333 --principal PRINCIPAL --pattern "ci-*"',
  ],
  needs: rights('"dynamodb:DeleteItem"'),
  exit: { ...EXITS, attention: 'the baseline holds no such thing' },
};

/** `sentinel baseline`: who is known to make which namespaces. */
export function baselineCommand(run: CommandRun): Command {
  return withHelp(new Command('baseline'), HELP)
    .description('Who is known to make which namespaces: proposed from recorded logs, accepted by a person.')
    .addCommand(proposeCommand(run))
    .addCommand(acceptCommand(run))
    .addCommand(listCommand(run))
    .addCommand(revokeCommand(run));
}

function proposeCommand(run: CommandRun): Command {
  const where = ', where the input does not say';
  return withHelp(new Command('propose'), PROPOSE_HELP)
    .description('Proposes what to know from recorded logs, for a person to read. Accepts nothing.')
    .addArgument(new Argument('<file...>', 'recorded logs, as "sentinel replay" reads them; - is standard input'))
    .option('--json', 'print each proposal as one line of JSON')
    .addOption(clusterOption(where))
    .addOption(regionOption(`its Region${where}`))
    .addOption(accountOption(where))
    .action(
      run(async (task, files: string[], options: Proposing) => {
        const { json = false, cluster: name, region, account } = options;
        const cluster: Cluster = defined({
          name: name || undefined,
          region: region || undefined,
          account: account || undefined,
        });
        const { propose } = await import('./baseline/propose.ts');
        return propose(files, { json, cluster }, task);
      }),
    );
}

interface Proposing {
  json?: boolean;
  cluster?: string;
  region?: string;
  account?: string;
}

function acceptCommand(run: CommandRun): Command {
  return withHelp(withTable(new Command('accept')), ACCEPT_HELP)
    .description('Writes proposals that you have read into the baseline.')
    .addArgument(
      new Argument(
        '<file>',
        'what "sentinel baseline propose" printed, without what you do not know; - is standard input',
      ),
    )
    .addOption(regionOption('Region of the table'))
    .option('--by <name>', 'who accepts them; default: your name on this machine')
    .option('--reason <text>', 'why, for proposals that do not say it themselves')
    .action(
      run(async (task, file: string, { by, reason, ...stored }: TableChoice & { by?: string; reason?: string }) => {
        const { accept } = await import('./baseline/accept.ts');
        const who = { decidedBy: by ?? userInfo().username, ...defined({ reason }) };
        return accept(file, { openBaseline: () => openBaseline(task, stored), ...who, now: Date.now() }, task);
      }),
    );
}

function listCommand(run: CommandRun): Command {
  return withHelp(withTable(new Command('list')), LIST_HELP)
    .description('Lists what is known, and until when.')
    .addOption(regionOption('Region of the table'))
    .option('--json', 'print each as one line of JSON')
    .action(
      run(async (task, { json = false, ...stored }: TableChoice & { json?: boolean }) => {
        const { list } = await import('./baseline/stored.ts');
        return list(await openBaseline(task, stored), { json, now: Date.now() }, task);
      }),
    );
}

function revokeCommand(run: CommandRun): Command {
  return withHelp(withTable(new Command('revoke')), REVOKE_HELP)
    .description('Forgets what was said of one creator, cluster and pattern.')
    .addOption(clusterOption().makeOptionMandatory())
    .addOption(regionOption('its Region, and that of the table').makeOptionMandatory())
    .addOption(accountOption().makeOptionMandatory())
    .requiredOption('--principal <principal>', 'the creator, as "sentinel baseline list" shows it')
    .option('--as <username>', 'whom it acted as, where the list shows one')
    .requiredOption('--pattern <pattern>', 'the pattern of names')
    .action(
      run(async (task, options: Revoked) => {
        const { cluster: name, region, account, principal, as: impersonated, pattern: namePattern } = options;
        const key = { cluster: { name, region, account }, principal, namePattern, ...defined({ impersonated }) };
        const { revoke } = await import('./baseline/stored.ts');
        return revoke(await openBaseline(task, options), key, task);
      }),
    );
}

interface Revoked extends TableChoice {
  cluster: string;
  region: string;
  account: string;
  principal: string;
  as?: string;
  pattern: string;
}

async function openBaseline(task: Task, choice: TableChoice): Promise<Baseline> {
  const { DynamoBaseline } = await import('../../functions/clients/table/dynamo-baseline.ts');
  const { db, tableName } = await openTable(task, choice);
  return new DynamoBaseline(db, tableName);
}

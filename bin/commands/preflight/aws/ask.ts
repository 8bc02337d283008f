import type { SentinelConfig } from '../../../../lib/config/config-schema.ts';
import type { Task } from '../../task.ts';
import type { Answer, AwsCheck, AwsContext } from './check.ts';
import { AWS_CHECKS } from './checks/index.ts';
import { type AwsClients, awsClients } from './clients.ts';
import { unanswered } from './unanswered.ts';
import { AwsView } from './view.ts';

/** For all questions about at most 40 clusters, in milliseconds. */
const ALL_MS = 600_000;

/** An answer with the check that gave it. */
export interface AwsRow extends Answer {
  check: string;
  question: string;
  stopsDeployment: boolean;
}

/**
 * Asks AWS all that the table has, and changes nothing.
 *
 * @param file the configuration file, as it was named
 * @param make makes the clients
 * @throws what AWS or the SDK says where there are no credentials, they are not accepted, or no Region is known
 */
export async function askAws(
  config: SentinelConfig,
  file: string,
  task: Task,
  make: (region: string | undefined) => AwsClients = awsClients,
): Promise<AwsRow[]> {
  task.about = `the AWS account${config.account ? ` ${config.account}` : ''} of ${file}`;
  task.waitFor('Asking AWS who you are');
  const context = await contextFor(config, file, make(config.region));
  task.about = `account ${context.account}, Region ${context.region}`;
  const rows: AwsRow[] = [];
  for (const check of await checksFor(context)) {
    task.waitFor(check.question);
    rows.push(...(await rowsOf(check, context)));
    if (check.id === 'credentials' && rows.some(({ status }) => status === 'failed')) {
      const says = 'Nothing else was looked at: it would be looked for in the wrong account.';
      return [...rows, { ...titleOf(check), status: 'not-checked', says }];
    }
  }
  return rows;
}

/** What every check is given. @param limitMs for all questions together @throws as {@link askAws} */
export async function contextFor(
  config: SentinelConfig,
  file: string,
  clients: AwsClients,
  limitMs = ALL_MS,
): Promise<AwsContext> {
  const signal = AbortSignal.timeout(limitMs);
  const view = new AwsView(clients, config.stackName, signal);
  const region = await clients.sts.config.region();
  const { Account: account = '', Arn = '' } = await view.identity();
  const [, partition = 'aws'] = Arn.split(':');
  return { config, file, region, account, partition, view, signal };
}

/** The checks of the time: before there is a stack, or after. Where that is not known, all: each says what it does not see. */
async function checksFor({ view }: AwsContext): Promise<readonly AwsCheck[]> {
  const isDeployed = await view.outputs().then(
    (outputs) => outputs !== undefined,
    () => undefined,
  );
  return AWS_CHECKS.filter(
    ({ when }) => !(when === 'before' && isDeployed === true) && !(when === 'after' && isDeployed === false),
  );
}

/** The rows of one check, with the general fix where an answer has none of its own. */
export async function rowsOf(check: AwsCheck, context: AwsContext): Promise<AwsRow[]> {
  const answers = await check.run(context).catch((error: unknown) => [unanswered(error, check.needs)]);
  return answers.map((answer) => {
    const isGeneral = answer.todo === undefined && (answer.status === 'failed' || answer.status === 'note');
    return { ...titleOf(check), ...answer, ...(isGeneral ? { todo: check.fix } : {}) };
  });
}

const titleOf = ({ id, question, stopsDeployment }: AwsCheck) => ({ check: id, question, stopsDeployment });

import type { SentinelConfig } from '../../../../lib/config/config-schema.ts';
import { ExpectedError } from '../../../expected-error.ts';
import type { Task } from '../../task.ts';
import { contextFor } from '../aws/ask.ts';
import { type AwsClients, awsClients } from '../aws/clients.ts';
import { unanswered } from '../aws/unanswered.ts';
import { notAsked } from './each.ts';
import type { LiveContext, LiveProbe, Observation } from './probe.ts';
import { LIVE_PROBES } from './probes/index.ts';

/** For all questions about at most 100 clusters, in milliseconds: a query over a day of a large log takes minutes. */
const ALL_MS = 3_600_000;
const POLL_MS = 1_500;

/** What was seen, with the probe that saw it. */
export interface LiveRow extends Observation {
  probe: string;
  question: string;
}

export interface LiveAnswer {
  region: string;
  account: string;
  partition: string;
  rows: LiveRow[];
}

/**
 * Asks the account of the configuration what only an account can show. Changes nothing.
 *
 * @param file the configuration file, as it was named
 * @param hours how far back logs and events are read
 * @param make makes the clients
 * @throws {ExpectedError} where there is no stack, or the credentials are of another account
 * @throws what AWS or the SDK says where there are no credentials, they are not accepted, or no Region is known
 */
export async function askLive(
  config: SentinelConfig,
  file: string,
  hours: number,
  task: Task,
  make: (region: string | undefined) => AwsClients = awsClients,
): Promise<LiveAnswer> {
  task.about = `the AWS account${config.account ? ` ${config.account}` : ''} of ${file}`;
  task.waitFor('Asking AWS who you are');
  const context = await liveContext(config, file, hours, task, make(config.region));
  const { account, region, partition } = context;
  task.about = `account ${account}, Region ${region}`;
  const rows: LiveRow[] = [];
  for (const [index, probe] of LIVE_PROBES.entries()) {
    const step = `${index + 1}/${LIVE_PROBES.length}`;
    const waitFor = (what: string) => task.waitFor(`${step} ${what}`);
    waitFor(probe.question);
    rows.push(...(await rowsOfProbe(probe, { ...context, waitFor })));
  }
  return { account, region, partition, rows };
}

/** What one probe saw; where it got no answer, each of its claims was not asked. */
export async function rowsOfProbe(probe: LiveProbe, context: LiveContext): Promise<LiveRow[]> {
  const observed = await probe.run(context).catch((error: unknown) => notAsked(probe, error));
  return observed.map((each) => ({ probe: probe.id, question: probe.question, ...each }));
}

/** @throws as {@link askLive} */
async function liveContext(
  config: SentinelConfig,
  file: string,
  hours: number,
  task: Task,
  clients: AwsClients,
): Promise<LiveContext> {
  const context = await contextFor(config, file, clients, ALL_MS);
  const { account, region, view } = context;
  if (config.account !== undefined && config.account !== account)
    throw new ExpectedError(
      `the credentials are of account ${account}, and ${file} says ${config.account}: choose the profile of that account with AWS_PROFILE`,
    );
  const outputs = await view.outputs().catch((error: unknown) => {
    const { says, todo } = unanswered(error, ['cloudformation:DescribeStacks']);
    throw new ExpectedError(
      `the stack ${config.stackName} cannot be looked at: ${says}${todo ? ` To do: ${todo}.` : ''}`,
    );
  });
  if (outputs === undefined)
    throw new ExpectedError(
      `account ${account} has no stack ${config.stackName} in ${region}: --live asks what is deployed; before that, "sentinel preflight" asks whether a deployment would work`,
    );
  return {
    ...context,
    stackId: (await view.stack())?.StackId ?? '',
    outputs,
    hours,
    now: Date.now,
    pollMs: task.limits.pollMs ?? POLL_MS,
    waitFor: (what) => task.waitFor(what),
  };
}

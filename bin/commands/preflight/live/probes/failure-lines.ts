import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { counted, listed } from '../../../../../functions/kit/words.ts';
import { FAILED_INVOCATION } from '../../../../../lib/base/failed-invocation.ts';
import { type DeployedFunction, deployedFunctions } from '../deployed.ts';
import { notAsked } from '../each.ts';
import { sumOf } from '../metrics.ts';
import type { LiveContext, LiveProbe, Observation } from '../probe.ts';

const DAY_MS = 86_400_000;
const DAYS = 14;
/** One report line a function is enough to see its form. */
const REPORT = '{ $.type = "platform.report" }';

/** Whether each failed invocation leaves the line that the alarm counts, and where a function runs in a VPC, that it came up there. */
export const failureLines: LiveProbe = {
  id: 'failure-lines',
  question:
    'Does Lambda write the line that the alarm on failures counts, for each failure; and did functions in a VPC come up?',
  needs: ['lambda:GetFunctionConfiguration', 'logs:FilterLogEvents', 'cloudwatch:GetMetricStatistics'],
  claims: ['report-status', 'vpc-attachment'],
  async run(context) {
    const all: Observation[] = [];
    for (const each of deployedFunctions(context)) {
      context.waitFor(`Comparing the failures of ${each.functionName} with its log`);
      const found = await judge(context, each).catch((error: unknown) => notAsked(failureLines, error));
      all.push(...found.map((observed) => ({ ...observed, says: `${each.functionName}: ${observed.says}` })));
    }
    return all;
  },
};

async function judge(
  context: LiveContext,
  { functionName, network: { network } }: DeployedFunction,
): Promise<Observation[]> {
  const { view, signal } = context;
  const { State, LastUpdateStatus, LoggingConfig, VpcConfig } = await view.clients.lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: functionName }),
    { abortSignal: signal },
  );
  const logGroupName = LoggingConfig?.LogGroup ?? `/aws/lambda/${functionName}`;
  const errors = await sumOf(context, 'AWS/Lambda', 'Errors', { FunctionName: functionName });
  const lines = await count(context, logGroupName, FAILED_INVOCATION);
  const hasForm = lines.count > 0 || (await count(context, logGroupName, REPORT, true)).count > 0;
  return [
    report(errors, lines, hasForm),
    ...(network.vpc && VpcConfig?.VpcId ? [attachment(State, LastUpdateStatus, VpcConfig.VpcId)] : []),
  ];
}

interface Counted {
  count: number;
  statuses: string[];
}

/** @param one whether the first one is enough */
async function count(
  { view, signal, now }: LiveContext,
  logGroupName: string,
  filterPattern: string,
  one = false,
): Promise<Counted> {
  const statuses = new Set<string>();
  let found = 0;
  let nextToken: string | undefined;
  do {
    const page = await view.clients.logs.send(
      new FilterLogEventsCommand({
        logGroupName,
        filterPattern,
        startTime: now() - DAYS * DAY_MS,
        ...(nextToken === undefined ? {} : { nextToken }),
      }),
      { abortSignal: signal },
    );
    for (const { message = '' } of page.events ?? []) {
      found += 1;
      statuses.add(/"status":\s*"([a-z]{1,20})"/.exec(message)?.[1] ?? 'none');
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined && !(one && found > 0));
  return { count: found, statuses: [...statuses] };
}

function report(errors: number, { count: lines, statuses }: Counted, hasForm: boolean): Observation {
  const claim = 'report-status';
  const says = `in ${DAYS} days Lambda counted ${counted(errors, 'error')}, and ${counted(lines, 'line')} of its log ${lines === 1 ? 'says' : 'say'} so${statuses.length > 0 ? ` (${listed(statuses, 6)})` : ''}`;
  if (errors > 0 && lines === errors) return { claim, verdict: 'proven', says: `${says}.` };
  if (lines < errors)
    return {
      claim,
      verdict: 'contradicted',
      says: `${says}: some failures leave no such line.`,
      todo: 'send the report; until then watch the metric Errors of the function as well',
    };
  if (lines > errors)
    return { claim, verdict: 'proven', says: `${says}: lines are there for more than Lambda counts as errors.` };
  return {
    claim,
    verdict: 'not-seen',
    says: `${says}; lines of the type that it looks for are ${hasForm ? '' : 'not '}there.`,
  };
}

function attachment(state: string | undefined, update: string | undefined, vpc: string): Observation {
  const isUp = (state === 'Active' || state === 'Inactive') && update === 'Successful';
  return {
    claim: 'vpc-attachment',
    verdict: isUp ? 'proven' : update === 'InProgress' || state === 'Pending' ? 'not-seen' : 'contradicted',
    says: `its state in ${vpc} is ${state}, its last update ${update}.`,
  };
}

/** Questions to CloudWatch Logs Insights, for probes. */
import { setTimeout as pause } from 'node:timers/promises';
import {
  GetQueryResultsCommand,
  type QueryStatistics,
  StartQueryCommand,
  StopQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { IamAction } from '../aws/check.ts';
import type { LiveContext } from './probe.ts';

/** What a query calls. */
export const QUERY_ACTIONS: readonly IamAction[] = ['logs:StartQuery', 'logs:GetQueryResults', 'logs:StopQuery'];

/** A query over a day of a large log takes its time; after this it is given up. */
const LIMIT_MS = 300_000;
const MAX_ROWS = 10_000;

export interface QueryAnswer {
  /** A row by column; a column without a value is left out. */
  rows: Readonly<Record<string, string>>[];
  statistics: QueryStatistics;
}

/**
 * Asks, waits for the end, and stops what takes too long.
 *
 * @param query its time in epoch milliseconds
 * @throws {Error} named `QueryFailed` when the service ended it otherwise than with an answer, or it took too long; else what AWS
 * answered
 */
export async function runQuery(
  { view: { clients }, signal, pollMs, now }: LiveContext,
  { logGroupName, from, to, text }: { logGroupName: string; from: number; to: number; text: string },
): Promise<QueryAnswer> {
  const options = { abortSignal: signal };
  const start = new StartQueryCommand({
    logGroupName,
    startTime: Math.floor(from / 1000),
    endTime: Math.floor(to / 1000),
    queryString: text,
    limit: MAX_ROWS,
  });
  const { queryId } = await clients.logs.send(start, options);
  if (!queryId) throw queryFailed('CloudWatch Logs started the query without telling its id');
  const deadline = now() + LIMIT_MS;
  for (;;) {
    const {
      status,
      results = [],
      statistics = {},
    } = await clients.logs.send(new GetQueryResultsCommand({ queryId }), options);
    if (status === 'Complete')
      return {
        rows: results.map((row) =>
          Object.fromEntries(row.flatMap(({ field, value }) => (field && value !== undefined ? [[field, value]] : []))),
        ),
        statistics,
      };
    if (status !== 'Scheduled' && status !== 'Running')
      throw queryFailed(`CloudWatch Logs ended the query as ${status}`);
    if (now() > deadline) {
      await clients.logs.send(new StopQueryCommand({ queryId }), options);
      throw queryFailed(`the query was stopped after ${LIMIT_MS / 60_000} minutes`);
    }
    await pause(pollMs, undefined, { signal });
  }
}

const queryFailed = (message: string): Error =>
  Object.assign(new Error(message), { name: 'QueryFailed', $metadata: {} });

/** What a query of CloudWatch Logs Insights answers. */
import type { GetQueryResultsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import { LogQueryFailed, LogQueryTimeout } from '../../contract/errors.ts';
import { defined } from '../../kit/defined.ts';
import { SYSTEM_FIELDS } from '../../kubernetes/names/aws.ts';
import { LINE_COLUMN, MAX_LINE } from './insights-query.ts';
import { readLine } from './log-line.ts';
import type { LogEntry } from './log-search.ts';

/** Result rows, the newest first. */
export interface Rows {
  entries: LogEntry[];
  count: number;
  unreadable: boolean;
  /** There was no line to scan. */
  silent: boolean;
  scannedBytes?: number;
}

export const NO_ROWS: Rows = { entries: [], count: 0, unreadable: false, silent: false };

export function readResults({ status, results = [], statistics, nextToken }: GetQueryResultsCommandOutput): Rows {
  if (status === 'Timeout') throw new LogQueryTimeout('CloudWatch Logs gave the query up after its own time limit');
  if (status !== 'Complete') throw new LogQueryFailed(`CloudWatch Logs ended the query as ${status}`);
  const entries = results.flatMap((row): LogEntry[] => {
    const column = (name: string) => row.find(({ field }) => field === name)?.value;
    const message = column(LINE_COLUMN);
    const logStream = column('@logStream');
    // `2026-11-23 07:02:18.048`, in UTC.
    const at = Date.parse(`${column('@timestamp')?.replace(' ', 'T')}Z`);
    if (message === undefined || Number.isNaN(at)) return [];
    const [account, region] = SYSTEM_FIELDS.map(column);
    const origin = (account || region) && { origin: defined({ account, region }) };
    const cut = message.length >= MAX_LINE && { cut: true };
    return [
      { at, ...defined({ logStream: logStream || undefined }), ...origin, message, ...cut, ...readLine(message) },
    ];
  });
  return {
    entries: entries.sort((a, b) => b.at - a.at),
    count: results.length,
    unreadable: entries.length < results.length || nextToken !== undefined,
    // What a field index spares is there all the same.
    silent: statistics?.recordsScanned === 0 && !statistics.estimatedRecordsSkipped,
    ...defined({ scannedBytes: statistics?.bytesScanned }),
  };
}

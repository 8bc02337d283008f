/**
 * CloudWatch Logs Insights in memory: runs the part of its query language that `insights-query.ts` writes, over lines,
 * and answers in the service's shapes. It is strict: what it does not know of the language is an error.
 */
import {
  type CloudWatchLogsClient,
  GetQueryResultsCommand,
  ResourceNotFoundException,
  StartQueryCommand,
  type StartQueryCommandInput,
  StopQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { AwsClientStub } from 'aws-sdk-client-mock';

export interface StoredLine {
  at: number;
  stream: string;
  message: string;
  /** Where it was written, of a line that was copied from another account. */
  origin?: { account: string; region: string };
}

/** "CloudWatch Logs Insights can extract a maximum of 200 log event fields from a JSON log." */
const MAX_FIELDS = 200;

export type Fields = Map<string, string | number>;

export function discovered(line: StoredLine): Fields {
  const fields: Fields = new Map([
    ['@message', line.message],
    ['@logStream', line.stream],
    ...Object.entries(line.origin ?? {}).map(([key, value]) => [`@aws.${key}`, value] as const),
  ]);
  const add = (value: unknown, path: string): void => {
    if (fields.size >= MAX_FIELDS + 4) return;
    if (typeof value === 'string' || typeof value === 'number') fields.set(path, value);
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) add(inner, path === '' ? key : `${path}.${key}`);
  };
  try {
    const json: unknown = JSON.parse(line.message);
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) add(json, '');
  } catch {
    // Not JSON: nothing is discovered.
  }
  return fields;
}

const TOKEN = /\s*(?:"([^"\\]*)"|(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?![\w.])|([@\w.]+)|([()=|,]))/y;

interface Token {
  string?: string;
  number?: number;
  word?: string;
}

function tokens(query: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < query.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(query);
    if (!match) throw new Error(`the query cannot be read at ${at}: ${query.slice(at, at + 40)}`);
    const [, string, number, word, sign] = match;
    if (string !== undefined) found.push({ string });
    else if (number !== undefined) found.push({ number: Number(number) });
    else found.push({ word: word ?? sign ?? '' });
  }
  return found;
}

type Test = (fields: Fields) => boolean;

export interface Query {
  test: Test;
  lineColumn: string;
  maxLine: number;
  limit: number;
  /** Whether it asks for the newest line of each stream. */
  ofEachStream: boolean;
  /** Whether it asks where each line was written. */
  withOrigin: boolean;
}

/** @throws when the query is not one of those written here */
export function readQuery(query: string): Query {
  const all = tokens(query);
  let next = 0;
  const peek = (): string | undefined => all[next]?.word;
  const take = (...words: string[]): void => {
    for (const word of words) if (all[next++]?.word !== word) throw new Error(`expected ${word} in ${query}`);
  };
  const any = (): Test => {
    const tests = [every()];
    while (peek() === 'or') {
      next++;
      tests.push(every());
    }
    return (fields) => tests.some((test) => test(fields));
  };
  const every = (): Test => {
    const tests = [single()];
    while (peek() === 'and') {
      next++;
      tests.push(single());
    }
    return (fields) => tests.every((test) => test(fields));
  };
  const single = (): Test => {
    const word = all[next++]?.word;
    if (word === 'not') {
      const test = single();
      return (fields) => !test(fields);
    }
    if (word === '(') {
      const test = any();
      take(')');
      return test;
    }
    if (word === undefined || !/^[@\w.]+$/.test(word)) throw new Error(`no condition: ${query}`);
    if (word === 'ispresent') {
      take('(');
      const field = all[next++]?.word ?? '';
      take(')');
      return (fields) => fields.has(field);
    }
    const operator = all[next++]?.word;
    const { string, number } = all[next++] ?? {};
    if (operator === 'like' && string !== undefined)
      return (fields) => String(fields.get(word) ?? '').includes(string) && fields.has(word);
    if (operator === '=' && (string ?? number) !== undefined)
      return (fields) => fields.get(word) === (string ?? number);
    throw new Error(`no condition: ${word} ${operator} in ${query}`);
  };
  take('fields', '@timestamp', ',', '@logStream', ',');
  const withOrigin = peek() === '@aws.account';
  if (withOrigin) take('@aws.account', ',', '@aws.region', ',');
  take('substr', '(', '@message', ',');
  const start = all[next++]?.number;
  take(',');
  const maxLine = all[next++]?.number;
  take(')', 'as');
  const lineColumn = all[next++]?.word;
  take('|');
  let test: Test = () => true;
  if (peek() === 'filter') {
    next++;
    test = any();
    take('|');
  }
  take('sort', '@timestamp', 'desc', '|');
  const ofEachStream = peek() === 'dedup';
  if (ofEachStream) take('dedup', '@logStream', '|');
  take('limit');
  const limit = all[next++]?.number;
  if (start !== 0 || !maxLine || !lineColumn || !limit || next !== all.length) throw new Error(`not whole: ${query}`);
  return { test, lineColumn, maxLine, limit, ofEachStream, withOrigin };
}

/** The service, with log groups by name. */
export class InsightsService {
  readonly groups: Record<string, StoredLine[]> = {};
  /** All that StartQuery was asked for. */
  readonly started: { query: string; group: string }[] = [];
  readonly stopped: string[] = [];
  /** How often a query is still running when its results are asked for. */
  pollsUntilDone = 1;
  readonly #queries = new Map<string, { rows: { field: string; value: string }[][]; polls: number; bytes: number }>();

  attach(mock: AwsClientStub<CloudWatchLogsClient>): void {
    mock.on(StartQueryCommand).callsFake((input) => this.#start(input));
    mock.on(GetQueryResultsCommand).callsFake(({ queryId }) => {
      const query = this.#queries.get(queryId);
      if (!query) throw new ResourceNotFoundException({ message: 'no such query', $metadata: {} });
      if (query.polls-- > 0) return { status: 'Running', results: [], statistics: { bytesScanned: query.bytes / 2 } };
      return { status: 'Complete', results: query.rows, statistics: { bytesScanned: query.bytes } };
    });
    mock.on(StopQueryCommand).callsFake(({ queryId }) => {
      this.stopped.push(queryId);
      return { success: true };
    });
  }

  #start(input: StartQueryCommandInput): { queryId: string } {
    const { logGroupName = '', startTime = 0, endTime = 0, queryString = '', limit } = input;
    const lines = this.groups[logGroupName];
    if (!lines)
      throw new ResourceNotFoundException({ message: 'The specified log group does not exist.', $metadata: {} });
    const query = readQuery(queryString);
    if (query.limit !== limit) throw new Error('the two limits differ');
    const within = lines.filter(({ at }) => at >= startTime * 1000 && at <= endTime * 1000);
    const rows = within
      .filter((line) => query.test(discovered(line)))
      .sort((a, b) => b.at - a.at)
      .filter(
        (line, index, all) => !query.ofEachStream || all.findIndex(({ stream }) => stream === line.stream) === index,
      )
      .slice(0, limit)
      .map(({ at, stream, message, origin }) => [
        { field: '@timestamp', value: new Date(at).toISOString().replace('T', ' ').replace('Z', '') },
        { field: '@logStream', value: stream },
        { field: query.lineColumn, value: message.slice(0, query.maxLine) },
        ...(query.withOrigin
          ? Object.entries(origin ?? {}).map(([key, value]) => ({ field: `@aws.${key}`, value }))
          : []),
        { field: '@ptr', value: 'CmEKJgoiMTExMTIyMjIzMzMz' },
      ]);
    const queryId = `query-${this.started.length}`;
    const bytes = within.reduce((sum, { message }) => sum + message.length, 0);
    this.#queries.set(queryId, { rows, polls: this.pollsUntilDone, bytes });
    this.started.push({ query: queryString, group: logGroupName });
    return { queryId };
  }
}

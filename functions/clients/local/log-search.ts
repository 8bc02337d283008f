import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { LogSourceMissing } from '../../contract/errors.ts';
import { JoinedQuestions } from '../logs/joined-questions.ts';
import { meetsCondition } from '../logs/log-condition.ts';
import { readLine } from '../logs/log-line.ts';
import type {
  LogAnswer,
  LogEntry,
  LogQuestion,
  LogSearch,
  LogSource,
  LogStreams,
  StreamEnd,
} from '../logs/log-search.ts';

/** An audit event's text, whose time is in it; or a line with its time in epoch milliseconds, or the stream that it is of. */
export type RecordedLine = string | { at?: number; logStream?: string; message: string };

/** Reads a log from its beginning, again at each call. */
export type RecordedLines = () => Iterable<RecordedLine> | AsyncIterable<RecordedLine>;

/**
 * Asks logs that are at hand: audit files, for the command line, and recorded incidents. Every question reads them once
 * through, and questions asked at once share the reading; nothing is kept.
 *
 * Complete until the last line, whatever it says: who wrote the file wrote what came before as well.
 */
export class LocalLogSearch implements LogSearch, LogStreams {
  readonly #logs: Partial<Record<LogSource, RecordedLines>>;
  readonly #questions: JoinedQuestions<LogQuestion, LogAnswer>;

  constructor(logs: Partial<Record<LogSource, RecordedLines>>) {
    this.#logs = logs;
    this.#questions = new JoinedQuestions({
      waitMs: 20,
      groupOf: ({ source }) => source,
      keyOf: (question) => JSON.stringify(question),
      ask: (questions, signal) => this.#read(questions, signal),
    });
  }

  async ask(question: LogQuestion, signal: AbortSignal): Promise<LogAnswer> {
    return this.#questions.ask(question, signal);
  }

  async newest(
    { source, from, to }: Pick<LogQuestion, 'source' | 'from' | 'to'>,
    signal: AbortSignal,
  ): Promise<StreamEnd[]> {
    const ends = new Map<string, number>();
    let last = Number.NEGATIVE_INFINITY;
    for await (const line of this.#linesOf(source)()) {
      signal.throwIfAborted();
      const entry = entryOf(line, last);
      if (!entry) continue;
      last = Math.max(last, entry.at);
      const { logStream = 'the log that was given', at } = entry;
      if (at >= from && at <= to) ends.set(logStream, Math.max(at, ends.get(logStream) ?? at));
    }
    return [...ends].map(([stream, at]) => ({ stream, at }));
  }

  #linesOf(source: LogSource | undefined): RecordedLines {
    const lines = source && this.#logs[source];
    if (!lines) throw new LogSourceMissing(`the ${source} log was not given`);
    return lines;
  }

  async #read(questions: readonly LogQuestion[], signal: AbortSignal): Promise<LogAnswer[]> {
    const lines = this.#linesOf(questions[0]?.source);
    const found = questions.map((question) => new Newest(question.limit));
    let last = Number.NEGATIVE_INFINITY;
    for await (const line of lines()) {
      signal.throwIfAborted();
      const entry = entryOf(line, last);
      if (!entry) continue;
      last = Math.max(last, entry.at);
      for (const [index, { from, to, where }] of questions.entries())
        if (entry.at >= from && entry.at <= to) found[index]?.add(entry, meetsCondition(where, entry));
    }
    return questions.map((question, index) => ({
      from: question.from,
      entries: found[index]?.entries() ?? [],
      more: found[index]?.more ?? false,
      completeUntil: Math.max(question.from, Math.min(question.to, last)),
    }));
  }
}

/** Lines of files as the API server writes them, one event a line; a name in `.gz` is unpacked. */
export const linesOf = (files: readonly string[]): RecordedLines =>
  async function* () {
    for (const file of files) {
      const bytes = createReadStream(file);
      const text = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
      // An error of the file is one of the stream that is read.
      if (text !== bytes) bytes.on('error', (error) => text.destroy(error));
      yield* createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY });
    }
  };

/** @param last the time of the line before: an event that was cut has lost its own, which stands at its end */
function entryOf(line: RecordedLine, last: number): LogEntry | undefined {
  const { message, ...rest }: Exclude<RecordedLine, string> = typeof line === 'string' ? { message: line } : line;
  const read = readLine(message);
  const stamp = Date.parse(String(read.json?.['stageTimestamp']));
  const at = rest.at ?? (Number.isNaN(stamp) && read.cut ? last : stamp);
  return Number.isFinite(at) ? { ...rest, at, message, ...read } : undefined;
}

/** Keeps the newest entries, whatever order they come in. */
class Newest {
  more = false;
  readonly #limit: number;
  #kept: LogEntry[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @param verdict whether it belongs here; undefined where the entry is cut, and does not tell */
  add(entry: LogEntry, verdict: boolean | undefined): void {
    if (verdict === undefined) this.more = true;
    if (!verdict) return;
    this.#kept.push(entry);
    if (this.#kept.length > 2 * this.#limit) this.#drop();
  }

  /** Oldest first. */
  entries(): LogEntry[] {
    this.#drop();
    return this.#kept;
  }

  #drop(): void {
    this.#kept.sort((a, b) => a.at - b.at);
    const surplus = this.#kept.length - this.#limit;
    if (surplus <= 0) return;
    this.more = true;
    this.#kept = this.#kept.slice(surplus);
  }
}

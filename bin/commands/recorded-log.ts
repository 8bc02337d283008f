import { Readable } from 'node:stream';
import type { Cluster } from '../../functions/contract/finding.ts';
import { judge } from '../../functions/detect/judge.ts';
import type { Judgement, LogRecord } from '../../functions/detect/record.ts';
import { isOtherStream } from '../input/cloudwatch.ts';
import { InputError } from '../input/input.ts';
import { nameOf, openRecording, type Part, type PartEnd, type ReadOptions, readPartOf } from '../input/read.ts';
import { harmlessInTerminal } from './harmless.ts';
import { type PartProblems, Problems } from './replay/problems.ts';

export interface RecordedLogOptions {
  stdin: Readable;
  /** What the user says of the cluster, where the log does not. */
  cluster: Cluster;
  /** Told of what cannot be read, in lines for a person. */
  note: (line: string) => void;
  onBytes?: (bytes: number) => void;
  /** Told of audit events that are not given, as they are about no namespace: see {@link ReadOptions}. */
  onPassed?: (events: number) => void;
  /** Where only a part of the file is read: what is told of it. Its problems are not noted. */
  part?: { part: Part; problems: PartProblems; onGoesOn: () => void; onEnd: (end: PartEnd) => void };
}

/** A record, and what it says. */
export interface JudgedRecord {
  record: LogRecord;
  /** `other` is a line of another log of the control plane, which is not expected to be an event. */
  verdict: Exclude<Judgement, { kind: 'rejected' }> | { kind: 'other' };
}

/** A file with recorded logs, read by every command alike: what no command can read is told by each in the same words. */
export class RecordedLog {
  readonly #file: string;
  readonly #options: RecordedLogOptions;
  readonly #problems: Problems | PartProblems;

  constructor(file: string, options: RecordedLogOptions) {
    this.#file = file;
    this.#options = options;
    this.#problems = options.part?.problems ?? new Problems(harmlessInTerminal(nameOf(file)), options.note);
  }

  /** How many records could not be read so far. */
  get problems(): number {
    return this.#problems.count;
  }

  /** @throws {InputError} when the file cannot be read, or there is no audit event in it; its message names the file */
  async *records(): AsyncGenerator<JudgedRecord> {
    try {
      yield* this.#records();
    } catch (error) {
      this.#problems.tellRest();
      throw error instanceof InputError
        ? new InputError(`${harmlessInTerminal(nameOf(this.#file))}: ${error.message}`)
        : error;
    }
  }

  async *#records(): AsyncGenerator<JudgedRecord> {
    const problems = this.#problems;
    const { onPassed, part, ...options } = this.#options;
    const read: ReadOptions = options;
    if (onPassed)
      read.onPassed = (events) => {
        if (events > 0) problems.isAuditLog = true;
        onPassed(events);
      };
    const items = part ? readPartOf(this.#file, part.part, read, part) : await openRecording(this.#file, read);
    for await (const item of items) {
      if ('isEmpty' in item) {
        problems.isAuditLog = true;
        continue;
      }
      if ('problem' in item) {
        problems.add(item.place, item.problem);
        continue;
      }
      const { record, place } = item;
      const verdict = judge(record);
      if (verdict.kind === 'rejected' && !isOtherStream(record.logStream)) {
        problems.add(place, `no audit event: ${verdict.reason}; passed over`);
        continue;
      }
      problems.isAuditLog = true;
      yield { record, verdict: verdict.kind === 'rejected' ? { kind: 'other' } : verdict };
    }
    problems.end();
  }
}

/** The records of files, one file after the other. @throws {InputError} where one of them cannot be read */
export async function* recordsOf(logs: readonly RecordedLog[]): AsyncGenerator<JudgedRecord> {
  for (const log of logs) yield* log.records();
}

/** The texts of all records in files that were read before, to be searched. */
export async function* textsOf(files: readonly string[]): AsyncGenerator<string> {
  for (const file of files)
    for await (const item of await openRecording(file, { stdin: Readable.from([]), cluster: {} }))
      if ('record' in item) yield item.record.text;
}

/** Reads as far as the first audit event. @throws {InputError} where a file has none, or cannot be read */
export async function checkRecordedLog(file: string): Promise<void> {
  const log = new RecordedLog(file, { stdin: Readable.from([]), cluster: {}, note: () => undefined });
  for await (const _record of log.records()) return;
}

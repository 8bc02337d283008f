import type { Cluster } from '../../functions/contract/finding.ts';
import type { LogRecord } from '../../functions/detect/record.ts';
import { ExpectedError } from '../expected-error.ts';

/** Longest line, or element of a list, that is held in memory, in bytes. An audit event has at most a few MiB. */
export const MAX_RECORD_BYTES = 16 * 1024 * 1024;

/** Largest subscription payload, packed or unpacked, in bytes. */
export const MAX_PAYLOAD_BYTES = 64 * 1024 * 1024;

/** Where in the input something stands. */
export interface Place {
  file: string;
  /** From 1; of the text after decompression. */
  line?: number;
  /** From 1: the element of a list, or the log event of a payload. */
  item?: number;
}

/** A log record of the input, or why there is none. */
export type InputItem = { record: LogRecord; place: Place } | { problem: string; place: Place };

/** What the input itself may not tell. */
export interface Origin {
  file: string;
  cluster: Cluster;
}

/** The beginning of the input, from which its form is told. */
export interface Head {
  text: string;
  /** The keys of the first JSON document, as far as the beginning goes; empty when the input is not JSON. */
  keys: ReadonlySet<string>;
}

/** A form in which recorded logs come. */
export interface InputForm {
  /** As a person knows it. */
  name: string;
  /** Whether the input has this form. The first form of the table that says so reads it. */
  matches(head: Head): boolean;
  /** Reads the input without holding it: memory does not grow with its length. */
  read(chunks: AsyncIterable<Buffer>, origin: Origin): AsyncGenerator<InputItem>;
  /** Other logs look the same: the input is of this form only if an audit event is found in it. */
  vague?: boolean;
}

/** The input cannot be read at all. The message says what is wrong and what to do. */
export class InputError extends ExpectedError {
  override name = 'InputError';
}

/** A limit, as a person reads it. */
export const inMiB = (bytes: number): string => `${Math.round((bytes / 2 ** 20) * 1000) / 1000} MiB`;

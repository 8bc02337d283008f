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

/** A log record of the input, or why there is none; or a page of records without any. */
export type InputItem = { record: LogRecord; place: Place } | { problem: string; place: Place } | { isEmpty: true };

/** The input cannot be read at all. The message says what is wrong and what to do. */
export class InputError extends ExpectedError {
  override name = 'InputError';
}

/** A limit, as a person reads it. */
export const inMiB = (bytes: number): string => `${Math.round((bytes / 2 ** 20) * 1000) / 1000} MiB`;

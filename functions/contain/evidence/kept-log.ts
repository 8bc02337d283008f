/** What is kept of a container's log, in bounded memory: its end, and its beginning where there is room. */
import { defined } from '../../kit/defined.ts';

const LINE_BREAK = 0x0a;
/** With which the kubelet begins each line where it is asked for times; its own errors have none. */
const TIMED = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) /;
/** Longest explanation that is taken over, in characters. */
const MAX_EXPLANATION = 300;

/** What is not in the file, between its beginning and its end. */
export interface CutLog {
  /** Absent where it is not known, because the log was longer than could be read in the time. */
  bytes?: number;
  lines?: number;
  /** RFC 3339: of the last line before it, and of the first one after it. */
  from?: string;
  to?: string;
}

export interface KeptLog {
  body: Uint8Array;
  /** Absent where it is whole. */
  cut?: CutLog;
  /** What the kubelet said at its end, or in the log's place: then there is no line of a log. */
  error?: string;
  hasLines: boolean;
}

/** Takes a log in as it comes, whatever its length. */
export class LogWindow {
  readonly #headLimit: number;
  readonly #tailLimit: number;
  readonly #head: Uint8Array[] = [];
  #headBytes = 0;
  #tail: Uint8Array[] = [];
  #tailBytes = 0;
  #bytes = 0;
  #lines = 0;

  /** @param limits in bytes; a window without a head keeps the end alone */
  constructor({ head, tail }: { head: number; tail: number }) {
    this.#headLimit = head;
    this.#tailLimit = tail;
  }

  get bytes(): number {
    return this.#bytes;
  }

  take(part: Uint8Array): void {
    this.#bytes += part.byteLength;
    this.#lines += linesIn(part);
    const room = Math.min(part.byteLength, this.#headLimit - this.#headBytes);
    if (room > 0) {
      // A copy: a slice would hold on to all that the part is of.
      this.#head.push(part.slice(0, room));
      this.#headBytes += room;
    }
    if (room === part.byteLength) return;
    this.#tail.push(part.slice(room));
    this.#tailBytes += part.byteLength - room;
    for (let first = this.#tail[0]; first && this.#tailBytes - first.byteLength >= this.#tailLimit; ) {
      this.#tail.shift();
      this.#tailBytes -= first.byteLength;
      first = this.#tail[0];
    }
  }

  /** @param end of the same log, where this one could not be read to its own */
  kept(end?: LogWindow): KeptLog {
    const head = Buffer.concat(this.#head);
    const tail = (end ?? this).#end();
    const isWhole = end === undefined && this.#bytes === head.byteLength + tail.byteLength;
    if (isWhole) return told(Buffer.concat([head, tail]));
    const before = head.subarray(0, head.lastIndexOf(LINE_BREAK) + 1 || head.byteLength);
    const first = tail.indexOf(LINE_BREAK) + 1;
    const after = tail.subarray(first < tail.byteLength ? first : 0);
    const bytes = this.#bytes - before.byteLength - after.byteLength;
    const cut: CutLog = {
      ...(end === undefined && { bytes, lines: this.#lines - linesIn(before) - linesIn(after) }),
      ...defined({ from: timeOf(lastLineOf(before)), to: timeOf(firstLineOf(after)) }),
    };
    const mark = Buffer.from(`${inWords(cut)}\n`);
    return { ...told(Buffer.concat([before, mark, after]), after), cut };
  }

  #end(): Buffer {
    const whole = Buffer.concat(this.#tail);
    return whole.subarray(Math.max(0, whole.byteLength - this.#tailLimit));
  }
}

/** As a line in the file: what stands in the log could pass for it, so that the list of the logs tells as well. */
const inWords = ({ bytes, lines, from = 'its beginning', to = 'its end' }: CutLog): string =>
  `[namespace-sentinel: cut here: ${bytes ?? 'an unknown number of'} bytes, ${lines ?? 'an unknown number of'} lines, between ${from} and ${to}]`;

/** @param end whose last line tells whether the kubelet broke off */
function told(body: Buffer, end = body): KeptLog {
  const last = lastLineOf(end);
  const isError = last !== '' && timeOf(last) === undefined;
  const hasLines = timeOf(firstLineOf(body)) !== undefined;
  return { body, hasLines, ...(isError && { error: last.slice(0, MAX_EXPLANATION) }) };
}

const timeOf = (line: string): string | undefined => TIMED.exec(line)?.[1];

const firstLineOf = (text: Buffer): string => {
  const end = text.indexOf(LINE_BREAK);
  return start(text.subarray(0, end < 0 ? text.byteLength : end));
};

function lastLineOf(text: Buffer): string {
  const whole = text.at(-1) === LINE_BREAK ? text.subarray(0, -1) : text;
  return start(whole.subarray(whole.lastIndexOf(LINE_BREAK) + 1));
}

const start = (line: Buffer): string => line.subarray(0, 4 * MAX_EXPLANATION).toString();

function linesIn(part: Uint8Array): number {
  let lines = 0;
  for (let at = part.indexOf(LINE_BREAK); at >= 0; at = part.indexOf(LINE_BREAK, at + 1)) lines++;
  return lines;
}

import { MAX_RECORD_BYTES } from './input.ts';

/** A line without its end; `text` is absent when the line is longer than the limit and was skipped. */
export interface NumberedLine {
  text?: string;
  /** From 1. */
  number: number;
}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Cuts chunks of bytes into lines, wherever the chunks end. Empty lines count, but are not returned. */
export class LineSplitter {
  private readonly maxBytes: number;
  private number = 0;
  /** The beginning of a line that goes on in the next chunk. */
  private held: Buffer[] = [];
  private heldBytes = 0;
  private tooLong = false;

  constructor(maxBytes = MAX_RECORD_BYTES) {
    this.maxBytes = maxBytes;
  }

  /** The lines that end in this chunk. */
  push(chunk: Buffer): NumberedLine[] {
    const lines: NumberedLine[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.finish(chunk.subarray(start, end), lines);
      start = end + 1;
    }
    if (start < chunk.length) this.hold(chunk.subarray(start));
    return lines;
  }

  /** The last line, when no newline ended it. */
  end(): NumberedLine[] {
    const lines: NumberedLine[] = [];
    if (this.heldBytes > 0 || this.tooLong) this.finish(Buffer.alloc(0), lines);
    return lines;
  }

  private hold(part: Buffer): void {
    this.heldBytes += part.length;
    if (this.tooLong || this.heldBytes > this.maxBytes) {
      this.tooLong = true;
      this.held = [];
    } else this.held.push(part);
  }

  private finish(rest: Buffer, lines: NumberedLine[]): void {
    this.number += 1;
    const bytes = this.held.length > 0 ? Buffer.concat([...this.held, rest]) : rest;
    if (this.tooLong || bytes.length > this.maxBytes) lines.push({ number: this.number });
    else {
      const end = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
      if (end > 0) lines.push({ number: this.number, text: bytes.toString('utf8', 0, end) });
    }
    this.held = [];
    this.heldBytes = 0;
    this.tooLong = false;
  }
}

/** The lines of a stream. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<NumberedLine> {
  const splitter = new LineSplitter();
  for await (const chunk of chunks) yield* splitter.push(chunk);
  yield* splitter.end();
}

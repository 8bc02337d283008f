import type { Readable, Writable } from 'node:stream';
import { ExpectedError } from '../expected-error.ts';

/** Where a command reads and writes; `process` is one. */
export interface Io {
  stdin: Readable & { isTTY?: boolean };
  stdout: Writable & { isTTY?: boolean };
  stderr: Writable & { isTTY?: boolean; columns?: number };
}

/** What a command ends with. */
export const EXIT = {
  done: 0,
  /** Done, and something needs attention. */
  attention: 1,
  /** Wrong input, or something is unreachable. */
  wrong: 2,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Whoever reads the output has had enough, as `head` does. */
export class ReaderGone extends Error {
  override name = 'ReaderGone';
}

/** The output cannot be written, as on a full disk. */
class OutputError extends ExpectedError {
  override name = 'OutputError';
}

/** Writes to a stream no faster than it takes. */
export class Output {
  private readonly stream: Writable;
  private failure: NodeJS.ErrnoException | undefined;

  constructor(stream: Writable) {
    this.stream = stream;
    stream.on('error', (error) => {
      this.failure ??= error;
    });
  }

  /**
   * @throws ReaderGone when the other end of the pipe is closed
   * @throws OutputError when the text cannot be written
   */
  async write(text: string): Promise<void> {
    if (!this.failure) {
      // The callback comes when the stream has taken the text, or failed to.
      await new Promise<void>((resolve) => {
        if (this.stream.write(text, () => resolve()) || this.stream.destroyed) resolve();
      });
    }
    if (this.failure?.code === 'EPIPE' || this.failure?.code === 'ERR_STREAM_DESTROYED') throw new ReaderGone();
    if (this.failure) throw new OutputError(`cannot write the output: ${this.failure.message}`);
  }
}

import { closeSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { InputError } from './input.ts';

const CHUNK_BYTES = 512 * 1024;

const WHAT_TO_DO: Record<string, string> = {
  ENOENT: 'no such file; check the path',
  EACCES: 'may not be read; check its permissions',
  EPERM: 'may not be read; check its permissions',
};

const explain = (error: NodeJS.ErrnoException): string =>
  WHAT_TO_DO[error.code ?? ''] ?? `cannot be read: ${error.message}`;

/**
 * Opens a file and gives its bytes.
 *
 * @throws InputError when it cannot be opened; while reading, too, when it cannot be read further
 */
export async function openFile(file: string): Promise<AsyncIterable<Buffer>> {
  try {
    const handle = await open(file);
    // Opening a directory works; reading it does not.
    if (!(await handle.stat()).isDirectory()) return readAll(handle.createReadStream({ highWaterMark: CHUNK_BYTES }));
    await handle.close();
  } catch (error) {
    throw new InputError(explain(error as NodeJS.ErrnoException));
  }
  throw new InputError('is a directory; name the files in it');
}

const LINE_FEED = 0x0a;

/**
 * The bytes of a part of a file, in chunks that end where a line does, as far as lines are shorter than a chunk. They are read while
 * nothing else is done, which is for a thread; and each is overwritten by the next.
 *
 * @param to where the part ends; infinity for the end of the file
 * @throws InputError when it cannot be opened, or read further
 */
export function* readPart(file: string, from: number, to: number): Generator<Buffer> {
  let handle: number | undefined;
  try {
    handle = openSync(file, 'r');
    const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    for (let at = from; at < to; ) {
      const length = readSync(handle, buffer, 0, Math.min(CHUNK_BYTES, to - at), at);
      if (length === 0) return;
      const lines = buffer.subarray(0, length).lastIndexOf(LINE_FEED) + 1;
      const chunk = buffer.subarray(0, lines || length);
      yield chunk;
      at += chunk.length;
    }
  } catch (error) {
    throw new InputError(explain(error as NodeJS.ErrnoException));
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** The bytes of a stream that is already open, as standard input. */
export async function* readAll(stream: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of stream) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  } catch (error) {
    throw new InputError(explain(error as NodeJS.ErrnoException));
  }
}

/** The first bytes of a stream (fewer when it is shorter), and all of it from the beginning. */
export async function peek(
  bytes: AsyncIterable<Buffer>,
  length: number,
): Promise<{ head: Buffer; bytes: AsyncIterable<Buffer> }> {
  const rest = bytes[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  let seen = 0;
  while (seen < length) {
    const { value, done } = await rest.next();
    if (done) break;
    chunks.push(value);
    seen += value.length;
  }
  async function* all(): AsyncGenerator<Buffer> {
    try {
      while (chunks.length > 0) yield chunks.shift() as Buffer;
      for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
    } finally {
      await rest.return?.();
    }
  }
  return { head: Buffer.concat(chunks).subarray(0, length), bytes: all() };
}

/** How much is looked at to tell the encoding. */
const SAMPLE_BYTES = 1024;

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/**
 * The encoding of a text. UTF-16, which PowerShell writes, is told by its byte order mark, and without one by every other byte
 * being zero.
 *
 * @param start the first bytes
 * @throws InputError when the bytes are not text
 */
export function encodingOf(start: Buffer): Encoding {
  const encoding = encodingOrNone(start.subarray(0, SAMPLE_BYTES));
  if (encoding === undefined)
    throw new InputError('is binary, and none of the forms that are read here; export the log itself, as JSON or CSV');
  return encoding;
}

function encodingOrNone(head: Buffer): Encoding | undefined {
  const [first, second] = head;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  let [even, odd] = [0, 0];
  for (let at = head.indexOf(0); at >= 0; at = head.indexOf(0, at + 1))
    if (at % 2 === 0) even++;
    else odd++;
  if (odd > head.length / 4 && even === 0) return 'utf-16le';
  if (even > head.length / 4 && odd === 0) return 'utf-16be';
  // A few bytes that are not text cost only their line.
  return notText(head) > head.length / 8 ? undefined : 'utf-8';
}

/** How many characters are control characters that no text has, or no characters at all. */
const notText = (head: Buffer): number =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is counted
  head.toString().match(/[\0-\x08\x0e-\x1a\x1c-\x1f\ufffd]/g)?.length ?? 0;

/** Makes characters of bytes. Lines end with `\n`, whatever they ended with; a byte order mark is left out. */
export class TextPieces {
  readonly #decoder: InstanceType<typeof TextDecoder>;
  #isAfterReturn = false;

  constructor(encoding: Encoding) {
    this.#decoder = new TextDecoder(encoding);
  }

  /** @param bytes the next ones; none at the end */
  decode(bytes?: Buffer): string {
    const decoded = bytes ? this.#decoder.decode(bytes, { stream: true }) : this.#decoder.decode();
    // A line break may be parted by the end of a chunk.
    const text = this.#isAfterReturn && decoded.startsWith('\n') ? decoded.slice(1) : decoded;
    if (decoded !== '') this.#isAfterReturn = decoded.endsWith('\r');
    return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  }
}

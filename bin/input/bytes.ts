import { open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InputError } from './input.ts';

const CHUNK_BYTES = 512 * 1024;

/** gzip in gzip is what Firehose makes when it compresses what CloudWatch Logs had compressed; deeper is not read. */
const MAX_GZIP_LAYERS = 3;

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

/**
 * The text behind the bytes, as UTF-8 without byte order mark: gzip (told by its magic bytes, of any number of members)
 * is unpacked, UTF-16 (which PowerShell writes) is converted.
 *
 * @param onDamage told once when compressed bytes are damaged or end early; what came before has then been read
 */
export async function plainText(
  bytes: AsyncIterable<Buffer>,
  onDamage: (problem: string) => void,
): Promise<AsyncIterable<Buffer>> {
  let start = await peek(bytes, 3);
  for (let layer = 0; layer < MAX_GZIP_LAYERS && start.head[0] === 0x1f && start.head[1] === 0x8b; layer += 1)
    start = await peek(gunzip(start.bytes, onDamage), 3);
  const [first, second, third] = start.head;
  if (first === 0xff && second === 0xfe) return decode(start.bytes, 'utf-16le');
  if (first === 0xfe && second === 0xff) return decode(start.bytes, 'utf-16be');
  return first === 0xef && second === 0xbb && third === 0xbf ? skip(start.bytes, 3) : start.bytes;
}

/** The bytes as UTF-8 in which every sequence is valid: others become U+FFFD, as they do in a line. */
export const wellFormed = (bytes: AsyncIterable<Buffer>): AsyncIterable<Buffer> => decode(bytes, 'utf-8');

async function* gunzip(bytes: AsyncIterable<Buffer>, onDamage: (problem: string) => void): AsyncGenerator<Buffer> {
  const unpacked = pipeline(Readable.from(bytes), createGunzip({ chunkSize: CHUNK_BYTES }), () => {});
  try {
    for await (const chunk of unpacked) yield chunk;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith('Z_')) throw error;
    const what =
      code === 'Z_BUF_ERROR' ? 'the compressed data ends early' : `the compressed data is damaged (${message})`;
    onDamage(`${what}; what comes after was not read: fetch the file again`);
  }
}

async function* decode(bytes: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of bytes) {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') yield Buffer.from(text);
  }
  const text = decoder.decode();
  if (text !== '') yield Buffer.from(text);
}

async function* skip(bytes: AsyncIterable<Buffer>, length: number): AsyncGenerator<Buffer> {
  let left = length;
  for await (const chunk of bytes) {
    if (chunk.length > left) yield left > 0 ? chunk.subarray(left) : chunk;
    left = Math.max(0, left - chunk.length);
  }
}

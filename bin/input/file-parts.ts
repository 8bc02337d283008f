import { type FileHandle, open } from 'node:fs/promises';
import { encodingOf } from './bytes.ts';
import { delimiterOf } from './csv.ts';
import { isPlainStart, plainBoundary } from './plain-lines.ts';
import type { Part } from './read.ts';

/** Large enough that its start does not show, and small enough that all threads end at about the same time. In bytes. */
const PART_BYTES = 16 * 1024 * 1024;
/** As far as a place between two lines is looked for. In bytes. */
const SEARCHED_BYTES = 256 * 1024;

/**
 * Cuts a file of events as the API server wrote them into parts that can be read side by side: between two lines, each of which is
 * a whole event. Whether a document of several lines goes on there all the same is known when the part before is read.
 *
 * @param bytes length of the file
 * @returns undefined where the file is of another form, short, or cannot be read
 */
export async function partsOf(file: string, bytes: number, partBytes = PART_BYTES): Promise<Part[] | undefined> {
  if (bytes < 2 * partBytes) return undefined;
  const handle = await open(file).catch(() => undefined);
  try {
    return handle && (await cut(handle, bytes, partBytes));
  } catch {
    // It is told when the file is read.
    return undefined;
  } finally {
    await handle?.close();
  }
}

async function cut(handle: FileHandle, bytes: number, partBytes: number): Promise<Part[] | undefined> {
  const buffer = Buffer.alloc(SEARCHED_BYTES);
  const textAt = async (at: number): Promise<Buffer> =>
    buffer.subarray(0, (await handle.read(buffer, 0, buffer.length, at)).bytesRead);
  const head = await textAt(0);
  const text = head.toString();
  if (!isPlainStart(text) || encodingOf(head) !== 'utf-8' || delimiterOf(text) !== undefined) return undefined;
  const starts = [0];
  for (let at = partBytes; at < bytes - partBytes / 2; at += partBytes) {
    const boundary = plainBoundary((await textAt(at)).toString('latin1'));
    if (boundary !== undefined) starts.push(at + boundary);
  }
  // What is written to the file meanwhile is read as well.
  return starts.map((from, index) => ({ from, to: starts[index + 1] ?? Number.POSITIVE_INFINITY }));
}

import type { Readable } from 'node:stream';
import type { Cluster } from '../../functions/contract/finding.ts';
import { defined } from '../../functions/kit/defined.ts';
import { openFile, readAll, textOf } from './bytes.ts';
import { isOtherStream, type LogPlace, recordOf, streamOfPath } from './cloudwatch.ts';
import { unpack } from './compression.ts';
import { delimiterOf, TableReader } from './csv.ts';
import { InputError, type InputItem, type Place } from './input.ts';
import type { Found } from './records.ts';
import { eventsIn, TextReader } from './text-reader.ts';

export interface ReadOptions {
  /** What is read for the file name `-`. */
  stdin: Readable;
  /** What the user says of the cluster, where the input does not. */
  cluster: Cluster;
  /** Told of every chunk read, before decompression. */
  onBytes?: (bytes: number) => void;
}

/** How much of a text is looked at to tell whether it is a table. In characters. */
const HEAD = 64 * 1024;

/** The name by which a person knows the input. */
export const nameOf = (file: string): string => (file === '-' ? '(standard input)' : file);

/**
 * Opens recorded logs in any form, compressed or not, and gives the audit events in them and what else stands in their
 * place. Nothing is held but the record that is read: memory does not grow with the file.
 *
 * @throws InputError when the file cannot be opened, is empty, or is of a form that is not read; while reading, too,
 *   when it cannot be read further
 */
export async function openRecording(file: string, options: ReadOptions): Promise<AsyncGenerator<InputItem>> {
  const source = count(file === '-' ? readAll(options.stdin) : await openFile(file), options.onBytes);
  let damage: string | undefined;
  const onDamage = (problem: string): void => {
    damage = problem;
  };
  let begun: Awaited<ReturnType<typeof begin>>;
  try {
    begun = await begin(await textOf(await unpack(source, onDamage)));
    if (!damage && begun.head.length < HEAD && begun.head.trim() === '')
      throw new InputError('is empty; nothing to read');
  } catch (error) {
    await source.return(undefined);
    throw error;
  }
  const { head, text } = begun;
  const place: LogPlace = file === '-' ? {} : { logStream: streamOfPath(file) };
  const name = nameOf(file);
  async function* items(): AsyncGenerator<InputItem> {
    for await (const found of readText(text, head, place)) yield itemOf(found, name, options.cluster);
    if (damage) yield { problem: damage, place: { file: name } };
  }
  return items();
}

async function* readText(text: AsyncIterable<string>, head: string, place: LogPlace): AsyncGenerator<Found> {
  const delimiter = isOtherStream(place.logStream) ? undefined : delimiterOf(head);
  const context = { place, level: 0 };
  const reader =
    delimiter === undefined ? new TextReader(context) : new TableReader({ ...context, readText: eventsIn }, delimiter);
  for await (const part of text) {
    reader.push(part);
    yield* reader.take();
  }
  reader.end();
  yield* reader.take();
}

function itemOf(found: Found, file: string, said: Cluster): InputItem {
  if ('isEmpty' in found) return found;
  const { line, item } = found;
  const place: Place = { file, line, ...defined({ item }) };
  return 'problem' in found
    ? { problem: found.problem, place }
    : { record: recordOf(found.text, said, found.place), place };
}

/** The first characters of a text (fewer when it is shorter), and all of it from the beginning. */
async function begin(text: AsyncIterable<string>): Promise<{ head: string; text: AsyncIterable<string> }> {
  const rest = text[Symbol.asyncIterator]();
  const parts: string[] = [];
  let length = 0;
  while (length < HEAD) {
    const { value, done } = await rest.next();
    if (done) break;
    parts.push(value);
    length += value.length;
  }
  const head = parts.join('').slice(0, HEAD);
  async function* all(): AsyncGenerator<string> {
    try {
      while (parts.length > 0) yield parts.shift() ?? '';
      for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
    } finally {
      await rest.return?.();
    }
  }
  return { head, text: all() };
}

async function* count(bytes: AsyncIterable<Buffer>, onBytes: ReadOptions['onBytes']): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) {
    onBytes?.(chunk.length);
    yield chunk;
  }
}

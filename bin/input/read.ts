import type { Readable } from 'node:stream';
import type { Cluster } from '../../functions/contract/finding.ts';
import { defined } from '../../functions/kit/defined.ts';
import { encodingOf, openFile, peek, readAll, readPart, TextPieces } from './bytes.ts';
import { isOtherStream, type LogPlace, recordOf, streamOfPath } from './cloudwatch.ts';
import { unpack } from './compression.ts';
import { delimiterOf, TableReader } from './csv.ts';
import { InputError, type InputItem, type Place } from './input.ts';
import { isOtherEvent, PlainLines } from './plain-lines.ts';
import type { Found } from './records.ts';
import { s3PlaceOf } from './s3-place.ts';
import { eventsIn, TextReader } from './text-reader.ts';

export interface ReadOptions {
  /** What is read for the file name `-`. */
  stdin: Readable;
  /** What the user says of the cluster, where the input does not. */
  cluster: Cluster;
  /** Told of every chunk read, before decompression. */
  onBytes?: (bytes: number) => void;
  /**
   * For who looks for creations and deletions of namespaces alone: told of how many audit events about something else were passed over.
   * They are told by their heads, and are not given; damage behind a head is not looked for.
   */
  onPassed?: (events: number) => void;
}

/** A part of a file of plain events (`plain-lines.ts`), which is read beside the others. In bytes. */
export interface Part {
  /** Where a line begins. */
  from: number;
  /** Where another one does; infinity for the end of the file. */
  to: number;
}

/** How a part was read. */
export interface PartEnd {
  /** What began in it goes on behind it, as a document of several lines does: all of the rest of the file was read with it. */
  goesOn: boolean;
  /** How many lines it has; of no use where it goes on. */
  lines: number;
}

/** How much of a text is looked at to tell whether it is a table. In bytes. */
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
  const source = count(await open(file, options.stdin), options.onBytes);
  let damage: string | undefined;
  const onDamage = (problem: string): void => {
    damage = problem;
  };
  let text: Text;
  try {
    const { head, bytes } = await peek(await unpack(source, onDamage), HEAD);
    text = { head: new TextPieces(encodingOf(head)).decode(head), encoding: encodingOf(head), bytes };
    if (!damage && head.length < HEAD && text.head.trim() === '') throw new InputError('is empty; nothing to read');
  } catch (error) {
    await source.return(undefined);
    throw error;
  }
  const place: LogPlace = file === '-' ? {} : { logStream: streamOfPath(file) };
  const name = nameOf(file);
  async function* items(): AsyncGenerator<InputItem> {
    for await (const found of readText(text, place, options.onPassed)) yield itemOf(found, name, options.cluster);
    if (damage) yield { problem: damage, place: { file: name } };
  }
  return items();
}

/**
 * As {@link openRecording}, of a part.
 *
 * @param onGoesOn told as soon as it is known that the rest of the file is read with it
 * @param onEnd told at the end
 */
export async function* readPartOf(
  file: string,
  part: Part,
  options: Omit<ReadOptions, 'stdin'>,
  { onGoesOn, onEnd }: { onGoesOn: () => void; onEnd: (end: PartEnd) => void },
): AsyncGenerator<InputItem> {
  const place: LogPlace = { logStream: streamOfPath(file) };
  const reader = new TextReader({ place, level: 0, isOther: options.onPassed && isOtherEvent });
  const pieces = new TextPieces('utf-8');
  async function* found(): AsyncGenerator<Found> {
    yield* pushAll(count(readPart(file, part.from, part.to), options.onBytes), reader, pieces, true, options.onPassed);
    const end = { goesOn: part.to < Number.POSITIVE_INFINITY && !reader.isAtStart, lines: reader.lines };
    if (end.goesOn) {
      onGoesOn();
      const rest = readPart(file, part.to, Number.POSITIVE_INFINITY);
      yield* pushAll(count(rest, options.onBytes), reader, pieces, true, options.onPassed);
    }
    yield* endOf(reader, pieces, options.onPassed);
    onEnd(end);
  }
  for await (const each of found()) yield itemOf(each, file, options.cluster);
}

/** @throws {InputError} when it cannot be opened; of an object in S3, when it is read */
async function open(file: string, stdin: Readable): Promise<AsyncIterable<Buffer>> {
  if (file === '-') return readAll(stdin);
  const place = s3PlaceOf(file);
  return place ? (await import('./s3.ts')).readObject(place) : openFile(file);
}

/** A text whose bytes come. */
interface Text {
  /** The first characters. */
  head: string;
  encoding: ReturnType<typeof encodingOf>;
  bytes: AsyncIterable<Buffer>;
}

async function* readText(text: Text, place: LogPlace, onPassed: ReadOptions['onPassed']): AsyncGenerator<Found> {
  const delimiter = isOtherStream(place.logStream) ? undefined : delimiterOf(text.head);
  const context = { place, level: 0, isOther: onPassed && isOtherEvent };
  const reader =
    delimiter === undefined ? new TextReader(context) : new TableReader({ ...context, readText: eventsIn }, delimiter);
  const pieces = new TextPieces(text.encoding);
  yield* pushAll(text.bytes, reader, pieces, text.encoding === 'utf-8', onPassed);
  yield* endOf(reader, pieces, onPassed);
}

async function* pushAll(
  all: AsyncIterable<Buffer>,
  reader: TextReader | TableReader,
  pieces: TextPieces,
  isUtf8: boolean,
  onPassed: ReadOptions['onPassed'],
): AsyncGenerator<Found> {
  for await (const bytes of all) {
    if (onPassed && isUtf8 && reader instanceof TextReader) onPassed(pushOthers(bytes, reader, pieces));
    else reader.push(pieces.decode(bytes));
    yield* wanted(reader.take(), onPassed);
  }
}

function endOf(reader: TextReader | TableReader, pieces: TextPieces, onPassed: ReadOptions['onPassed']): Found[] {
  reader.push(pieces.decode());
  reader.end();
  return wanted(reader.take(), onPassed);
}

/** All but the events that are only counted. */
function wanted(found: Found[], onPassed: ReadOptions['onPassed']): Found[] {
  const left = found.filter((each) => !('isOther' in each));
  if (left.length < found.length) onPassed?.(found.length - left.length);
  return left;
}

/** Gives a reader the bytes but for lines that are passed over. @returns how many these are */
function pushOthers(bytes: Buffer, reader: TextReader, pieces: TextPieces): number {
  const lines = new PlainLines(bytes);
  let passed = 0;
  for (let at = 0; at < bytes.length; ) {
    if (reader.isBetweenLines) {
      const { events, end } = lines.pass(at);
      reader.passLines(events);
      passed += events;
      at = end;
    }
    const next = lines.nextStart(at) ?? bytes.length;
    if (next > at) reader.push(pieces.decode(bytes.subarray(at, next)));
    at = next;
  }
  return passed;
}

function itemOf(found: Found, file: string, said: Cluster): InputItem {
  if ('isEmpty' in found) return found;
  const { line, item } = found;
  const place: Place = { file, line, ...defined({ item }) };
  return 'problem' in found
    ? { problem: found.problem, place }
    : { record: recordOf(found.text, said, found.place), place };
}

async function* count(
  bytes: AsyncIterable<Buffer> | Iterable<Buffer>,
  onBytes: ReadOptions['onBytes'],
): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) {
    onBytes?.(chunk.length);
    yield chunk;
  }
}

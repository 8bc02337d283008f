import type { LogRecord } from '../../functions/detect/record.ts';
import { defined } from '../../functions/kit/defined.ts';
import { wellFormed } from './bytes.ts';
import type { InputItem, Origin, Place } from './input.ts';
import { type JsonPiece, JsonSplitter } from './json.ts';

export type ValuePiece = Extract<JsonPiece, { text: string }>;

/** The values in a stream of JSON documents, see {@link JsonSplitter}. */
async function* piecesOf(chunks: AsyncIterable<Buffer>, list?: string, maxBytes?: number): AsyncGenerator<JsonPiece> {
  const splitter = new JsonSplitter(list, maxBytes);
  for await (const chunk of wellFormed(chunks)) yield* splitter.push(chunk);
  yield* splitter.end();
}

/**
 * Reads a stream of JSON documents as items.
 *
 * @param list the key of the list whose elements are wanted; without it, whole documents
 * @param read the records in one value, or in one sentence why there are none
 */
export async function* itemsOf(
  chunks: AsyncIterable<Buffer>,
  { file }: Origin,
  { list, maxBytes }: { list?: string; maxBytes?: number },
  read: (piece: ValuePiece) => LogRecord[] | string | Promise<LogRecord[] | string>,
): AsyncGenerator<InputItem> {
  for await (const piece of piecesOf(chunks, list, maxBytes)) {
    const place: Place = { file, line: piece.line, ...defined({ item: list === undefined ? undefined : piece.item }) };
    const records = 'problem' in piece ? piece.problem : await read(piece);
    if (typeof records === 'string') yield { problem: records, place };
    else
      for (const [index, record] of records.entries())
        yield { record, place: records.length > 1 ? { ...place, item: index + 1 } : place };
  }
}

import type { Readable } from 'node:stream';
import type { Cluster } from '../../functions/contract/finding.ts';
import { openFile, peek, plainText, readAll } from './bytes.ts';
import { auditLines } from './forms/audit-lines.ts';
import { FORMS } from './forms.ts';
import { type Head, InputError, type InputForm, type InputItem } from './input.ts';
import { HEAD_BYTES, headOf } from './sniff.ts';

export interface RecordedInput {
  form: InputForm;
  items: AsyncGenerator<InputItem>;
}

export interface ReadOptions {
  /** What is read for the file name `-`. */
  stdin: Readable;
  /** What the user says of the cluster, where the input does not. */
  cluster: Cluster;
  /** Told of every chunk read, before decompression. */
  onBytes?: (bytes: number) => void;
}

/** The name by which a person knows the input. */
export const nameOf = (file: string): string => (file === '-' ? '(standard input)' : file);

/**
 * Opens recorded logs in any of the {@link FORMS}, compressed or not.
 *
 * @throws InputError when the file cannot be opened or is empty; while reading, too, when it cannot be read further
 */
export async function openRecording(file: string, options: ReadOptions): Promise<RecordedInput> {
  const source = file === '-' ? readAll(options.stdin) : await openFile(file);
  let damage: string | undefined;
  const text = await plainText(count(source, options.onBytes), (problem) => {
    damage = problem;
  });
  const { head, bytes } = await peek(text, HEAD_BYTES);
  if (!damage && head.length < HEAD_BYTES && /^\s*$/.test(head.toString()))
    throw new InputError('is empty; nothing to read');
  const form = formOf(headOf(head));
  const origin = { file: nameOf(file), cluster: options.cluster };
  async function* items(): AsyncGenerator<InputItem> {
    yield* form.read(bytes, origin);
    if (damage) yield { problem: damage, place: { file: origin.file } };
  }
  return { form, items: items() };
}

const formOf = (head: Head): InputForm => FORMS.find((form) => form.matches(head)) ?? auditLines;

async function* count(bytes: AsyncIterable<Buffer>, onBytes: ReadOptions['onBytes']): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) {
    onBytes?.(chunk.length);
    yield chunk;
  }
}

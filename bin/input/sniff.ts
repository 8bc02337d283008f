import { Tokenizer } from '@streamparser/json';
import type { Head } from './input.ts';
import { JsonOutline } from './json-outline.ts';

/** How much of the input is looked at to tell its form. */
export const HEAD_BYTES = 64 * 1024;

/**
 * What tells the form of an input. Keys are taken from the outline of the first document: what a client put into a
 * label or a user agent cannot pass for one.
 */
export function headOf(bytes: Buffer): Head {
  return { text: bytes.toString('utf8'), keys: keysOf(bytes) };
}

function keysOf(bytes: Buffer): ReadonlySet<string> {
  const ignore = () => {};
  const outline = new JsonOutline({ begin: ignore, scalar: ignore, withoutList: ignore, end: stop });
  const tokenizer = new Tokenizer();
  tokenizer.onToken = (token) => outline.take(token, token.offset);
  try {
    tokenizer.write(bytes);
  } catch {
    // No JSON from here on, or the end of the first document.
  }
  return new Set(outline.fields.keys());
}

function stop(): never {
  throw new Error('end of the first document');
}

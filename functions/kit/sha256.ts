import { hash } from 'node:crypto';

/** A text this long is remembered: it costs more to hash than to compare. In characters. */
const LONG = 65_536;
let last: { text: string; sha256: string } | undefined;

/** SHA-256 of the UTF-8 text, in hexadecimal. Of a long text that is asked about twice in a row, it is computed once. */
export function sha256(text: string): string {
  if (text === last?.text) return last.sha256;
  const answer = hash('sha256', text);
  if (text.length >= LONG) last = { text, sha256: answer };
  return answer;
}

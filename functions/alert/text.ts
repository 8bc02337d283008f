/**
 * Makes text that an attacker may have chosen harmless in a plain-text message. The result is for reading only: the
 * JSON alert holds the original.
 *
 * - One line of printable ASCII and of words in their own script: everything else (line breaks, control, bidi and zero-width
 *   characters, look-alike letters, other scripts' dots) is shown as an escape such as `\u202e`.
 * - No double quotation mark, so that nothing can end a quotation early, and no run of `=`, the mark of a heading.
 * - Nothing that a mail client turns into a link: `hxxps[:]//evil[.]com`, `a[@]b`. Addresses, versions and Kubernetes' own
 *   words stay as they are.
 */
import { LINKED_SCHEMES } from '../kit/link-schemes.ts';
import { withPlainTimes } from '../kit/phrase.ts';
import { isReadable } from './own-script.ts';

/** Longest text shown in one place, in characters before defanging. */
const MAX_TEXT = 160;

const SCHEME = new RegExp(`(${LINKED_SCHEMES}):(?=\\S|$)`, 'gi');

/**
 * The text on one line, harmless, with its instants as in our own words; `...` where it goes on.
 *
 * @param max characters shown
 */
export function harmless(text: string, max: number = MAX_TEXT): string {
  const { shown, whole } = shorten(withPlainTimes(text), max);
  return whole ? shown : `${beforeHalfWord(shown)} ...`;
}

/** A text that was cut, without the half of a word at its end. */
export const beforeHalfWord = (text: string): string => text.replace(/ [^ ]{1,24}$/, '');

/**
 * The text, harmless and between quotation marks, which nothing else in a message can hold; says how long a text was
 * that is shortened.
 */
export function quoted(text: string, max: number = MAX_TEXT): string {
  const { shown, whole } = shorten(text, max);
  return whole ? `"${shown}"` : `"${shown}" (beginning of ${text.length} characters)`;
}

/** What a word is made of, which is the first group, and what stands between words. */
const PIECES = /([\p{L}\p{M}]+)|[^\p{L}\p{M}]/gu;
/** A word without such a character is the same in either way of showing it. */
const BEYOND_ASCII = /[^\0-\x7f]/;

function shorten(text: string, max: number): { shown: string; whole: boolean } {
  let shown = '';
  // Kept beside the text: to read the end of a text that is being put together, the runtime copies all of it.
  let last = '';
  for (const [piece, word] of text.matchAll(PIECES)) {
    // Not beside an escape, whose letters would be taken for a part of the word.
    const asItIs = word !== undefined && BEYOND_ASCII.test(word) && isReadable(word) && !/[a-z]$/.test(last);
    for (const character of piece) {
      const next = asItIs ? character : inAscii(character);
      // Blanks side by side would let a text lay itself out on the line.
      if (next === ' ' && last === ' ') continue;
      if (shown.length + next.length > max) return { shown: defanged(shown.trim()), whole: false };
      shown += next;
      last = next;
    }
  }
  return { shown: defanged(shown.trim()), whole: true };
}

/**
 * For media that show no links by themselves: the whole text, with an escape for all but printable ASCII and three
 * marks of our own.
 */
export const visible = (text: string): string =>
  text.replace(/[^\x20-\x7e\u2013\u2026\u2212]/gu, (character) => ESCAPES[character] ?? escaped(character));

const ESCAPES: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '"': "'" };

function inAscii(character: string): string {
  const replacement = ESCAPES[character];
  if (replacement !== undefined) return replacement;
  const code = character.codePointAt(0) ?? 0;
  return code >= 0x20 && code < 0x7f ? character : escaped(character);
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** Kubernetes' own keys, as `app.kubernetes.io/part-of`, and what has no dot: as they are. Any other is quoted. */
export const kubernetesKey = (key: string): string =>
  /^(?:(?:[a-z0-9-]{1,63}\.){0,4}(?:kubernetes|k8s)\.io\/)?[A-Za-z0-9_-]{1,63}$/.test(key) ? key : quoted(key, 60);

/** Where a dot makes no link of a text: whole words, with nothing beside them that could. */
const HARMLESS_DOTS = [
  // Of an address, with its port or its network.
  '(?:\\d{1,3}\\.){3}\\d{1,3}(?:/\\d{1,2}|:\\d{1,5})?',
  // Of a version, also of a client, as kubectl/v1.33.2.
  '(?:[A-Za-z][\\w-]{0,40}/)?v?\\d{1,4}(?:\\.\\d{1,5}){1,2}',
  // Of a kind with its API group, as Deployment.apps.
  '[A-Za-z]{1,63}\\.(?:apps|autoscaling|batch|policy)',
  // Of names of Kubernetes' own domains, as app.kubernetes.io/part-of.
  '(?:[A-Za-z0-9-]{1,63}\\.){0,4}(?:kubernetes|k8s)\\.io(?:/[\\w-]{1,63})?',
];
const LETTER = '\\p{L}\\p{M}\\w';
const DOTS = new RegExp(
  `(?<![${LETTER}.:/@[\\]-])(?:${HARMLESS_DOTS.join('|')})(?![${LETTER}@/[]|[.:-]+[${LETTER}@/[-])|\\.(?=[${LETTER}-])`,
  'gu',
);

/**
 * Without links. For values that match a grammar but may hold a dot or at-sign, as ARNs and service accounts.
 *
 * @param text one line of printable ASCII
 */
export function defanged(text: string): string {
  return (
    text
      .replace(/={2,}/g, '=')
      // Outlook links \\server\share.
      .replace(/\\{2,}/g, (run) => '[\\]'.repeat(run.length))
      .replace(SCHEME, (_, scheme: string) => `${scheme.replace(/^(h)tt(ps?)$/i, '$1xx$2')}[:]`)
      .replace(/:(?=\/\/)/g, '[:]')
      // A phone number; before the dots, which stand otherwise beside its mark.
      .replace(/\+(?=\d)/g, '[+]')
      .replace(DOTS, (match) => (match === '.' ? '[.]' : match))
      .replace(/(www)\./gi, '$1[.]')
      .replace(/(?<!\[)@|@(?!\])/g, '[@]')
  );
}

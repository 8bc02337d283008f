/** The complete members of a JSON object whose text ends early. */

export interface CutObject {
  /** Members whose values stand whole before the end. Without a prototype: the keys are whatever the text holds. */
  complete: Record<string, unknown>;
  /** The member in whose value the text ends, if that value is an object. */
  open?: { key: string; value: CutObject };
}

/**
 * Reads as much of an object as is whole. Time and memory grow linearly with the text, whatever it holds: it is gone
 * through once, and each part is parsed once.
 *
 * @param text begins with `{`
 * @param levels how many levels of open members are told
 * @returns undefined where what stands before the cut is not JSON
 */
export const readCutObject = (text: string, levels = 2): CutObject | undefined => outlineOf(text, levels).read();

/** What a text tells about the object that it begins with, without being parsed. */
export interface ObjectOutline {
  /** The text holds the end of the object, and what stands before it may be JSON. */
  closed: boolean;
  /** Behind the end of the object, or where another object begins in its place; else the length of the text. */
  end: number;
  read(): CutObject | undefined;
}

/** Goes through the text of an object, without parsing it yet: see {@link readCutObject}. */
export function outlineOf(text: string, levels = 2): ObjectOutline {
  const { open, end } = scan(text, levels);
  const [outermost, ...inner] = open;
  return {
    closed: outermost?.closed ?? false,
    end,
    read: () => outermost && read(text, outermost, inner),
  };
}

/** All that is whole, at each level, as one object. */
export const wholeParts = ({ complete, open }: CutObject): Record<string, unknown> =>
  open ? { ...complete, [open.key]: wholeParts(open.value) } : { ...complete };

function read(text: string, { start, end, member }: OpenObject, [next, ...inner]: OpenObject[]): CutObject | undefined {
  let complete: unknown;
  try {
    complete = JSON.parse(`${text.slice(start, end)}}`);
  } catch {
    return undefined;
  }
  const members = Object.assign(Object.create(null), complete) as Record<string, unknown>;
  const key = next && end <= member ? keyBefore(text, member, next.start) : undefined;
  const value = next && key !== undefined ? read(text, next, inner) : undefined;
  return key !== undefined && value ? { complete: members, open: { key, value } } : { complete: members };
}

/** The key that stands from `from` on, if the value that begins at `value` is its own. */
function keyBefore(text: string, from: number, value: number): string | undefined {
  try {
    return Object.keys(JSON.parse(`{${text.slice(from, value)}""}`))[0];
  } catch {
    return undefined;
  }
}

/** An object that the text does not close. */
interface OpenObject {
  start: number;
  /** Behind the `{`, or the last member that a comma or a closing mark has ended. */
  end: number;
  /** Where the member begins that the text is in. */
  member: number;
  /** The member's colon has come. */
  inValue: boolean;
  /** Only the outermost, after all. */
  closed: boolean;
}

/**
 * The objects that the text is in at its end, the outermost first, as far as they are values of each other's members.
 *
 * A number or a word at the very end may go on behind the cut; a string is whole once it is closed, an object or array
 * once it is.
 */
function scan(text: string, levels: number): { open: OpenObject[]; end: number } {
  const open: OpenObject[] = [];
  let depth = 0;
  let current: OpenObject | undefined;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) {
      at = closingQuote(text, at + 1);
      if (at < 0) break;
      if (text.charCodeAt(at - 1) === OPEN_OBJECT && !endsAsString(text, at)) return { open, end: at - 1 };
      if (current?.inValue) current.end = at + 1;
    } else if (character === OPEN_OBJECT || character === OPEN_ARRAY) {
      if (character === OPEN_OBJECT && depth === open.length && depth <= levels)
        open.push({ start: at, end: at + 1, member: at + 1, inValue: false, closed: false });
      depth++;
      current = open[depth - 1];
    } else if (character === CLOSE_OBJECT || character === CLOSE_ARRAY) {
      if (depth === 1 && current) {
        // The object was closed after all: all of it is complete.
        if (text.slice(current.member, at).trim() !== '') current.end = at;
        return { open: [{ ...current, closed: true }], end: at + 1 };
      }
      depth--;
      open.length = Math.min(open.length, depth);
      current = open[depth - 1];
      if (current) current.end = at + 1;
    } else if (!current) continue;
    else if (character === COLON) current.inValue = true;
    else if (character === COMMA) {
      current.end = at;
      current.member = at + 1;
      current.inValue = false;
    }
  }
  return { open, end: text.length };
}

/**
 * Whether what follows a quote may follow a string. If not, the text was cut in a string, and the quote that seems to
 * close it is the first one of what was written behind: no text in a string can bring this about, as its own quotes
 * are escaped.
 */
const endsAsString = (text: string, quote: number): boolean => {
  STRING_END.lastIndex = quote + 1;
  return STRING_END.test(text);
};
const STRING_END = /[ \t\r\n]*(?:[:,}\]]|$)/y;

const [QUOTE, BACKSLASH, COLON, COMMA] = [0x22, 0x5c, 0x3a, 0x2c];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Beyond so many characters, a native search is faster than looking at each. */
const NEAR = 64;

/**
 * The quote that closes a string; -1 where nothing does. A quote is escaped by an odd number of backslashes before it.
 *
 * @param from behind the opening quote
 */
export function closingQuote(text: string, from: number): number {
  for (let at = from; ; ) {
    const near = Math.min(at + NEAR, text.length);
    for (; at < near; at++) {
      const character = text.charCodeAt(at);
      if (character === QUOTE) return at;
      if (character === BACKSLASH) at++;
    }
    if (at >= text.length) return -1;
    const quote = text.indexOf('"', at);
    if (quote < 0) return -1;
    let backslashes = quote;
    while (backslashes > at && text.charCodeAt(backslashes - 1) === BACKSLASH) backslashes--;
    if ((quote - backslashes) % 2 === 0) return quote;
    at = quote + 1;
  }
}

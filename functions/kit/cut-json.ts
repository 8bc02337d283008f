/** The complete members of a JSON object whose text ends early. */

export interface CutObject {
  /** Members whose values stand whole before the end. Without a prototype: the keys are whatever the text holds. */
  complete: Record<string, unknown>;
  /** The member in whose value the text ends, if that value is an object. */
  open?: { key: string; value: CutObject };
}

/**
 * Reads as much of an object as is whole. Time and memory grow linearly with the text, whatever it holds: strings are
 * skipped by native searches, and each part is parsed once.
 *
 * @param text begins with `{`
 * @param levels how many levels of open members are told; each one reads the rest of the text once more
 * @returns undefined where what stands before the cut is not JSON
 */
export function readCutObject(text: string, levels = 2): CutObject | undefined {
  return read(text, 0, levels);
}

/** All that is whole, at each level, as one object. */
export const wholeParts = ({ complete, open }: CutObject): Record<string, unknown> =>
  open ? { ...complete, [open.key]: wholeParts(open.value) } : { ...complete };

function read(text: string, start: number, levels: number): CutObject | undefined {
  const { end, openMember } = scan(text, start);
  let complete: unknown;
  try {
    complete = JSON.parse(`${text.slice(start, end)}}`);
  } catch {
    return undefined;
  }
  const members = Object.assign(Object.create(null), complete) as Record<string, unknown>;
  const member = openMember === undefined || levels === 0 ? undefined : keyAt(text, openMember);
  const value = member && text[member.value] === '{' ? read(text, member.value, levels - 1) : undefined;
  return member && value ? { complete: members, open: { key: member.key, value } } : { complete: members };
}

/** The key that begins at `from`, and where its value does. */
function keyAt(text: string, from: number): { key: string; value: number } | undefined {
  const quote = skipBlanks(text, from);
  if (text[quote] !== '"') return undefined;
  const end = new Strings(text).endOf(quote);
  if (end === undefined) return undefined;
  const colon = skipBlanks(text, end);
  if (text[colon] !== ':') return undefined;
  try {
    return { key: JSON.parse(text.slice(quote, end)) as string, value: skipBlanks(text, colon + 1) };
  } catch {
    return undefined;
  }
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t' || text[at] === '\n' || text[at] === '\r') at++;
  return at;
}

/**
 * Where the object's last complete member ends, and where the one begins in which the text ends.
 *
 * A number or a word at the very end may go on behind the cut; a string is whole once it is closed, an object or array
 * once it is.
 */
function scan(text: string, start: number): { end: number; openMember?: number } {
  const strings = new Strings(text);
  let depth = 0;
  /** Behind the `{`, or the last member that a comma or a closing mark has ended. */
  let end = start + 1;
  let member = start + 1;
  let inValue = false;
  for (let at = start; at < text.length; ) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) {
      const close = strings.endOf(at);
      if (close === undefined) break;
      at = close;
      if (depth === 1 && inValue) end = at;
      continue;
    }
    if (character === OPEN_OBJECT || character === OPEN_ARRAY) depth++;
    else if (character === CLOSE_OBJECT || character === CLOSE_ARRAY) {
      depth--;
      if (depth === 0) return { end: lastMember(text, member, at, end) };
      if (depth === 1) end = at + 1;
    } else if (depth === 1 && character === COLON) inValue = true;
    else if (depth === 1 && character === COMMA) {
      end = at;
      member = at + 1;
      inValue = false;
    }
    at++;
  }
  return end > member ? { end } : { end, openMember: member };
}

/** The object was closed after all: all of it is complete. */
const lastMember = (text: string, member: number, close: number, end: number): number =>
  text.slice(member, close).trim() === '' ? end : close;

const [QUOTE, COLON, COMMA] = [0x22, 0x3a, 0x2c];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Finds the ends of strings, each quote and backslash searched for once. */
class Strings {
  readonly #text: string;
  #quote = -1;
  #backslash = -1;

  constructor(text: string) {
    this.#text = text;
  }

  /** @returns the place behind the closing quote; undefined where there is none */
  endOf(start: number): number | undefined {
    for (let at = start + 1; ; ) {
      this.#quote = this.#next('"', this.#quote, at);
      if (this.#quote === Number.POSITIVE_INFINITY) return undefined;
      this.#backslash = this.#next('\\', this.#backslash, at);
      if (this.#backslash > this.#quote) return this.#quote + 1;
      at = this.#backslash + 2;
    }
  }

  #next(mark: string, known: number, from: number): number {
    if (known >= from) return known;
    const found = this.#text.indexOf(mark, from);
    return found < 0 ? Number.POSITIVE_INFINITY : found;
  }
}

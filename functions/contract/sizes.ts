/**
 * Keeps values within the size limits of what carries them, however large an attacker makes a label.
 */
import { sha256 } from '../kit/sha256.ts';
import type { Cut } from './finding.ts';

/** Length of the value's JSON text in UTF-8 bytes: what AWS counts. */
export const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** The least that {@link fit} can work with: room for a note about what is missing. */
export const MIN_FIT_BYTES = 512;

/** While entries have to be dropped, each one that stays keeps at least about this much of its content. */
const USEFUL_BYTES = 256;
/** What lies deeper is kept or emptied as a whole, so that deep nesting costs no time. */
const MAX_DEPTH = 32;
/** A value smaller than this costs less than the note that would replace it. */
const NEVER_WORTH_CUTTING = 160;

/**
 * Shortens a JSON value until its text is small enough: what is largest gives way first, what is small stays whole.
 * Long strings keep their beginning and end in a note such as `… [262144 bytes, sha256 ab12…]`; where there are too
 * many entries, arrays lose their last and objects their largest ones. Characters are never split. The same input gives
 * the same output.
 *
 * @param value any JSON value; not changed, parts of it are shared with the result
 * @param maxBytes limit in UTF-8 bytes of JSON text for the result *and* its list of cuts as a further field, at least
 *   {@link MIN_FIT_BYTES}
 * @param keep paths that stay whole with all they hold, as `namespace.uid`, or `evidence[].check` for each element of
 *   an array; disregarded only if they alone exceed the limit
 * @returns the value itself and no cuts where it fits already. `path` of a cut is written like {@link keep} with the
 *   index in the brackets, and `["…"]` around keys that are not identifiers; bytes and hash are those of a string's
 *   UTF-8 text, or of the JSON text of the object or array that lost entries.
 * @throws RangeError if `maxBytes` is below the minimum
 */
export function fit<T>(value: T, maxBytes: number, keep: readonly string[] = []): { value: T; cut: Cut[] } {
  if (!(maxBytes >= MIN_FIT_BYTES)) throw new RangeError(`a size limit of ${maxBytes} bytes is below ${MIN_FIT_BYTES}`);
  if (roomLeft(value, maxBytes) >= 0) return { value, cut: [] };
  let fitter = new Fitter(keep, maxBytes);
  if (fitter.full(value) <= maxBytes) return { value, cut: [] };
  const budget = maxBytes - ',"cut":[]'.length;
  if (fitter.least(value, fitter.full(value), ROOT) > budget) fitter = new Fitter([], maxBytes);
  return { value: fitter.shrink(value, budget, ROOT) as T, cut: fitter.cut };
}

/** More than any number, or the brackets, commas and colons of an entry, take. In bytes. */
const MOST_OF_ENTRY = 64;
/** A UTF-16 unit takes no more, as an escape. In bytes. */
const MOST_OF_UNIT = 6;

/** What is left of the room when the value is in it, taken for larger than it can be; negative as soon as it may not fit. */
function roomLeft(value: unknown, room: number): number {
  let left = room - MOST_OF_ENTRY;
  if (typeof value === 'string') return left - MOST_OF_UNIT * value.length;
  if (!isContainer(value)) return left;
  for (const key of Object.keys(value)) {
    left = roomLeft((value as Record<string, unknown>)[key], left - MOST_OF_UNIT * key.length);
    if (left < 0) break;
  }
  return left;
}

/** Where a value stands. Its path is written only where it is asked for, as most of many entries are never cut. */
class Place {
  readonly depth: number;
  private readonly above: Place | undefined;
  private readonly step: string | number;

  constructor(above?: Place, step: string | number = '') {
    this.depth = above ? above.depth + 1 : 0;
    this.above = above;
    this.step = step;
  }

  get path(): string {
    return this.written((index) => `[${index}]`);
  }

  /** The path with every index left out, for comparison with what is to be kept. */
  get pattern(): string {
    return this.written(() => '[]');
  }

  private written(index: (index: number) => string): string {
    if (!this.above) return '';
    const above = this.above.written(index);
    if (typeof this.step === 'number') return above + index(this.step);
    return (
      above + (/^[A-Za-z_$][\w$]*$/.test(this.step) ? (above && '.') + this.step : `[${JSON.stringify(this.step)}]`)
    );
  }
}

const ROOT = new Place();

/** One value in an object or array. */
interface Entry {
  /** The index in an array. */
  key: string | number;
  value: unknown;
  /** Bytes of the key and the punctuation. */
  overhead: number;
  /** Bytes, overhead included: of the whole entry, and of the smallest form that it can take. */
  full: number;
  least: number;
  required: boolean;
}

interface Content {
  entries: Entry[];
  bytes: number;
}

class Fitter {
  readonly cut: Cut[] = [];
  /** What stays whole, and what holds such a thing. */
  private readonly kept: Set<string>;
  private readonly holders: Set<string>;
  private readonly maxBytes: number;
  /** What each object and array holds, read once: to read an object with many keys costs more than to parse it. */
  private readonly contents = new Map<object, Content>();

  constructor(keep: readonly string[], maxBytes: number) {
    this.maxBytes = maxBytes;
    this.kept = new Set(keep);
    this.holders = new Set(keep.flatMap(ancestors));
  }

  /** Bytes of the value's JSON text; of what cannot fit by its length alone, fewer, and more than the limit. */
  full(value: unknown): number {
    if (typeof value === 'string') return value.length > this.maxBytes ? value.length + 2 : textBytes(value);
    if (!isContainer(value)) return jsonBytes(value ?? null);
    return this.contentOf(value).bytes;
  }

  private contentOf(container: object): Content {
    const known = this.contents.get(container);
    if (known) return known;
    const entries = Array.isArray(container)
      ? container.map((value, index) => this.entry(index, value, 1))
      : Object.keys(container).flatMap((key) => {
          const value = (container as Record<string, unknown>)[key];
          return value === undefined ? [] : this.entry(key, value, textBytes(key) + 2);
        });
    // One bracket, and a comma or the other bracket with each entry.
    const content = { entries, bytes: Math.max(2, 1 + sum(entries.map(({ full }) => full))) };
    this.contents.set(container, content);
    return content;
  }

  private entry(key: string | number, value: unknown, overhead: number): Entry {
    const full = overhead + this.full(value);
    return { key, value, overhead, full, least: full, required: false };
  }

  /** Bytes of the smallest form that the value can take, its record in the list of cuts included. */
  least(value: unknown, full: number, place: Place): number {
    if (full <= NEVER_WORTH_CUTTING || this.kept.has(place.pattern)) return full;
    if (typeof value === 'string')
      return Math.min(full, 2 + jsonBytes(note(value.length * 3, NO_HASH)) + recordBytes(place));
    if (!isContainer(value)) return full;
    let least = 2 + recordBytes(place);
    if (this.holders.has(place.pattern)) {
      for (const entry of this.entries(value, place)) if (entry.required) least += entry.least;
    }
    return Math.min(full, least);
  }

  /** The value in at most `budget` bytes, which is not below {@link least}. */
  shrink(value: unknown, budget: number, place: Place): unknown {
    if (this.full(value) <= budget || this.kept.has(place.pattern)) return value;
    if (typeof value === 'string') return this.shorten(value, budget - recordBytes(place), place);
    return isContainer(value) ? this.thin(value, budget, place) : value;
  }

  private shorten(text: string, budget: number, place: Place): string {
    const bytes = Buffer.byteLength(text);
    const hash = sha256(text);
    this.cut.push({ path: place.path, bytes, sha256: hash });
    const end = note(bytes, hash);
    return prefix(text, budget - jsonBytes(end)) + end;
  }

  /** Drops entries if there are too many, and shares the budget out among the others. */
  private thin(container: object, budget: number, place: Place): unknown {
    const tooDeep = place.depth > MAX_DEPTH;
    const entries = tooDeep ? [] : this.entries(container, place);
    let room = budget - 2;
    let stay = entries;
    if (tooDeep || sum(entries.map(wanted)) > room) {
      room -= recordBytes(place);
      stay = select(entries, room, Array.isArray(container));
      const text = JSON.stringify(container);
      this.cut.push({ path: place.path, bytes: Buffer.byteLength(text), sha256: sha256(text) });
    }
    const level = waterLevel(stay, room);
    const shrunk = stay.map(
      (entry) =>
        [
          entry.key,
          this.shrink(entry.value, share(entry, level) - entry.overhead, new Place(place, entry.key)),
        ] as const,
    );
    // fromEntries, because assigning to a key named `__proto__` would lose it.
    return Array.isArray(container) ? shrunk.map(([, value]) => value) : Object.fromEntries(shrunk);
  }

  /** What the object or array at this place holds, with what each entry needs at least. */
  private entries(container: object, place: Place): Entry[] {
    const { entries } = this.contentOf(container);
    const holds = this.holders.has(place.pattern);
    for (const entry of entries) {
      const { key, value, overhead, full } = entry;
      entry.required = false;
      entry.least = full;
      if (!holds && full <= NEVER_WORTH_CUTTING) continue;
      const at = new Place(place, key);
      entry.required = holds && (this.kept.has(at.pattern) || this.holders.has(at.pattern));
      entry.least = overhead + this.least(value, full - overhead, at);
    }
    return entries;
  }
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;
const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);

const NO_HASH = '0'.repeat(64);
const note = (bytes: number, hash: string): string => `… [${bytes} bytes, sha256 ${hash.slice(0, 16)}…]`;

/** What the record of a cut at this place can cost, with its comma. */
const recordBytes = ({ path }: Place): number => jsonBytes({ path, bytes: 9_999_999_999, sha256: NO_HASH }) + 1;

/** The room that an entry should have at least, if it is to stay. */
const wanted = (entry: Entry): number =>
  entry.required ? entry.least : Math.min(entry.full, entry.least + USEFUL_BYTES);

/** What an entry gets when nobody who can give way has more than `level`. */
const share = (entry: Entry, level: number): number => Math.max(entry.least, Math.min(entry.full, level));

/** The entries that stay, in their order: the required ones, then of an array the first, of an object the smallest. */
function select(entries: Entry[], room: number, inOrder: boolean): Entry[] {
  let left = room - sum(entries.filter(({ required }) => required).map(wanted));
  const stay = new Set<Entry>(entries.filter(({ required }) => required));
  const optional = entries.filter(({ required }) => !required);
  if (!inOrder) optional.sort((a, b) => wanted(a) - wanted(b));
  for (const entry of optional) {
    left -= wanted(entry);
    if (left < 0) break;
    stay.add(entry);
  }
  return entries.filter((entry) => stay.has(entry));
}

/** The greatest level at which the shares of all entries fit. */
function waterLevel(entries: Entry[], room: number): number {
  let low = 0;
  let high = room;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (sum(entries.map((entry) => share(entry, middle))) <= room) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The longest beginning whose JSON text, without quotes, has at most `bytes` bytes; whole characters only. */
function prefix(text: string, bytes: number): string {
  const head = text.slice(0, Math.max(0, bytes));
  // Each character is one byte.
  return jsonBytes(head) - 2 === head.length ? head : text.slice(0, walk(text, bytes).end);
}

/** To write a longer text costs less than to look at each of its characters. */
const SHORT = 100;

/** Bytes of the text as JSON. */
const textBytes = (text: string): number =>
  text.length < SHORT ? walk(text, Number.POSITIVE_INFINITY).bytes + 2 : jsonBytes(text);

/** How far so many bytes of JSON text reach, and how many of them that far takes. */
function walk(text: string, bytes: number): { end: number; bytes: number } {
  let taken = 0;
  for (let at = 0; at < text.length; ) {
    const unit = text.charCodeAt(at);
    const isPair = isHigh(unit) && isLow(text.charCodeAt(at + 1));
    const next = isPair ? 4 : unitBytes(unit);
    if (taken + next > bytes) return { end: at, bytes: taken };
    taken += next;
    at += isPair ? 2 : 1;
  }
  return { end: text.length, bytes: taken };
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000;

/** Bytes of a UTF-16 unit that stands for itself; a surrogate that does is escaped, as control characters are. */
function unitBytes(unit: number): number {
  if (unit >= 0x20 && unit < 0x80) return unit === QUOTE || unit === BACKSLASH ? 2 : 1;
  if (unit < 0x20) return SHORT_ESCAPES.has(unit) ? 2 : 6;
  if (unit < 0x800) return 2;
  return isHigh(unit) || isLow(unit) ? 6 : 3;
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
/** `\\b`, `\\t`, `\\n`, `\\f`, `\\r`. */
const SHORT_ESCAPES: ReadonlySet<number> = new Set([0x08, 0x09, 0x0a, 0x0c, 0x0d]);

/** `a.b[].c` → `a.b[]`, `a.b`, `a`, and the root. */
function ancestors(path: string): string[] {
  const parents = [''];
  for (const { index } of path.matchAll(/\.|\[/g)) if (index > 0) parents.push(path.slice(0, index));
  return parents;
}

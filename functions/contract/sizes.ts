/**
 * Keeps values within the size limits of what carries them, however large an attacker makes a label.
 */
import { createHash } from 'node:crypto';
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
 *   index in the brackets, and `["…"]` around keys that are no identifiers; bytes and hash are those of a string's
 *   UTF-8 text, or of the JSON text of the object or array that lost entries.
 * @throws RangeError if `maxBytes` is below the minimum
 */
export function fit<T>(value: T, maxBytes: number, keep: readonly string[] = []): { value: T; cut: Cut[] } {
  if (!(maxBytes >= MIN_FIT_BYTES)) throw new RangeError(`a size limit of ${maxBytes} bytes is below ${MIN_FIT_BYTES}`);
  if (jsonBytes(value) <= maxBytes) return { value, cut: [] };
  const budget = maxBytes - ',"cut":[]'.length;
  let fitter = new Fitter(keep);
  if (fitter.least(value, ROOT) > budget) fitter = new Fitter([]);
  return { value: fitter.shrink(value, budget, ROOT) as T, cut: fitter.cut };
}

/** Where a value stands: its path, and the same with every index left out, for comparison with what is to be kept. */
interface Place {
  path: string;
  pattern: string;
  depth: number;
}

const ROOT: Place = { path: '', pattern: '', depth: 0 };

/** One value in an object or array. */
interface Entry {
  /** Absent in arrays. */
  key?: string;
  value: unknown;
  place: Place;
  /** Bytes of the key and the punctuation. */
  overhead: number;
  /** Bytes, overhead included: of the whole entry, and of the smallest form that it can take. */
  full: number;
  least: number;
  required: boolean;
}

class Fitter {
  readonly cut: Cut[] = [];
  /** What stays whole, and what holds such a thing. */
  private readonly kept: Set<string>;
  private readonly holders: Set<string>;
  private readonly sizes = new Map<object, number>();

  constructor(keep: readonly string[]) {
    this.kept = new Set(keep);
    this.holders = new Set(keep.flatMap(ancestors));
  }

  /** Bytes of the value's JSON text. */
  private full(value: unknown): number {
    if (!isContainer(value)) return jsonBytes(value ?? null);
    const known = this.sizes.get(value);
    if (known !== undefined) return known;
    const size = jsonBytes(value);
    this.sizes.set(value, size);
    return size;
  }

  /** Bytes of the smallest form that the value can take, its record in the list of cuts included. */
  least(value: unknown, place: Place): number {
    const full = this.full(value);
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
      (entry) => [entry.key, this.shrink(entry.value, share(entry, level) - entry.overhead, entry.place)] as const,
    );
    // fromEntries, because assigning to a key named `__proto__` would lose it.
    return Array.isArray(container) ? shrunk.map(([, value]) => value) : Object.fromEntries(shrunk);
  }

  private entries(container: object, { path, pattern, depth: above }: Place): Entry[] {
    const depth = above + 1;
    if (Array.isArray(container)) {
      return container.map((value, index) =>
        this.entry(value, { path: `${path}[${index}]`, pattern: `${pattern}[]`, depth }, 1),
      );
    }
    return Object.entries(container)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => {
        const step = /^[A-Za-z_$][\w$]*$/.test(key) ? (path && '.') + key : `[${JSON.stringify(key)}]`;
        const below = { path: path + step, pattern: pattern + step, depth };
        return { key, ...this.entry(value, below, jsonBytes(key) + 2) };
      });
  }

  private entry(value: unknown, place: Place, overhead: number): Entry {
    return {
      value,
      place,
      overhead,
      full: overhead + this.full(value),
      least: overhead + this.least(value, place),
      required: this.kept.has(place.pattern) || this.holders.has(place.pattern),
    };
  }
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
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
  let end = 0;
  for (let left = bytes; end < text.length; ) {
    const character = String.fromCodePoint(text.codePointAt(end) ?? 0);
    left -= jsonBytes(character) - 2;
    if (left < 0) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** `a.b[].c` → `a.b[]`, `a.b`, `a`, and the root. */
function ancestors(path: string): string[] {
  const parents = [''];
  for (const { index } of path.matchAll(/\.|\[/g)) if (index > 0) parents.push(path.slice(0, index));
  return parents;
}

/**
 * How an event begins that the API server wrote: no blanks, fields in the order of its type (`Event` in
 * `k8s.io/apiserver/pkg/apis/audit/v1/types.go`), and of escapes only those that Go's encoder puts into a path. Exports
 * of CloudWatch Logs to S3 put the time before it.
 */
const HEAD =
  /^(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z )?\{"kind":"Event","apiVersion":"audit\.k8s\.io\/v1","level":"\w+","auditID":"[^"\\]+","stage":"\w+","requestURI":"([^"\\]*)(?:\\u00(?:26|3c|3e)[^"\\]*)*","verb":"([a-z]+)","/;
/**
 * How it ends. A line without a time before it is read as an event wherever it ends with a brace; another one may go on on the next
 * line.
 */
const TAIL = /"stageTimestamp":"[^"\\]*"(?:,"annotations":\{(?:"[^"\\]*":"(?:[^"\\]|\\.)*",?)*\})?\}$/;
/** As much of the head as tells that a line is such an event. */
const LINE_START = String.raw`(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z )?\{"kind":"Event","apiVersion":"audit\.k8s\.io/v1","level":"`;
const IS_START = new RegExp(`^${LINE_START}`);
const BETWEEN = new RegExp(`\n${LINE_START}[^\n]*}\n(?=${LINE_START})`);

/** Whether a text begins with an event as the API server wrote it. */
export const isPlainStart = (text: string): boolean => IS_START.test(text);

/** Where a line of a text begins before which the line is a whole event, and which is one itself; undefined where none does. */
export function plainBoundary(text: string): number | undefined {
  const found = BETWEEN.exec(text);
  return found ? found.index + found[0].length : undefined;
}

/** A longer head, or tail, is left to the parser. */
const HEAD_BYTES = 768;
const TAIL_BYTES = 1024;
/** Every such line has this. */
const START = Buffer.from('{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"');

/** By these a namespace is made or deleted. Where the rest of such an event is damaged, its path alone may tell. */
const NAMESPACE_VERBS = ['create', 'patch', 'delete'];
/** Paths that are surely of something else: of an API group, in a namespace, of nodes. */
const OTHER_PATH = /^\/(?:apis\/[a-z]|api\/v1\/(?:namespaces\/[\w.-]+|nodes)\/[a-z\d])/;

/**
 * What must not stand behind the head: the name of the resource, whatever holds it, as text or in a text; letters that
 * are written as escapes, which might spell it; the id of another event. No client can write that id into an event: its
 * quotes are escaped.
 */
const SUSPECTS = ['"namespaces', '\\u006', '\\u007', '"auditID":"'];

const [LINE_FEED, CLOSE_OBJECT] = [0x0a, 0x7d];

/** Whether the text of an event, which {@link isPlainEvent} is, cannot be about the creation or deletion of a namespace. */
export function isOtherEvent(text: string): boolean {
  const [head, path = '', verb = ''] = HEAD.exec(text.slice(0, HEAD_BYTES)) ?? [];
  if (!head?.startsWith('{') || mayBeOfNamespace(path, verb)) return false;
  return SUSPECTS.every((suspect) => !text.includes(suspect, head.length));
}

const mayBeOfNamespace = (path: string, verb: string): boolean =>
  NAMESPACE_VERBS.includes(verb) && !OTHER_PATH.test(path);

/** Lines that were passed over, each an audit event, and where the next one begins. */
interface Passed {
  events: number;
  end: number;
}

/**
 * Tells by the bytes of lines, without parsing them, which ones are events that cannot be about the creation or deletion of a
 * namespace. Whatever it does not know for sure it leaves to the parser.
 */
export class PlainLines {
  readonly #bytes: Buffer;
  readonly #suspects = SUSPECTS.map((text) => new Occurrences(text));

  /** @param bytes in UTF-8 */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** @param from where a line begins */
  pass(from: number): Passed {
    let at = from;
    for (let events = 0; ; events++) {
      const end = this.#bytes.indexOf(LINE_FEED, at);
      if (end < 0 || !this.#isPassed(at, end)) return { events, end: at };
      at = end + 1;
    }
  }

  /** Where the first line behind the one of `from` begins that might be passed over; undefined where none does. */
  nextStart(from: number): number | undefined {
    const lineEnd = this.#bytes.indexOf(LINE_FEED, from);
    const at = lineEnd < 0 ? -1 : this.#bytes.indexOf(START, lineEnd);
    return at < 0 ? undefined : this.#bytes.lastIndexOf(LINE_FEED, at) + 1;
  }

  /** @param end of the line, without its line feed */
  #isPassed(start: number, end: number): boolean {
    if (this.#bytes[end - 1] !== CLOSE_OBJECT) return false;
    const text = this.#bytes.toString('latin1', start, Math.min(end, start + HEAD_BYTES));
    const [head, path = '', verb = ''] = HEAD.exec(text) ?? [];
    if (head === undefined || mayBeOfNamespace(path, verb)) return false;
    const isStamped = !head.startsWith('{');
    if (isStamped && !TAIL.test(this.#bytes.toString('latin1', Math.max(start, end - TAIL_BYTES), end))) return false;
    return this.#suspects.every((each) => each.next(this.#bytes, start + head.length) >= end);
  }
}

/** Where a text stands, found once for all lines before it. */
class Occurrences {
  readonly #before: Buffer;
  readonly #searched: Buffer;
  #at = -1;

  constructor(text: string) {
    // The search is fast for a short text whose first character is rare.
    const from = Math.max(0, text.search(/[A-Z]/));
    this.#before = Buffer.from(text.slice(0, from));
    this.#searched = Buffer.from(text.slice(from));
  }

  /** @returns infinity where there are no more */
  next(bytes: Buffer, from: number): number {
    if (this.#at >= from) return this.#at;
    const { length } = this.#before;
    let at = bytes.indexOf(this.#searched, from);
    while (at >= 0 && length > 0 && !bytes.subarray(Math.max(0, at - length), at).equals(this.#before))
      at = bytes.indexOf(this.#searched, at + 1);
    this.#at = at < 0 ? Number.POSITIVE_INFINITY : at;
    return this.#at;
  }
}

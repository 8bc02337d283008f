import { isLikeEvent } from './carriers.ts';
import { JsonContainer } from './container.ts';
import { inMiB } from './input.ts';
import { JsonScanner } from './json-scanner.ts';

/** A document without an event of its own that has become so long is gone into: its members are read one by one. In characters. */
const LONG_DOCUMENT = 1024 * 1024;
/** So deep a document is gone into. */
const MAX_CONTAINERS = 8;

/** What is told about a document. Values are texts, not parsed. */
export interface DocumentEvents {
  /** All of it. */
  document(text: string, line: number): void;
  /** A member of the innermost container of a document that is gone into. */
  member(containers: readonly JsonContainer[], text: string, line: number): void;
  /** What stands of an event, or of a text, that breaks off. @returns whether anything could be read of it */
  remains(containers: readonly JsonContainer[], text: string, line: number): boolean;
  problem(problem: string, line: number): void;
}

/** A value that is followed to its end. */
interface Pending {
  scanner: JsonScanner;
  held: string[];
  length: number;
  line: number;
  isKey: boolean;
  /** Too long to be held: only its end is looked for. */
  isSkipped: boolean;
  /** How much was held, and how long that was, when the present line began. */
  atLine: number;
}

/**
 * Follows one JSON document through the pieces of a text. What is of usual length is held and given as a whole; a longer
 * list or page of records is given member by member, so that memory does not grow with it. An event is never gone into,
 * however long it is.
 */
export class DocumentReader {
  readonly #events: DocumentEvents;
  readonly #maxLength: number;
  #containers: JsonContainer[] = [];
  #pending: Pending | undefined;
  #line = 1;
  /** Where the value began, in the piece in which it broke. */
  #from = 0;
  /** What was held is read again, and may break off as it did before. */
  #isReplay = false;
  #state: 'closed' | 'open' | 'broken' = 'closed';

  /** @param maxLength longest value that is held, in characters */
  constructor(events: DocumentEvents, maxLength: number) {
    this.#events = events;
    this.#maxLength = maxLength;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** JSON cannot have what comes next: {@link breakOff} ends it. */
  get isBroken(): boolean {
    return this.#state === 'broken';
  }

  /** Begins a document before any of it has been pushed. */
  begin(line: number): void {
    this.#line = line;
    this.#containers = [];
    this.#start(false);
    this.#state = 'open';
  }

  /** @returns how far it came: behind the document, to what JSON cannot have there, or to the end of the piece */
  push(text: string, from = 0): number {
    let at = from;
    while (at < text.length && this.#state === 'open')
      at = this.#pending ? this.#inValue(this.#pending, text, at) : this.#between(text, at);
    return at;
  }

  endLine(): void {
    this.#line += 1;
    const pending = this.#pending;
    if (!pending || this.#state !== 'open') return;
    pending.scanner.endLine();
    if (pending.scanner.state === 'closed') this.#close(pending);
    else if (pending.scanner.state === 'broken') this.#state = 'broken';
    else {
      this.#hold(pending, '\n');
      if (this.#pending) this.#pending.atLine = this.#pending.held.length;
    }
  }

  /**
   * Ends a document that breaks off, and gives what is whole of it.
   *
   * @param last the piece that was pushed last, and how much of it belongs to the document; `line` where nothing of the
   *   present line does
   * @returns whether it is an event, or what is left of one
   */
  breakOff(why: string, last?: { text: string; end: number } | 'line'): boolean {
    const pending = this.#pending;
    const isList = this.#containers.length > 0;
    const line = pending?.line ?? this.#line;
    if (pending && last === 'line') pending.held.length = Math.min(pending.held.length, pending.atLine);
    else if (pending && typeof last === 'object' && !pending.isSkipped)
      pending.held.push(last.text.slice(this.#from, last.end));
    const isTold = pending ? this.#salvage(pending) : false;
    if (!isTold || isList) this.#events.problem(why, line);
    this.#pending = undefined;
    this.#containers = [];
    this.#state = 'closed';
    return isTold;
  }

  /** @returns whether anything was given of it */
  #salvage(pending: Pending): boolean {
    const { isKey, isSkipped, line } = pending;
    const text = pending.held.join('');
    if (isKey || isSkipped || text === '') return false;
    if (!this.#mayGoInto(pending, true)) return this.#events.remains(this.#containers, text, line);
    this.#goInto(pending);
    const inner = this.#pending;
    this.#pending = undefined;
    if (inner) this.#salvage(inner);
    return false;
  }

  #start(isKey: boolean): void {
    const scanner = new JsonScanner();
    this.#pending = { scanner, held: [], length: 0, line: this.#line, isKey, isSkipped: false, atLine: 0 };
  }

  #inValue(pending: Pending, text: string, from: number): number {
    const end = pending.scanner.push(text, from);
    if (pending.scanner.state === 'broken') {
      this.#from = from;
      this.#state = 'broken';
    } else {
      const isClosed = pending.scanner.state === 'closed';
      if (end > from) this.#hold(pending, from === 0 && end === text.length ? text : text.slice(from, end), isClosed);
      if (isClosed) this.#close(pending);
    }
    return end;
  }

  #between(text: string, from: number): number {
    const container = this.#containers.at(-1);
    const { at, what } = container?.push(text, from) ?? { at: from, what: 'broken' };
    if (what === 'broken') this.#state = 'broken';
    else if (what === 'end') {
      this.#containers.pop();
      if (this.#containers.length === 0) this.#state = 'closed';
    } else if (what !== 'more') this.#start(what === 'key');
    return at;
  }

  #hold(pending: Pending, text: string, isClosed = false): void {
    if (pending.isSkipped) return;
    pending.held.push(text);
    pending.length += text.length;
    if (this.#isReplay) return;
    if (pending.length > LONG_DOCUMENT && !isClosed && this.#mayGoInto(pending)) this.#goInto(pending);
    else if (pending.length > this.#maxLength) {
      pending.held = [];
      pending.isSkipped = true;
      this.#events.problem(`longer than ${inMiB(this.#maxLength)}; passed over`, pending.line);
    }
  }

  /** Not into an event; and not into an object with a long text, as that may be the event. */
  #mayGoInto({ scanner, held, isKey, isSkipped }: Pending, isBroken = false): boolean {
    if (isKey || isSkipped || this.#containers.length >= MAX_CONTAINERS) return false;
    const first = held[0]?.charAt(0);
    if (first === '[') return true;
    return first === '{' && !isLikeEvent(scanner.keys) && (isBroken || scanner.depth > 1);
  }

  #goInto(pending: Pending): void {
    const text = pending.held.join('');
    const line = this.#line;
    const isReplay = this.#isReplay;
    this.#pending = undefined;
    this.#containers.push(new JsonContainer(text.charAt(0)));
    this.#line = pending.line;
    this.#isReplay = true;
    this.#state = 'open';
    for (const [index, part] of text.slice(1).split('\n').entries()) {
      if (index > 0) this.endLine();
      this.push(part);
    }
    this.#isReplay = isReplay;
    this.#line = line;
    const inner = this.#pending as Pending | undefined;
    if (!isReplay && inner && inner.length > LONG_DOCUMENT && this.#mayGoInto(inner)) this.#goInto(inner);
  }

  #close(pending: Pending): void {
    this.#pending = undefined;
    const container = this.#containers.at(-1);
    if (!container) this.#state = 'closed';
    const text = pending.held.length === 1 ? (pending.held[0] ?? '') : pending.held.join('');
    if (pending.isKey) {
      if (container) container.key = keyOf(text);
    } else if (pending.isSkipped) return;
    else if (container) this.#events.member(this.#containers, text, pending.line);
    else this.#events.document(text, pending.line);
  }
}

function keyOf(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return '';
  }
}

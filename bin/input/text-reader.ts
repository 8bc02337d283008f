import { prefixOf, quotesClients, saysNothing } from './carriers.ts';
import type { LogPlace } from './cloudwatch.ts';
import { DocumentReader } from './document-reader.ts';
import { inMiB, MAX_RECORD_BYTES } from './input.ts';
import { LineParts } from './parts.ts';
import { isPlainEvent } from './plain-event.ts';
import { type Found, Records } from './records.ts';
import { type Context, isEvent, type Sight } from './search.ts';

/** From this length on a line is looked at before it ends. In characters. */
const LONG_LINE = 1024 * 1024;
/** So many places of a line are tried, at which a document might begin and none does. */
const MAX_TRIES = 16;

/** An object has a key or ends; a list of records has objects, lists or texts. Either may go on on the next line. */
const START = /\{(?=\s*(?:"|\}|$))|\[(?=\s*(?:[{["\]]|$))/g;

/**
 * Finds the audit events in a text of any length and of whatever form: lines with an event each or several, documents
 * over several lines, lists and pages, with and without text before and between. One rule reads them: an event is looked
 * for in the line, and in the document that begins there. What stands in an event is never looked at.
 */
export class TextReader {
  readonly #records: Records;
  readonly #document: DocumentReader;
  readonly #parts = new LineParts();
  #line = 1;
  /** The line so far, and how long it is with what was read of it. */
  #text: string[] = [];
  #length = 0;
  /** Part of the line was read before. */
  #isRest = false;
  #skipsLine = false;
  /** What the line before says of this one, where it holds nothing else. */
  #header: LogPlace = {};
  /** A document broke off: lines that look like its inside are passed over. */
  #isLost = false;

  /** @param maxLength longest record that is held, in characters */
  constructor(context: Omit<Context, 'readText'>, maxLength = MAX_RECORD_BYTES) {
    this.#records = new Records({ ...context, readText: eventsIn }, this.#parts);
    this.#document = new DocumentReader(this.#records, maxLength);
  }

  /** Takes the next characters. Lines end with `\n`. */
  push(text: string): void {
    let at = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', at)) {
      if (end > at) this.#piece(text.slice(at, end));
      this.#endLine();
      at = end + 1;
    }
    if (at < text.length) this.#piece(at === 0 ? text : text.slice(at));
  }

  /** A line begins, and nothing before it says anything about it. */
  get isBetweenLines(): boolean {
    return this.#length === 0 && !this.#document.isOpen && Object.keys(this.#header).length === 0;
  }

  /** As {@link isBetweenLines}, and what comes is read as if nothing had been before it. */
  get isAtStart(): boolean {
    return this.isBetweenLines && !this.#isLost && this.#parts.isEmpty;
  }

  /** How many lines have ended. */
  get lines(): number {
    return this.#line - 1;
  }

  /** Counts lines that are not pushed, each with an event of its own; only {@link isBetweenLines}. */
  passLines(count: number): void {
    this.#line += count;
    if (count > 0) this.#isLost = false;
  }

  end(): void {
    this.#endLine();
    if (this.#document.isOpen) this.#document.breakOff('ends in the middle of a JSON document');
    for (const message of this.#parts.rest()) this.#read(message, 0, true);
  }

  /** What was found since it was last taken. */
  take(): Found[] {
    return this.#records.take();
  }

  #piece(text: string): void {
    if (this.#skipsLine) return;
    this.#length += text.length;
    this.#text.push(text);
    if (this.#length > LONG_LINE) this.#readLine(this.#takeText(), false);
  }

  #takeText(): string {
    const text = this.#text.length === 1 ? (this.#text[0] ?? '') : this.#text.join('');
    this.#text = [];
    return text;
  }

  #endLine(): void {
    if (this.#text.length > 0 || this.#document.isOpen) this.#readLine(this.#takeText(), true);
    this.#line += 1;
    this.#length = 0;
    this.#isRest = false;
    this.#skipsLine = false;
  }

  /** @param isEnd the line ends here; else it is a long one that goes on */
  #readLine(text: string, isEnd: boolean): void {
    let at = 0;
    if (this.#document.isOpen) {
      at = this.#document.push(text);
      if (this.#isOpen(isEnd)) {
        this.#isRest = true;
        return;
      }
      if (this.#document.isBroken) {
        // What breaks it off may be the next one.
        this.#document.breakOff(BROKEN, this.#isRest ? { text, end: at } : 'line');
        this.#isLost = true;
        this.#skipsLine = this.#isRest;
        if (this.#isRest) return;
        at = 0;
      } else this.#isRest = true;
    }
    this.#read(text, at, isEnd);
  }

  /** Whether the document goes on behind the piece. */
  #isOpen(isEnd: boolean): boolean {
    if (isEnd) this.#document.endLine();
    return this.#document.isOpen;
  }

  /** Reads a line, or what is left of it, outside of documents. */
  #read(text: string, from: number, isEnd: boolean): void {
    let message = text;
    let at = from;
    if (!this.#isRest) {
      if (this.#isLost && /^[\s}\]"]/.test(text)) return;
      this.#isLost = false;
      if (isEnd && isPlainEvent(text)) {
        this.#records.event(text, this.#line);
        return;
      }
      const { length, place, part } = prefixOf(text);
      this.#records.beginLine({ ...this.#header, ...place });
      // `aws logs tail --format json` writes the message on the next lines.
      this.#header = text.slice(length).trim() === '' ? place : {};
      if (text.length > 0 && this.#header === place) return;
      at = length;
      if (part) {
        const whole = this.#parts.add(part.of, text.slice(length), part.isLast);
        if (whole === undefined) return;
        message = whole;
        at = 0;
      }
    }
    if (this.#records.isOtherStream) this.#records.raw(message.slice(at), this.#line);
    else this.#search(message, at, isEnd);
  }

  /** Follows the documents that begin in a text. */
  #search(text: string, from: number, isEnd: boolean): void {
    const isRest = this.#isRest;
    let at = from;
    let tries = 0;
    let failures = 0;
    for (let start = this.#startOf(text, at); start >= 0; start = this.#startOf(text, at)) {
      tries += 1;
      this.#isRest = true;
      this.#document.begin(this.#line);
      at = this.#document.push(text, start);
      if (this.#isOpen(isEnd)) return;
      if (!this.#document.isBroken) continue;
      const again = againAt(text, start, at);
      const end = again < 0 ? at : again;
      const isTold = this.#document.breakOff(BROKEN, isEnd && at === text.length ? undefined : { text, end });
      // What is left of an event takes the rest of its line with it; other text only looked like a document.
      if (isTold && again < 0) break;
      if (!isTold && ++failures >= MAX_TRIES) break;
      at = Math.max(end, start + 1);
    }
    if (tries === 0 && !isEnd)
      this.#records.problem(`longer than ${inMiB(LONG_LINE)}, and no document begins on it; passed over`, this.#line);
    if (tries === 0 && isEnd && !isRest && !saysNothing(text)) this.#records.text(text.slice(from), this.#line);
    if (!isEnd) this.#skipsLine = true;
    if (isEnd) this.#records.endLine();
  }

  /** Where a document may begin: not in text that quotes clients, nor as the value of a member of another document. */
  #startOf(text: string, from: number): number {
    const isStart = !this.#isRest;
    if (isStart && /^\s*"/.test(text)) return text.indexOf('"');
    for (START.lastIndex = from; ; ) {
      const start = START.exec(text)?.index;
      if (start === undefined || quotesClients(text.slice(0, Math.min(start, 200)))) return -1;
      const before = text.slice(Math.max(0, start - 100), start);
      const isMember = /"\s*:\s*$/.test(before);
      const isInside = isStart && /^\s+$/.test(before) && !/[}\]],?\s*$/.test(text);
      if (!isMember && !isInside) return start;
    }
  }
}

const BROKEN = 'not JSON from here on; passed over up to the next line that is outside of it';

/**
 * Where the next document begins, if that is what breaks one off: the text before was cut, and the next one follows it on
 * the line. No text in an event can bring this about, as its quotes are escaped.
 */
function againAt(text: string, start: number, at: number): number {
  if (at > start && text.startsWith('{"', at)) return at;
  let quote = at - 1;
  while (quote > start && /\s/.test(text.charAt(quote))) quote -= 1;
  return quote > start + 1 && text[quote] === '"' && text[quote - 1] === '{' ? quote - 1 : -1;
}

/** Finds the events in a text that stands in a document. */
export function eventsIn(text: string, context: Context): Sight[] {
  const reader = new TextReader(context);
  reader.push(text.replace(/\r\n?/g, '\n'));
  reader.end();
  return reader.take().flatMap(({ line: _line, item: _item, ...sight }) => (isEvent(sight) ? [sight] : []));
}

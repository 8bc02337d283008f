import { isClientText, MESSAGE_KEYS } from './carriers.ts';
import { inMiB, MAX_RECORD_BYTES } from './input.ts';
import { LineParts } from './parts.ts';
import { type Found, Records } from './records.ts';
import { asideOrRaw, type Context, sightsIn } from './search.ts';

/** JSON in a cell: its quotes are written twice. */
const QUOTED_JSON = /(?:^|[,;\t\n]) {0,8}"\s{0,8}[{[]\s{0,8}""/;
const WORDS = /^\uFEFF?"?[@\w.{}[\]/ -]+"?(?:[,;\t]"?[@\w.{}[\]/ -]+"?)*$/;
/** Fields of a flattened event, one of which a table of events has. */
const EVENT_FIELD = /(?:^|[._"])(?:requestURI|auditID|objectRef[._]resource)$/;

/** Whether a text is a table, by its beginning: cells with JSON, or a line of names that are those of events or messages. */
export function delimiterOf(head: string): string | undefined {
  const [first = ''] = head.split('\n', 1);
  const delimiter = [',', '\t', ';'].find((mark) => first.includes(mark)) ?? ',';
  if (QUOTED_JSON.test(head)) return delimiter;
  const names = first
    .trim()
    .split(delimiter)
    .map((name) => name.replace(/^"|"$/g, ''));
  const isHeader = names.length > 1 && WORDS.test(first.trim());
  return isHeader && names.some((name) => EVENT_FIELD.test(name)) ? delimiter : undefined;
}

/** Reads a table row by row (RFC 4180): what the console, Insights, Kibana and Splunk export. Line ends are `\n`. */
export class TableReader {
  readonly #records: Records;
  readonly #context: Context;
  readonly #delimiter: string;
  #names: string[] | undefined;
  #row: string[] = [];
  /** Of the cell so far. */
  #cell: string[] = [];
  #length = 0;
  #isQuoted = false;
  /** A quote in a quoted cell, which may be its end or the first of two. */
  #isAtQuote = false;
  #isEmpty = true;
  #line = 1;
  #rowLine = 1;

  constructor(context: Context, delimiter: string) {
    this.#context = context;
    this.#records = new Records(context, new LineParts());
    this.#delimiter = delimiter;
  }

  take(): Found[] {
    return this.#records.take();
  }

  push(text: string): void {
    for (let at = 0; at < text.length; ) at = this.#isQuoted ? this.#inQuotes(text, at) : this.#plain(text, at);
  }

  end(): void {
    if (this.#isQuoted && !this.#isAtQuote) this.#records.problem('ends in the middle of a cell', this.#rowLine);
    if (!this.#isEmpty) this.#endRow();
  }

  #inQuotes(text: string, from: number): number {
    if (this.#isAtQuote) {
      this.#isAtQuote = false;
      this.#isQuoted = text[from] === '"';
      if (this.#isQuoted) this.#add('"');
      return this.#isQuoted ? from + 1 : from;
    }
    const quote = text.indexOf('"', from);
    const end = quote < 0 ? text.length : quote;
    const part = text.slice(from, end);
    this.#add(part);
    this.#line += countOf(part, '\n');
    this.#isAtQuote = quote >= 0;
    return quote < 0 ? end : end + 1;
  }

  #plain(text: string, from: number): number {
    for (let at = from; at < text.length; at++) {
      const character = text[at];
      if (character !== '"' && character !== this.#delimiter && character !== '\n') continue;
      this.#add(text.slice(from, at));
      if (character === '"') {
        this.#isQuoted = true;
        this.#isEmpty = false;
      } else if (character === '\n') this.#endRow();
      else this.#endCell();
      return at + 1;
    }
    this.#add(text.slice(from));
    return text.length;
  }

  #add(part: string): void {
    if (part === '') return;
    this.#isEmpty = false;
    this.#length += part.length;
    if (this.#length <= MAX_RECORD_BYTES) this.#cell.push(part);
    else this.#cell = [];
  }

  #endCell(): void {
    if (this.#length > MAX_RECORD_BYTES)
      this.#records.problem(`a cell longer than ${inMiB(MAX_RECORD_BYTES)}; passed over`, this.#rowLine);
    this.#row.push(this.#cell.join(''));
    this.#cell = [];
    this.#length = 0;
    this.#isEmpty = false;
  }

  #endRow(): void {
    if (!this.#isEmpty) {
      this.#endCell();
      this.#read(this.#row, this.#rowLine);
    }
    this.#row = [];
    this.#isEmpty = true;
    this.#isQuoted = false;
    this.#isAtQuote = false;
    this.#line += 1;
    this.#rowLine = this.#line;
  }

  #read(row: string[], line: number): void {
    const isHeader = this.#names === undefined && row.every((cell) => !/[{}]\s*"|^\d+$/.test(cell));
    if (isHeader) {
      this.#names = row.map((name) => name.trim());
      return;
    }
    this.#names ??= [];
    const named = row.map((cell, index) => [this.#names?.[index] ?? `${index}`, cell] as const);
    const object = Object.fromEntries(named.filter(([, cell]) => cell !== ''));
    const sights = sightsIn(object, this.#context);
    const told = named.find(([name]) => MESSAGE_KEYS.some((key) => key === name) && !isClientText(name))?.[1];
    const raw = { text: told ?? row.join(this.#delimiter), place: this.#context.place, isEvent: false };
    this.#records.sights(
      sights.length > 0 ? sights : told === undefined ? asideOrRaw(object, raw.place, raw.text) : [raw],
      line,
    );
  }
}

function countOf(text: string, mark: string): number {
  let count = 0;
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) count += 1;
  return count;
}

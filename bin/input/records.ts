import { isRecord, parseJson } from '../../functions/kit/json.ts';
import { isAuditEvent } from '../../functions/kubernetes/event-shape.ts';
import { isClientText, isEmptyPage, MESSAGE_KEYS, RECORD_LISTS } from './carriers.ts';
import { isOtherStream, type LogPlace, placeIn } from './cloudwatch.ts';
import type { JsonContainer } from './container.ts';
import type { DocumentEvents } from './document-reader.ts';
import { isPacked } from './packed.ts';
import type { LineParts } from './parts.ts';
import { asItem, asideOrRaw, type Context, isEvent, type Sight, sightsIn } from './search.ts';

/** A record of a text, or why part of it cannot be read, and where. */
export type Found = Sight & {
  /** From 1. */
  line: number;
  /** From 1, where the document holds several. */
  item?: number;
};

/** Makes records of lines and documents. */
export class Records implements DocumentEvents {
  readonly #context: Context;
  readonly #parts: LineParts;
  #found: Found[] = [];
  /** What was found before the line that is read, and before each document on it. */
  #bounds = [0];
  /** Of the line. */
  #place: LogPlace;
  #item = 0;

  constructor(context: Context, parts: LineParts) {
    this.#context = context;
    this.#parts = parts;
    this.#place = context.place;
  }

  take(): Found[] {
    const found = this.#found;
    this.#found = [];
    this.#bounds = [0];
    return found;
  }

  get isOtherStream(): boolean {
    return isOtherStream(this.#place.logStream);
  }

  beginLine(place: LogPlace): void {
    this.#place = { ...this.#context.place, ...place };
    this.#bounds = [this.#found.length];
    this.#item = 0;
  }

  /** Documents that stand before the first event of a line, and hold none, were put there by what carried it. */
  endLine(): void {
    const [begin = 0] = this.#bounds;
    const first = this.#found.findIndex((sight, index) => index >= begin && isEvent(sight));
    const bound = this.#bounds.findLast((each) => each <= first) ?? begin;
    this.#found.splice(begin, bound - begin);
    this.#bounds = [this.#found.length];
  }

  /** An event as the API server wrote it. */
  event(text: string, line: number): void {
    this.#found.push({ text, place: this.#context.place, isEvent: true, line });
  }

  /** A text in which no document begins: it may be one that was packed. */
  text(text: string, line: number): void {
    const sights = isPacked(text) ? sightsIn(text, this.#contextAt(this.#place)) : [];
    if (sights.length > 0) this.#give(sights, line);
    else this.raw(text, line);
  }

  /** A text without an event. */
  raw(text: string, line: number): void {
    this.#found.push({ text, place: this.#place, isEvent: false, line });
  }

  problem(problem: string, line: number): void {
    this.#found.push({ problem, line });
  }

  /** What was found in a row. */
  sights(sights: readonly Sight[], line: number): void {
    this.#item = 0;
    this.#give(sights, line);
  }

  document(text: string, line: number): void {
    this.#item = 0;
    this.#bounds.push(this.#found.length);
    const parsed = parseJson(text);
    if (parsed === undefined) {
      this.raw(text, line);
      return;
    }
    const json = this.#parts.join(parsed);
    if (json !== undefined) this.#give(this.#sightsOf(json, text), line);
  }

  #sightsOf(json: unknown, text: string): Sight[] {
    // What is an event stays as it was written.
    if (isRecord(json) && isAuditEvent(json)) return [{ text, place: this.#place, isEvent: true }];
    if (isEmptyPage(json)) return [{ isEmpty: true }];
    const sights = sightsIn(json, this.#contextAt(this.#place));
    return sights.length > 0 ? sights : asideOrRaw(json, this.#place, text);
  }

  member(containers: readonly JsonContainer[], text: string, line: number): void {
    const container = containers.at(-1);
    if (!container) return;
    const list = containers.at(-2);
    const value = parseJson(text);
    const context = this.#contextAt(placeOf(containers, this.#place));
    if (container.isObject) {
      const key = container.key ?? '';
      if (typeof value === 'string') container.fields.set(key, value);
      if (!isClientText(key)) this.#give(sightsIn({ [key]: value }, context).filter(isEvent), line, true);
      return;
    }
    const kind = list?.fields.get('kind') ?? 'EventList';
    const item = list?.key === 'items' ? asItem(value, { kind, apiVersion: list.fields.get('apiVersion') }) : value;
    const sights = sightsIn(item, context);
    const isRecords = container.hasRecords || RECORD_LISTS.has(list?.key ?? '');
    container.hasRecords ||= sights.length > 0;
    if (sights.length > 0) this.#give(sights, line, true);
    // One that cannot be read is told as it stands.
    else if (isRecords) this.#give(asideOrRaw(item, context.place, value === undefined ? text : undefined), line, true);
  }

  remains(containers: readonly JsonContainer[], text: string, line: number): boolean {
    const place = placeOf(containers, this.#place);
    const key = containers.at(-1)?.key;
    if (text.startsWith('"')) {
      const message = key === undefined || MESSAGE_KEYS.some((name) => name === key) ? cutText(text) : undefined;
      const sights = message === undefined ? [] : this.#context.readText(message, this.#contextAt(place));
      this.#give(sights, line, containers.length > 1);
      return sights.length > 0;
    }
    if (!text.startsWith('{')) return false;
    this.#give([{ text, place, isEvent: true }], line, containers.length > 0);
    return true;
  }

  #contextAt(place: LogPlace): Context {
    return { ...this.#context, place };
  }

  #give(sights: readonly Sight[], line: number, isList = sights.length > 1): void {
    for (const sight of sights) {
      this.#item += 1;
      this.#found.push(isList ? { ...sight, line, item: this.#item } : { ...sight, line });
    }
  }
}

const placeOf = (containers: readonly JsonContainer[], place: LogPlace): LogPlace =>
  Object.assign({}, place, ...containers.map(({ fields }) => placeIn(Object.fromEntries(fields), isClientText)));

/** What a JSON text holds that is not closed; an escape at its end is not whole. */
function cutText(written: string): string | undefined {
  const whole = written.replace(/\[Truncated\.\.\.\]\s*$/, '').replace(/\\(?:u[0-9a-fA-F]{0,3})?$/, '');
  const text = parseJson(`${whole}"`) ?? parseJson(`${whole}\\"`);
  return typeof text === 'string' ? text : undefined;
}

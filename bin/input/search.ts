import { isRecord, parseJson, record } from '../../functions/kit/json.ts';
import { isAuditEvent } from '../../functions/kubernetes/event-shape.ts';
import {
  isAside,
  isClientText,
  isComponentLog,
  isEmptyPage,
  isLikeEvent,
  MESSAGE_KEYS,
  RECORD_LISTS,
} from './carriers.ts';
import { isOtherStream, type LogPlace, placeIn } from './cloudwatch.ts';
import { flatEventIn } from './flat.ts';
import { eventOfOcsf } from './ocsf.ts';
import { type Unpacked, unpacked, unpackedGzip } from './packed.ts';
import { isPlainEvent } from './plain-event.ts';

type Json = Record<string, unknown>;

/** A record in a document, or why part of the document cannot be read. `isOther` is of {@link Context.isOther}. */
export type Sight =
  | { text: string; place: LogPlace; isEvent: boolean; isOther?: boolean }
  | { problem: string }
  /** A page or list of records that holds none. */
  | { isEmpty: true };

/** What a search knows of the place where it is. */
export interface Context {
  place: LogPlace;
  /** How many texts it is in. */
  level: number;
  /** Whether an event is surely not about the creation or deletion of a namespace. Absent where all are wanted. */
  isOther?: ((event: string) => boolean) | undefined;
  /** Finds the events in a text, which stands in a document. */
  readText: (text: string, context: Context) => Sight[];
}

/** Deeper no carrier puts an event. */
const MAX_DEPTH = 24;
const MAX_LEVEL = 8;
/** A longer text is read piece by piece. In characters. */
const LONG_TEXT = 1024 * 1024;

/**
 * Finds the audit events in a JSON value: itself, or whatever a carrier has put them into. Nothing is looked for inside an
 * event, as all texts and bodies in it are its client's.
 */
export function sightsIn(value: unknown, context: Context, depth = 0): Sight[] {
  if (depth > MAX_DEPTH) return [];
  if (typeof value === 'string') return textSights(value, context);
  if (Array.isArray(value)) return listSights(value, context, depth);
  return isRecord(value) ? objectSights(value, context, depth) : [];
}

const eventSight = (event: Json, place: LogPlace): Sight => ({ text: JSON.stringify(event), place, isEvent: true });

/** What two copies of one event have in common. */
function keyOf(sight: Sight): string {
  const event = isEvent(sight) && 'text' in sight ? record(parseJson(sight.text)) : {};
  const fields = ['auditID', 'stage', 'verb', 'requestURI', 'requestReceivedTimestamp', 'stageTimestamp'];
  return 'auditID' in event ? JSON.stringify(fields.map((field) => event[field])) : JSON.stringify(sight);
}

function textSights(text: string, context: Context): Sight[] {
  // As a line of it would be read, and most messages are.
  if (text.length < LONG_TEXT && isPlainEvent(text) && !/[\r\n]/.test(text) && context.level < MAX_LEVEL)
    return [{ text, place: context.place, isEvent: true, ...(context.isOther?.(text) && { isOther: true }) }];
  const packed = unpacked(text);
  if (packed) return unpackedSights(packed, context);
  if (context.level >= MAX_LEVEL || !text.includes('{')) return [];
  return context.readText(text, { ...context, level: context.level + 1 });
}

/** All that was packed is told, as it is part of the input. */
function unpackedSights(packed: Unpacked, context: Context): Sight[] {
  if ('problem' in packed) return [packed];
  if (context.level >= MAX_LEVEL) return [];
  const inside = { ...context, level: context.level + 1 };
  const json = parseJson(packed.text);
  if (json === undefined) return context.readText(packed.text, inside);
  const sights = isEmptyPage(json) ? [] : sightsIn(json, inside);
  return sights.length > 0 ? sights : asideOrRaw(json, context.place);
}

/** @param isRecords every element has to be a record; any other is reported */
function listSights(list: unknown[], context: Context, depth: number, isRecords = false): Sight[] {
  const row = insightsRow(list);
  if (row) return rowSights(row, context, depth);
  const text = bytesAsText(list) ?? lokiLine(list);
  if (text !== undefined) return orMessage(textSights(text, context), text, context.place);
  const found = list.map((element) => sightsIn(element, context, depth + 1));
  if (!isRecords && found.every(({ length }) => length === 0)) return [];
  return found.flatMap((sights, index) => {
    const element = list[index];
    // Beside records, a number or a word is a field of one.
    return sights.length > 0 || !(isRecords || isRecord(element)) ? sights : asideOrRaw(element, context.place);
  });
}

export const isEvent = (sight: Sight): boolean => 'isEvent' in sight && sight.isEvent;

const orMessage = (sights: Sight[], text: string, place: LogPlace): Sight[] =>
  sights.length > 0 ? sights : [{ text, place, isEvent: false }];

/** A value without an event, for the judge to say so. */
export function asideOrRaw(value: unknown, place: LogPlace, text = JSON.stringify(value)): Sight[] {
  if (isEmptyPage(value)) return [{ isEmpty: true }];
  return isAside(value) ? [] : [{ text, place, isEvent: false }];
}

/** A row of a Logs Insights result: `[{"field": "@message", "value": "…"}, …]`. */
function insightsRow(list: unknown[]): Json | undefined {
  const isCell = (cell: unknown): cell is { field: string; value: unknown } =>
    isRecord(cell) && typeof cell['field'] === 'string' && 'value' in cell;
  return list.length > 0 && list.every(isCell)
    ? Object.fromEntries(list.map(({ field, value }) => [field, value]))
    : undefined;
}

function rowSights(row: Json, context: Context, depth: number): Sight[] {
  const sights = objectSights(row, context, depth + 1);
  return sights.length > 0
    ? sights
    : [{ problem: 'a result without "@message": let the query ask for it (`fields @message`)' }];
}

/** journald writes a message as numbers where it is long or not UTF-8. */
const bytesAsText = (list: unknown[]): string | undefined =>
  list.length >= 16 && list.every((item) => Number.isInteger(item) && (item as number) >= 0 && (item as number) < 256)
    ? Buffer.from(list as number[]).toString()
    : undefined;

/** A pair of time, in nanoseconds, and line; newer versions add an object. */
const lokiLine = ([time, line]: unknown[]): string | undefined =>
  typeof time === 'string' && typeof line === 'string' && /^\d{16,20}$/.test(time) ? line : undefined;

function objectSights(object: Json, context: Context, depth: number): Sight[] {
  const place = { ...context.place, ...placeIn(object, isClientText) };
  const event = eventIn(object);
  if (event) return [eventSight(event.json, { ...place, ...event.place })];
  const message = messageIn(object);
  if (isComponentLog(object)) return [{ text: JSON.stringify(object), place, isEvent: false }];
  if (isOtherStream(place.logStream)) return message === undefined ? [] : [{ text: message, place, isEvent: false }];
  const inside = { ...context, place };
  const packed = packedSights(object, inside);
  if (packed) return packed;
  const items = itemsOfEventList(object);
  if (items) return listSights(items, inside, depth, true);
  for (const look of [inMessages, inParts, inOtherTexts]) {
    const sights = look(object, inside, depth);
    if (sights.length > 0) return sights;
  }
  return message === undefined || isEmptyPage(object) ? [] : [{ text: message, place, isEvent: false }];
}

function eventIn(object: Json): { json: Json; place?: LogPlace } | undefined {
  if (isAuditEvent(object)) return { json: object };
  const flat = flatEventIn(object);
  return flat ? { json: flat } : eventOfOcsf(object);
}

const messageIn = (object: Json): string | undefined => {
  const key = MESSAGE_KEYS.find((name) => typeof object[name] === 'string');
  return key === undefined ? undefined : (object[key] as string);
};

/** What Lambda is invoked with. */
function packedSights({ awslogs }: Json, context: Context): Sight[] | undefined {
  if (awslogs === undefined) return undefined;
  const data = isRecord(awslogs) ? awslogs['data'] : undefined;
  if (typeof data !== 'string') return [{ problem: 'no subscription payload: awslogs.data is missing' }];
  return unpackedSights(unpackedGzip(data), context);
}

/** The items of an audit webhook's list carry no kind of their own: they get the list's, where that is known. */
export function asItem(item: unknown, list: { kind?: unknown; apiVersion?: unknown }): unknown {
  if (!isRecord(item) || list.kind !== 'EventList') return item;
  return { kind: 'Event', apiVersion: list.apiVersion ?? 'audit.k8s.io/v1', ...item };
}

const itemsOfEventList = (object: Json): unknown[] | undefined =>
  object['kind'] === 'EventList' && Array.isArray(object['items'])
    ? object['items'].map((item) => asItem(item, object))
    : undefined;

/** The first of the fields for a log line that holds an event. */
function inMessages(object: Json, context: Context): Sight[] {
  if (isLikeEvent(Object.keys(object))) return [];
  for (const key of MESSAGE_KEYS) {
    const value = object[key];
    const sights = typeof value === 'string' ? textSights(value, context) : [];
    if (sights.length > 0) return sights;
  }
  return [];
}

/** Objects and lists in it. What the same carrier tells twice, as the document and its fields, counts once. */
function inParts(object: Json, context: Context, depth: number): Sight[] {
  if (isLikeEvent(Object.keys(object))) return [];
  const found: Sight[] = [];
  const seen = new Set<string>();
  for (const [key, value] of Object.entries(object)) {
    if (typeof value !== 'object' || value === null || isClientText(key)) continue;
    const sights = Array.isArray(value)
      ? listSights(value, context, depth + 1, RECORD_LISTS.has(key) && value.some(isRecord))
      : objectSights(value as Json, context, depth + 1);
    const fresh = found.length > 0 ? sights.filter((sight) => !seen.has(keyOf(sight))) : sights;
    for (const sight of Array.isArray(value) ? [] : fresh) seen.add(keyOf(sight));
    for (const sight of fresh) found.push(sight);
  }
  return found.some((sight) => 'problem' in sight || isEvent(sight)) || messageIn(object) === undefined ? found : [];
}

/** Texts of fields that nobody knows, which hold an event and nothing before it. */
function inOtherTexts(object: Json, context: Context): Sight[] {
  if (messageIn(object) !== undefined || isLikeEvent(Object.keys(object))) return [];
  for (const [key, value] of Object.entries(object)) {
    if (typeof value !== 'string' || isClientText(key) || !/^\s*[{["]/.test(value)) continue;
    const sights = textSights(value, context);
    if (sights.length > 0) return sights;
  }
  return [];
}

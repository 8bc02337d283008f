import { type CutObject, type ObjectOutline, outlineOf, readCutObject } from '../kit/cut-json.ts';
import { isRecord, parseJson, text } from '../kit/json.ts';
import { type AuditEvent, auditEventOf } from '../kubernetes/audit-event.ts';
import { isAuditEvent } from '../kubernetes/event-shape.ts';

type Json = Record<string, unknown>;

const record = (value: unknown): Json | undefined => (isRecord(value) ? value : undefined);

export const stringOf = text;

const isString = (value: unknown): value is string => typeof value === 'string';

/** A string-to-string map, as labels are; entries of another type are left out, an empty map is absent. */
export function stringMap(value: unknown): Record<string, string> | undefined {
  const map = record(value) ?? {};
  const keys = Object.keys(map);
  if (keys.every((key) => isString(map[key]))) return keys.length > 0 ? (map as Record<string, string>) : undefined;
  const entries = Object.entries(map).filter(([, item]) => isString(item));
  return entries.length > 0 ? (Object.fromEntries(entries) as Record<string, string>) : undefined;
}

/**
 * Reads a log line: as a rule one event. Where what wrote or carried the log has left out the ends of lines, there are
 * several, one behind the other. Only what begins where the line or the event before ends is an event: what stands in an
 * event is text of its client.
 *
 * @returns what stands on the line, at least one piece
 */
export function readAuditEvents(line: string): [LinePiece, ...LinePiece[]] {
  const first = readFirst(line);
  const others: LinePiece[] = [];
  let piece = first;
  for (let rest = line; piece.text.length < rest.length; ) {
    rest = rest.slice(piece.text.length).replace(SEPARATOR, '');
    if (rest === '') break;
    piece = readFirst(rest);
    others.push(piece);
  }
  return [first, ...others];
}

/** Part of a line. */
export interface LinePiece {
  text: string;
  /** The event that it is, or in one sentence why it is none. */
  event: AuditEvent | string;
}

/** Between events: commas where a list was taken apart, and the mark where the text before was cut. */
const SEPARATOR = /^[\s,]*(?:\[Truncated\.\.\.\][\s,]*)?/;

function readFirst(line: string): LinePiece {
  if (!line.startsWith('{')) return { text: line, event: whyNotJson(line) };
  // To parse a long line in vain costs more than to look for the end of its object first.
  const whole = line.length <= LONG_LINE && line.endsWith('}') ? parseJson(line) : undefined;
  if (whole !== undefined) return { text: line, event: readWhole(whole) };
  const outline = outlineOf(line);
  const text = line.slice(0, outline.end);
  const json = outline.closed ? parseJson(text) : undefined;
  return { text, event: json === undefined ? readCutLine(text, outline) : readWhole(json) };
}

function readWhole(json: unknown): AuditEvent | string {
  const event = record(json);
  if (!event) return 'JSON, but no object';
  if (!isAuditEvent(event)) return 'a JSON object, but no event of audit.k8s.io';
  const read = auditEventOf(event, false);
  return read.stage && read.verb ? read : 'an audit event without stage or verb';
}

const whyNotJson = (text: string): string => (parseJson(text) === undefined ? 'not JSON' : 'JSON, but no object');

/** In characters. */
const LONG_LINE = 16 * 1024;

const CUT_MARK = '[Truncated...]';

const withoutMark = (line: string): string => (line.endsWith(CUT_MARK) ? line.slice(0, -CUT_MARK.length) : line);

/**
 * Reads a line that ends early, with or without {@link CUT_MARK}: CloudWatch Logs and the components before it cut long
 * lines (falcosecurity/plugins#297). All that decides precedes `requestObject` in the serialised event
 * (`k8s.io/apiserver/pkg/apis/audit/v1/types.go`), so what stands complete before the cut is used, and nothing else.
 */
function readCutLine(written: string, outline: ObjectOutline): AuditEvent | string {
  const line = withoutMark(written);
  // The mark may stand where the text of the outline goes on; in a string it changes nothing.
  const cut = line.length === written.length ? outline.read() : readCutObject(line);
  const json: Json = { ...bodyBeforeCut(cut), ...cut?.complete };
  if (outline.closed || !isAuditEvent(json)) return 'not JSON, and no audit event that was cut';
  json['requestURI'] ??= cutUri(line);
  // A client can make what stands before it, the auditID, as long as it likes (header `Audit-ID`).
  if (json['requestURI'] === undefined) return 'an audit event that was cut before its request';
  return auditEventOf(json, true);
}

/**
 * What stands whole of the metadata of the body in which the line was cut. Nothing else of that body: its `kind` would
 * make an object of it, and what an object lacks decides whether it was stored.
 */
function bodyBeforeCut(cut: CutObject | undefined): Json {
  const { key = '', value } = cut?.open ?? {};
  if (key !== 'requestObject' && key !== 'responseObject') return {};
  const metadata = value?.open?.key === 'metadata' ? value.open.value.complete : record(value?.complete['metadata']);
  return metadata ? { [key]: { metadata } } : {};
}

/**
 * The beginning of a requestURI in which the line was cut: a client can make it as long as it likes. Without its last
 * parameter, which may go on in a way that makes the API server drop it.
 */
const cutUri = (line: string): string | undefined =>
  /"requestURI":"([^"\\]*)/.exec(line)?.[1]?.replace(/(\?|&)[^?&]*$/, '$1');

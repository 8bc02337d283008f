import { type CutObject, outlineOf, readCutObject } from '../kit/cut-json.ts';
import { isRecord, text } from '../kit/json.ts';
import { type AuditEvent, auditEventOf } from '../kubernetes/audit-event.ts';

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
 * Reads a log line.
 *
 * @returns the event, or in one sentence why the line is none
 */
export function readAuditEvent(line: string): AuditEvent | string {
  const isObject = line.startsWith('{');
  if (isObject && (line.length > LONG_LINE || !line.trimEnd().endsWith('}'))) {
    const text = withoutMark(line);
    const outline = outlineOf(text);
    if (!outline.closed) return readCutLine(text, outline.read());
  }
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    const text = withoutMark(line);
    return isObject ? readCutLine(text, readCutObject(text)) : 'not JSON';
  }
  const event = record(json);
  if (!event) return 'JSON, but no object';
  if (!isAuditEvent(event)) return 'a JSON object, but no event of audit.k8s.io';
  const read = auditEventOf(event, false);
  return read.stage && read.verb ? read : 'an audit event without stage or verb';
}

/** To parse a longer line in vain costs more than to look for the end of its object first. In characters. */
const LONG_LINE = 16 * 1024;

const isAuditEvent = (json: Json): boolean =>
  json['kind'] === 'Event' && (text(json['apiVersion'])?.startsWith('audit.k8s.io/') ?? false);

const CUT_MARK = '[Truncated...]';

const withoutMark = (line: string): string => (line.endsWith(CUT_MARK) ? line.slice(0, -CUT_MARK.length) : line);

/**
 * Reads a line that ends early, with or without {@link CUT_MARK}: CloudWatch Logs and the components before it cut long
 * lines (falcosecurity/plugins#297). All that decides precedes `requestObject` in the serialised event
 * (`k8s.io/apiserver/pkg/apis/audit/v1/types.go`), so what stands complete before the cut is used, and nothing else.
 */
function readCutLine(line: string, cut: CutObject | undefined): AuditEvent | string {
  const json: Json = { ...bodyBeforeCut(cut), ...cut?.complete };
  if (!isAuditEvent(json)) return 'not JSON, and no audit event that was cut';
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

import { type CutObject, readCutObject } from '../kit/cut-json.ts';
import { isRecord, text } from '../kit/json.ts';

type Json = Record<string, unknown>;

/**
 * The fields of a Kubernetes audit event (`audit.k8s.io`, v1 and v1beta1) that decide or are reported. Read plainly: a
 * field of another type than the API's is absent.
 */
export interface AuditEvent {
  auditId: string | undefined;
  stage: string | undefined;
  verb: string | undefined;
  requestUri: string | undefined;
  user: User;
  impersonatedUser: User | undefined;
  sourceIps: string[] | undefined;
  userAgent: string | undefined;
  objectRef: ObjectRef | undefined;
  code: number | undefined;
  /** Of the status, where the request failed. */
  message: string | undefined;
  requestObject: Json | undefined;
  responseObject: Json | undefined;
  requestReceivedTimestamp: string | undefined;
  stageTimestamp: string | undefined;
  annotations: Json;
  /** The line was cut, by CloudWatch Logs or by the API server. */
  truncated: boolean;
}

interface ObjectRef {
  resource: string | undefined;
  name: string | undefined;
  apiGroup: string | undefined;
  subresource: string | undefined;
}

export interface User {
  username: string | undefined;
  uid: string | undefined;
  groups: string[] | undefined;
  extra: Json;
}

const record = (value: unknown): Json | undefined => (isRecord(value) ? value : undefined);
const texts = (value: unknown): string[] | undefined =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : undefined;

/** The `metadata` of a logged object. */
export const metadataOf = (object: Json | undefined): Json => record(object?.['metadata']) ?? {};
export const stringOf = text;

/** A string-to-string map, as labels are; entries of another type are left out, an empty map is absent. */
export function stringMap(value: unknown): Record<string, string> | undefined {
  const entries = Object.entries(record(value) ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function userOf(value: unknown): User {
  const user = record(value) ?? {};
  return {
    username: text(user['username']),
    uid: text(user['uid']),
    groups: texts(user['groups']),
    extra: record(user['extra']) ?? {},
  };
}

/** A client may ask for the answer as a `Table`; then the object is in its only row, unless that was unwanted, too. */
function answeredObject(answer: Json | undefined): Json | undefined {
  if (answer?.['kind'] !== 'Table') return answer;
  const rows: unknown = answer['rows'];
  return record(record(Array.isArray(rows) ? rows[0] : undefined)?.['object']) ?? answer;
}

function eventOf(json: Json, truncated: boolean): AuditEvent {
  const ref = record(json['objectRef']);
  const status = record(json['responseStatus']);
  const code = status?.['code'];
  const annotations = record(json['annotations']) ?? {};
  return {
    auditId: text(json['auditID']),
    stage: text(json['stage']),
    verb: text(json['verb']),
    requestUri: text(json['requestURI']),
    user: userOf(json['user']),
    impersonatedUser: record(json['impersonatedUser']) && userOf(json['impersonatedUser']),
    sourceIps: texts(json['sourceIPs']),
    userAgent: text(json['userAgent']),
    objectRef: ref && {
      resource: text(ref['resource']),
      name: text(ref['name']),
      apiGroup: text(ref['apiGroup']),
      subresource: text(ref['subresource']),
    },
    code: Number.isInteger(code) ? (code as number) : undefined,
    message: text(status?.['message']),
    // A JSON patch is a list: a body, but no object.
    requestObject: record(json['requestObject']) ?? (Array.isArray(json['requestObject']) ? {} : undefined),
    responseObject: answeredObject(record(json['responseObject'])),
    requestReceivedTimestamp: text(json['requestReceivedTimestamp']),
    stageTimestamp: text(json['stageTimestamp']),
    annotations,
    // The API server drops the bodies of events over its own limit and leaves this annotation.
    truncated: truncated || annotations['audit.k8s.io/truncated'] === 'true',
  };
}

/**
 * Reads a log line.
 *
 * @returns the event, or in one sentence why the line is none
 */
export function readAuditEvent(line: string): AuditEvent | string {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return readCutLine(line);
  }
  const event = record(json);
  if (!event) return 'JSON, but no object';
  if (!isAuditEvent(event)) return 'a JSON object, but no event of audit.k8s.io';
  const read = eventOf(event, false);
  return read.stage && read.verb ? read : 'an audit event without stage or verb';
}

const isAuditEvent = (json: Json): boolean =>
  json['kind'] === 'Event' && (text(json['apiVersion'])?.startsWith('audit.k8s.io/') ?? false);

const CUT_MARK = '[Truncated...]';

/**
 * Reads a line that ends early, with or without `[Truncated...]`: CloudWatch Logs and the components before it cut long
 * lines (falcosecurity/plugins#297). All that decides precedes `requestObject` in the serialised event
 * (`k8s.io/apiserver/pkg/apis/audit/v1/types.go`), so what stands complete before the cut is used, and nothing else.
 */
function readCutLine(whole: string): AuditEvent | string {
  if (!whole.startsWith('{')) return 'not JSON';
  const line = whole.endsWith(CUT_MARK) ? whole.slice(0, -CUT_MARK.length) : whole;
  const cut = readCutObject(line);
  const json: Json = { ...bodyBeforeCut(cut), ...cut?.complete };
  if (!isAuditEvent(json)) return 'not JSON, and no audit event that was cut';
  json['requestURI'] ??= cutUri(line);
  // A client can make what stands before it, the auditID, as long as it likes (header `Audit-ID`).
  if (json['requestURI'] === undefined) return 'an audit event that was cut before its request';
  return eventOf(json, true);
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

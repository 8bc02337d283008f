/** What the tools that carry logs wrap around an event, by the names and marks that they use. */
import { isRecord } from '../../functions/kit/json.ts';
import type { LogPlace } from './cloudwatch.ts';

/**
 * Fields that hold a log line, the most telling first: of two that hold an event, the first one counts. Splunk, CloudWatch
 * Logs and its Insights, Elastic, Loki, container runtimes and Fluent Bit, journald, GELF, OCSF, Azure, Google Cloud,
 * queues and topics.
 */
export const MESSAGE_KEYS = [
  '_raw',
  'raw_data',
  '@message',
  'event.original',
  'original',
  'message',
  'Message',
  'MESSAGE',
  'line',
  'Line',
  'log',
  'log_s',
  'msg',
  'full_message',
  'short_message',
  'textPayload',
  'rawLog',
  'raw',
  'body',
  'Body',
  'content',
  'text',
  'event',
  'value',
  'payload',
  'data',
  'Data',
] as const;

/** Fields of an audit event; what stands in most of them is text of a client. */
const EVENT_KEYS = new Set([
  'auditID',
  'requestURI',
  'stage',
  'verb',
  'objectRef',
  'sourceIPs',
  'userAgent',
  'impersonatedUser',
  'requestObject',
  'responseObject',
  'responseStatus',
  'requestReceivedTimestamp',
  'stageTimestamp',
]);

/** Whether an object with these keys is an audit event or what is left of one: nothing in it can be another one. */
export function isLikeEvent(keys: Iterable<string>): boolean {
  let count = 0;
  for (const key of keys) if (EVENT_KEYS.has(key.slice(key.lastIndexOf('.') + 1)) || EVENT_KEYS.has(key)) count += 1;
  return count >= 2;
}

/** Fields, without `_`, `-`, `.` and case, that hold text of clients beside the event. They are never searched. */
const CLIENT_TEXT = new Set([
  ...[...EVENT_KEYS].map((key) => key.toLowerCase()),
  'annotations',
  'client',
  'headers',
  'http',
  'httprequest',
  'labels',
  'request',
  'response',
  'uri',
  'url',
  'user',
  'username',
]);

export const isClientText = (key: string): boolean => CLIENT_TEXT.has(key.replace(/[-_.]/g, '').toLowerCase());

/** Lists whose elements are log records. */
export const RECORD_LISTS: ReadonlySet<string> = new Set([
  'events',
  'items',
  'logEvents',
  'records',
  'Records',
  'results',
  'hits',
  'messages',
  'values',
]);

/** Whether a value says something of other records, or of the request for them: no record is lost in it. */
export function isAside(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const [first = '', ...others] = Object.keys(value);
  // The action line of an Elasticsearch bulk request.
  if (others.length === 0 && ['index', 'create', 'update', 'delete'].includes(first)) return isRecord(value[first]);
  // The last row of a Splunk export.
  return 'preview' in value && !('result' in value);
}

/** A page, list or result without any record, or what CloudWatch Logs sends to see whether anybody listens. */
export function isEmptyPage(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (!isRecord(value)) return false;
  if (value['messageType'] === 'CONTROL_MESSAGE') return true;
  return Object.entries(value).some(([key, list]) => RECORD_LISTS.has(key) && Array.isArray(list) && list.length === 0);
}

/** Structured logs of Kubernetes components (`--logging-format=json`): they quote what clients sent. */
export const isComponentLog = (object: Record<string, unknown>): boolean => 'ts' in object && 'caller' in object;

/** Lines of Kubernetes components (klog) and of the authenticator (logrus): they quote what clients sent, too. */
const COMPONENT_LINE = /(?:^|\s)[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+\s|(?:^|\s)time="/;

export const quotesClients = (before: string): boolean => COMPONENT_LINE.test(before);

const TIME = String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*`;
const STREAM = String.raw`(?:kube-apiserver|authenticator|kube-controller-manager|cloud-controller-manager|kube-scheduler)-\S+`;
/** The time that a CloudWatch Logs export or `aws logs tail` puts before a message; the latter adds the stream. */
const STAMP = new RegExp(`^${TIME}(?:\\s+(${STREAM}))?(?:\\s+|$)`);
/** The format of the container runtime interface: time, output, whether the line is part of a longer one. */
const CRI = new RegExp(`^${TIME} std(out|err) ([FP])(?::\\S*)? `);

/** What stands before the message on a line, as far as it is known. */
export interface Prefix {
  length: number;
  place: LogPlace;
  /** Part of a message that was split: by its output, and whether it is the last part. */
  part?: { of: string; isLast: boolean };
}

export function prefixOf(line: string): Prefix {
  const cri = CRI.exec(line);
  if (cri) return { length: cri[0].length, place: {}, part: { of: cri[1] ?? '', isLast: cri[2] === 'F' } };
  const stamp = STAMP.exec(line);
  return stamp ? { length: stamp[0].length, place: stamp[1] ? { logStream: stamp[1] } : {} } : { length: 0, place: {} };
}

/** Lines that say nothing: `aws logs … --output text` names streams and the next page, tables have rules. */
export const saysNothing = (line: string): boolean =>
  /^(?:SEARCHEDLOGSTREAMS|NEXTTOKEN|NEXTBACKWARDTOKEN|NEXTFORWARDTOKEN|None)(?:\s|$)/.test(line) ||
  /^[\s|+\-=,[\](){}"';:_.]*$/.test(line);

import { isRecord, parseJson, text } from '../kit/json.ts';

type Json = Record<string, unknown>;

/** Fields of an audit event (`k8s.io/apiserver/pkg/apis/audit/v1/types.go`) that hold more than one value. */
const OBJECTS = [
  'user',
  'impersonatedUser',
  'objectRef',
  'responseStatus',
  'requestObject',
  'responseObject',
  'annotations',
  'authenticationMetadata',
];
const LISTS = ['sourceIPs', 'groups'];

/**
 * Whether the object is an audit event: it says so, or it has neither kind nor apiVersion and the fields that only an
 * audit event has. The webhook backend sends events in lists, which tell the kind once for all of them
 * (`k8s.io/apiserver/plugin/pkg/audit/webhook`).
 */
export function isAuditEvent(json: Json): boolean {
  const { kind, apiVersion } = json;
  if (kind === undefined && apiVersion === undefined)
    return ['auditID', 'stage', 'verb', 'requestURI'].every((key) => text(json[key]) !== undefined);
  return kind === 'Event' && (text(apiVersion)?.startsWith('audit.k8s.io/') ?? false);
}

/** A field that a log pipeline has flattened: `objectRef.resource`, `user.groups.0`, `user.groups{}`. */
const FLAT = new RegExp(`^(?:(?:${OBJECTS.join('|')})[.[{]|sourceIPs[.[{])`);

/** The event as the API server wrote it, where a pipeline has flattened its fields or put them into texts. */
export function wholeEvent(json: Json): Json {
  const keys = Object.keys(json);
  const isFlat = keys.some((key) => FLAT.test(key));
  if (!isFlat && !OBJECTS.some((key) => typeof json[key] === 'string')) return json;
  // Without a prototype, as the keys are whatever the text holds.
  const event: Json = Object.create(null);
  for (const key of keys) if (!FLAT.test(key)) event[key] = OBJECTS.includes(key) ? unpacked(json[key]) : json[key];
  for (const key of keys) if (FLAT.test(key)) put(event, pathOf(key), json[key]);
  const status = event['responseStatus'];
  // Tables have no numbers.
  if (isFlat && isRecord(status) && /^\d{3}$/.test(String(status['code']))) status['code'] = Number(status['code']);
  return event;
}

/** A value that a pipeline has put into a text, as JSON. */
function unpacked(value: unknown): unknown {
  return typeof value === 'string' && /^\s*[{[]/.test(value) ? (parseJson(value) ?? value) : value;
}

/** Behind these, the rest is one key, dots and all. */
const MAP = /^(annotations|(?:user|impersonatedUser)\.extra|\w+Object\.metadata\.(?:labels|annotations))\.(.+)$/s;
/** What numbers the values of a list: `.0`, `[0]`, `{}`. */
const INDEX = /(?:\.\d+|\[\d*\]|\{\})$/;

function pathOf(key: string): string[] {
  const [, map = '', inMap] = MAP.exec(key) ?? [];
  const path = inMap === undefined ? key.replace(INDEX, '') : map;
  const isListInMap = inMap !== undefined && map.endsWith('.extra');
  return [...path.split('.'), ...(inMap === undefined ? [] : [isListInMap ? inMap.replace(INDEX, '') : inMap])];
}

function put(event: Json, path: readonly string[], value: unknown): void {
  let place = event;
  for (const name of path.slice(0, -1)) {
    const inner = place[name];
    const own = isRecord(inner) && Object.getPrototypeOf(inner) === null;
    if (!own) place[name] = Object.assign(Object.create(null), isRecord(inner) ? inner : {});
    place = place[name] as Json;
  }
  const last = path.at(-1) ?? '';
  const isList = LISTS.includes(last) || path.at(-2) === 'extra';
  if (!isList) place[last] = path.length === 1 ? unpacked(value) : value;
  else place[last] = [...(Array.isArray(place[last]) ? place[last] : []), ...listOf(value)];
}

const listOf = (value: unknown): unknown[] => {
  const list = unpacked(value);
  return Array.isArray(list) ? list : [list];
};

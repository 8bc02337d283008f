import { isRecord, text } from '../kit/json.ts';
import { wholeEvent } from './event-shape.ts';

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
  user: AuditUser;
  impersonatedUser: AuditUser | undefined;
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
  namespace: string | undefined;
  name: string | undefined;
  apiGroup: string | undefined;
  subresource: string | undefined;
}

export interface AuditUser {
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
function userOf(value: unknown): AuditUser {
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

/**
 * Names of annotations as the API server writes them: where dots part the levels of an object, as in Elasticsearch, its
 * integration writes `authorization_k8s_io/decision`.
 */
function annotationsOf(value: unknown): Json {
  const annotations = record(value) ?? {};
  const names = Object.keys(annotations);
  if (!names.some((name) => name.includes('_k8s_io/'))) return annotations;
  return Object.fromEntries(names.map((name) => [name.replace('_k8s_io/', '.k8s.io/'), annotations[name]]));
}

/** @param truncated whether the line was cut before its end */
export function auditEventOf(written: Json, truncated: boolean): AuditEvent {
  const json = wholeEvent(written);
  const ref = record(json['objectRef']);
  const status = record(json['responseStatus']);
  const code = status?.['code'];
  const annotations = annotationsOf(json['annotations']);
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
      namespace: text(ref['namespace']),
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

import type { LogEntry } from '../../clients/logs/log-search.ts';
import { defined } from '../../kit/defined.ts';
import { isRecord, record, text, texts } from '../../kit/json.ts';

type Json = Record<string, unknown>;

/** Who made a request, or as whom. */
export interface AuditUser {
  username?: string;
  groups: string[];
  /** `extra.canonicalArn`, which the authenticator wrote. */
  principalArn?: string;
}

/**
 * A request in the audit log, read plainly: a field of another type than the API's is absent, and so is what stood
 * behind a cut.
 */
export interface AuditEntry {
  /** Epoch milliseconds: when the API server received it, as far as the record tells. */
  at: number;
  user: AuditUser;
  impersonated?: AuditUser;
  verb: string;
  /** Plural, with the subresource: `pods/exec`. Requests that are for no resource have their path's first part. */
  resource: string;
  group: string;
  namespace?: string;
  name?: string;
  code?: number;
  dryRun: boolean;
  /** Of the peer. */
  address?: string;
  userAgent?: string;
  requestObject?: Json;
  responseObject?: Json;
  /** The record goes on beyond what was read. */
  cut: boolean;
}

const object = (value: unknown): Json | undefined => (isRecord(value) ? value : undefined);

/**
 * One entry a request, in the order of the log. A long-running one is logged at its beginning and at its end; both have
 * the same time of receipt, which the server sets: the audit id alone is the client's choice.
 */
export function auditEntries(entries: readonly LogEntry[]): AuditEntry[] {
  const requests = new Map<string, AuditEntry>();
  for (const [index, entry] of entries.entries()) {
    const { json } = entry;
    if (!json) continue;
    const received = text(json['requestReceivedTimestamp']);
    const key = received ? JSON.stringify([received, json['auditID'], json['verb'], json['requestURI']]) : `${index}`;
    requests.set(key, auditEntry(entry, json));
  }
  return [...requests.values()];
}

function auditEntry(entry: LogEntry, json: Json): AuditEntry {
  const ref = record(json['objectRef']);
  const uri = requestUri(text(json['requestURI']));
  const received = Date.parse(text(json['requestReceivedTimestamp']) ?? '');
  const impersonated = object(json['impersonatedUser']);
  const code = record(json['responseStatus'])['code'];
  const requestObject = object(json['requestObject']);
  const responseObject = object(json['responseObject']);
  const resource = text(ref['resource']);
  const subresource = text(ref['subresource']);
  const namespace = text(ref['namespace']);
  // On creation the name is in the answer where the server made it up.
  const name =
    text(ref['name']) ??
    text(record(responseObject?.['metadata'])['name']) ??
    text(record(requestObject?.['metadata'])['name']);
  const address = texts(json['sourceIPs']).at(-1);
  const userAgent = text(json['userAgent']);
  return defined({
    at: Number.isNaN(received) ? entry.at : received,
    user: userOf(json['user']),
    impersonated: impersonated && userOf(impersonated),
    verb: text(json['verb']) ?? 'unknown',
    resource: resource
      ? `${resource}${subresource ? `/${subresource}` : ''}`
      : (uri?.pathname.split('/')[1] ?? 'unknown'),
    group: text(ref['apiGroup']) ?? '',
    namespace,
    name: name || undefined,
    code: typeof code === 'number' ? code : undefined,
    dryRun: uri?.searchParams.has('dryRun') ?? false,
    address: address || undefined,
    userAgent,
    requestObject,
    responseObject,
    cut: entry.cut ?? false,
  });
}

function userOf(value: unknown): AuditUser {
  const user = record(value);
  const username = text(user['username']);
  const principalArn = texts(record(user['extra'])['canonicalArn'])[0];
  return defined({ username, groups: texts(user['groups']), principalArn: principalArn || undefined });
}

function requestUri(uri: string | undefined): URL | undefined {
  try {
    return new URL(`http://cluster${uri ?? '/'}`);
  } catch {
    return undefined;
  }
}

/** 401 and 403: by authentication, authorization or an admission policy. */
export const isRefused = ({ code }: AuditEntry): boolean => code === 401 || code === 403;

/** A change that was made, as far as the record tells; a dry run changes nothing. */
export const wasDone = ({ code, dryRun }: AuditEntry): boolean =>
  !dryRun && (code === undefined || (code >= 200 && code < 300));

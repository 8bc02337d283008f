import type { LogEntry } from '../../clients/logs/log-search.ts';
import { defined } from '../../kit/defined.ts';
import { text, texts } from '../../kit/json.ts';
import { type AuditUser, auditEventOf, metadataOf } from '../../kubernetes/audit-event.ts';
import { isDryRun } from '../../kubernetes/request-query.ts';

type Json = Record<string, unknown>;

/** Who made a request, or the identity that it was made as. */
export interface Requester {
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
  user: Requester;
  impersonated?: Requester;
  verb: string;
  /** Plural, with the subresource: `pods/exec`. Requests that are for no resource have their path's first part. */
  resource: string;
  group: string;
  namespace?: string;
  name?: string;
  /** Of the request's URI, without its query. */
  path?: string;
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
  const event = auditEventOf(json, entry.cut ?? false);
  const { objectRef: ref, requestObject, responseObject } = event;
  const uri = requestUri(event.requestUri);
  const received = Date.parse(event.requestReceivedTimestamp ?? '');
  // On creation the name is in the answer where the server made it up.
  const name = ref?.name ?? text(metadataOf(responseObject)['name']) ?? text(metadataOf(requestObject)['name']);
  return defined({
    at: Number.isNaN(received) ? entry.at : received,
    user: userOf(event.user),
    impersonated: event.impersonatedUser && userOf(event.impersonatedUser),
    verb: event.verb ?? 'unknown',
    resource: ref?.resource
      ? `${ref.resource}${ref.subresource ? `/${ref.subresource}` : ''}`
      : (uri?.pathname.split('/')[1] ?? 'unknown'),
    group: ref?.apiGroup ?? '',
    namespace: ref?.namespace,
    name,
    path: uri?.pathname,
    code: event.code,
    dryRun: isDryRun(event),
    address: event.sourceIps?.at(-1) || undefined,
    userAgent: event.userAgent,
    requestObject,
    responseObject,
    cut: event.truncated,
  });
}

function userOf({ username, groups = [], extra }: AuditUser): Requester {
  return defined({ username, groups, principalArn: texts(extra['canonicalArn'])[0] });
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

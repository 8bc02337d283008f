/** What a client knows about one of its requests: the only source of the truth. */
import type { ActorKind } from '../../functions/contract/vocabulary.ts';

/** The identity that a request is made as, in the client's own words. */
export interface Identity {
  kind: ActorKind;
  /** Absent where the server does not authenticate the client at all. */
  username?: string;
  /** IAM role or user, without path and session: as the authenticator writes it. */
  principalArn?: string;
  sessionName?: string;
}

export interface Exchange {
  /** The case that it belongs to. */
  case: string;
  actor: Identity;
  /** The user that the client asked to be taken for. */
  impersonated?: string;
  method: string;
  /** With the query, as sent. */
  path: string;
  contentType?: string;
  /** The client meant nothing to be stored. */
  dryRun: boolean;
  /** The namespace that the client asked for; `prefix*` for a generated name. */
  asked?: string;
  code: number;
  /** The response header `Audit-Id`. */
  auditID: string | null;
  /** The object in the answer, where it is one. */
  answer?: { name?: string; uid?: string };
  /** The message of a status that was answered in place of an object. */
  refusal?: string;
}

/** The requested path, decoded, without query and trailing slash. */
export const pathOf = ({ path }: Pick<Exchange, 'path'>): string =>
  decodeURIComponent(path.split('?', 1)[0] ?? '').replace(/\/$/, '');

/** Anything but a read of something whose plural is `namespaces`, in any API group. */
export const isNoteworthy = (exchange: Exchange): boolean =>
  exchange.method !== 'GET' && /\/namespaces(\/[^/]+(\/(status|finalize|namespaces))?)?$/.test(pathOf(exchange));

/** What became of each request, from the client's side: never from the audit log. */

import type { Outcome } from '../../functions/contract/vocabulary.ts';
import { defined } from '../../functions/kit/defined.ts';
import { type Exchange, type Identity, pathOf } from './exchange.ts';

export interface Truth {
  case: string;
  /** Null where no client of ours made the request: what was there before the first case. */
  auditID: string | null;
  outcome: Outcome | 'nothing';
  /** What was created, else what was asked for; `prefix*` where the server would have chosen the name. */
  namespace: string | null;
  uid?: string;
  actor: Identity;
  impersonated?: string;
  request?: { method: string; path: string; contentType?: string; code: number };
}

export const APPLY = 'application/apply-patch+yaml';
/** The API server makes these for itself. */
const BOOTSTRAP = new Set(['default', 'kube-node-lease', 'kube-public', 'kube-system']);
const COLLECTION = '/api/v1/namespaces';

/**
 * Whether the client asked for a namespace to be made: a POST to the collection (or to an item of it: the wrong place,
 * but the right wish), or a server-side apply of an item. No dry run, no subresource, no other patch.
 */
function asksForCreation({ method, contentType, dryRun, ...rest }: Exchange): boolean {
  if (dryRun) return false;
  const path = pathOf(rest);
  const item = path.startsWith(`${COLLECTION}/`) && !path.slice(COLLECTION.length + 1).includes('/');
  return method === 'POST' ? path === COLLECTION || item : method === 'PATCH' && item && contentType === APPLY;
}

function outcomeOf(exchange: Exchange): Truth['outcome'] {
  const { code, method } = exchange;
  if (!asksForCreation(exchange)) return 'nothing';
  if (code === 201) return 'created';
  if (code < 300 && method === 'PATCH') return 'nothing'; // applied to what was there
  // What is refused for want of a right names the user; admission policies and webhooks speak for themselves.
  if (code === 403 && exchange.refusal !== undefined && !exchange.refusal.includes('User "')) return 'rejected';
  if (code === 401 || code === 403) return 'attempt-denied';
  if (code === 409) return 'already-exists';
  if (code >= 400 && code < 500) return 'rejected';
  // The cases provoke it by a webhook that fails: admission comes before storage, and the watch never saw the namespace.
  if (code === 500) return 'rejected';
  return 'outcome-unknown';
}

/** The namespaces that have been seen to exist, by UID, and which of them are spoken for. */
class Ledger {
  readonly #names: ReadonlyMap<string, string>;
  readonly #free: Set<string>;

  constructor(seen: ReadonlyMap<string, string>) {
    this.#names = seen;
    this.#free = new Set(seen.keys());
  }

  take(uid: string, what: string): string {
    if (!this.#free.delete(uid)) throw new Error(`${what}: no namespace has been seen with UID ${uid}, or it is taken`);
    return uid;
  }

  /** Takes the only one of that name that is left. */
  takeNamed(name: string | undefined, what: string): string {
    const [uid, ...others] = [...this.#free].filter((candidate) => this.#names.get(candidate) === name);
    if (!uid || others.length > 0) throw new Error(`${what}: ${others.length + 1} namespaces may be ${name}`);
    return this.take(uid, what);
  }

  rest(): [uid: string, name: string][] {
    return [...this.#free].map((uid) => [uid, this.#names.get(uid) ?? '']);
  }
}

/**
 * The truth of a recording. Every creation that a client was told of has to be a namespace that was seen, and every
 * namespace that was seen has to be one of these, or one of those that stood there when the recording began.
 *
 * @param seen names by UID of all namespaces that ever existed, from a watch
 * @param first UIDs of those that stood there before the first request
 * @throws when clients and watch disagree
 */
export function truthOf(
  exchanges: readonly Exchange[],
  seen: ReadonlyMap<string, string>,
  first: ReadonlySet<string>,
): Truth[] {
  const ledger = new Ledger(seen);
  const created = exchanges.filter((exchange) => outcomeOf(exchange) === 'created');
  const uids = new Map<Exchange, string>();
  for (const exchange of created)
    if (exchange.answer?.uid) uids.set(exchange, ledger.take(exchange.answer.uid, exchange.case));
  for (const exchange of created)
    if (!exchange.answer?.uid)
      uids.set(exchange, ledger.takeNamed(exchange.answer?.name ?? exchange.asked, exchange.case));

  const own: Truth[] = [];
  for (const [uid, namespace] of ledger.rest()) {
    if (!first.has(uid)) throw new Error(`nobody says that they made the namespace ${namespace} (${uid})`);
    const actor: Identity = BOOTSTRAP.has(namespace)
      ? { kind: 'system', username: 'system:apiserver' }
      : { kind: 'user', username: 'kubernetes-admin' };
    own.push({ case: 'there before the first case', auditID: null, outcome: 'created', namespace, uid, actor });
  }
  return [...own, ...exchanges.map((exchange) => truth(exchange, uids.get(exchange)))];
}

/** Some paths are there for their length alone. */
const shortened = (path: string): string =>
  path.length > 200 ? `${path.slice(0, 100)}… (${path.length} characters)` : path;

function truth(exchange: Exchange, uid: string | undefined): Truth {
  const { actor, impersonated, method, path, contentType, code, auditID, answer, asked } = exchange;
  return defined({
    case: exchange.case,
    auditID,
    outcome: outcomeOf(exchange),
    namespace: answer?.name ?? asked ?? null,
    uid: uid || undefined,
    actor,
    impersonated: impersonated || undefined,
    request: { method, path: shortened(path), ...defined({ contentType: contentType || undefined }), code },
  });
}

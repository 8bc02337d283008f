/** A client with one identity; it notes what it sent and what it was answered. */
import { writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { defined } from '../../functions/kit/defined.ts';
import { type Credentials, type KubeAnswer, type KubeRequest, kubeconfig, kubeRequest } from '../twin/kube.ts';
import type { Twin } from '../twin/twin.ts';
import { type Exchange, type Identity, isNoteworthy } from './exchange.ts';
import { type KubectlRun, kubectl } from './kubectl.ts';
import { APPLY } from './truth.ts';

/** Somebody who can make requests. */
export interface Actor extends Identity {
  credentials: Credentials;
  /** Loopback address that it sends from; the API server logs it as the peer's. kubectl cannot choose. */
  from?: string;
  /** Sent where the request names no other. */
  userAgent?: string;
}

export interface Sent extends KubeRequest {
  /** The client means nothing to be stored. */
  dryRun?: boolean;
  /** The namespace that is asked for, where the body does not say. */
  asked?: string;
}

export interface Metadata {
  name?: string;
  generateName?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
}

type Extras = Partial<Sent> & { query?: string; manager?: string };

/** A whole object, as apply needs it. */
export const namespace = (metadata: Metadata) => ({ apiVersion: 'v1', kind: 'Namespace', metadata });

let files = 0;

const agents = new Map<string, Agent>();

/** Connections from a loopback address. */
function agentFrom(address: string): Agent {
  const agent = agents.get(address) ?? new Agent({ keepAlive: true, localAddress: address });
  agents.set(address, agent);
  return agent;
}

export class Client {
  readonly #twin: Twin;
  readonly #actor: Actor;
  readonly #case: string;
  readonly #notes: Exchange[];

  /** @param notes takes every noteworthy exchange */
  constructor(twin: Twin, actor: Actor, caseName: string, notes: Exchange[]) {
    this.#twin = twin;
    this.#actor = actor;
    this.#case = caseName;
    this.#notes = notes;
  }

  async send({ dryRun = false, asked, ...request }: Sent): Promise<KubeAnswer> {
    const { credentials, from, userAgent } = this.#actor;
    const headers = Object.fromEntries(
      Object.entries({ ...defined({ 'user-agent': userAgent || undefined }), ...request.headers }).map(
        ([name, value]) => [name.toLowerCase(), value],
      ),
    );
    const agent = from === undefined ? undefined : agentFrom(from);
    const answer = await kubeRequest(this.#twin.endpoint, credentials, { ...request, headers }, agent);
    const type = headers['content-type'] ?? (request.body === undefined ? undefined : 'application/json');
    const wanted = asked ?? /\/namespaces\/([^/?]+)/.exec(request.path)?.[1] ?? nameIn(request.body);
    this.#note({
      method: request.method ?? 'GET',
      path: request.path,
      ...defined({ contentType: type || undefined }),
      dryRun,
      ...defined({ asked: wanted || undefined, impersonated: headers['impersonate-user'] || undefined }),
      code: answer.code,
      auditID: textOf(answer.headers['audit-id']),
      ...answerOf(answer),
    });
    return answer;
  }

  /** Creates by POST. */
  create(metadata: Metadata, { query, ...extras }: Extras = {}): Promise<KubeAnswer> {
    const path = `/api/v1/namespaces${query ? `?${query}` : ''}`;
    return this.send({ method: 'POST', path, body: namespace(metadata), ...extras });
  }

  /** Creates or changes by server-side apply. */
  apply(
    name: string,
    metadata: Metadata = {},
    { query = '', manager = 'recorder', headers, ...extras }: Extras = {},
  ): Promise<KubeAnswer> {
    return this.send({
      method: 'PATCH',
      path: `/api/v1/namespaces/${name}?fieldManager=${manager}${query && `&${query}`}`,
      body: namespace({ ...metadata, name }),
      headers: { 'content-type': APPLY, ...headers },
      ...extras,
    });
  }

  /** Changes by another kind of patch. */
  patch(name: string, kind: 'merge' | 'json' | 'strategic', body: unknown, extras: Extras = {}): Promise<KubeAnswer> {
    const type = kind === 'strategic' ? 'strategic-merge-patch' : `${kind}-patch`;
    return this.send({
      method: 'PATCH',
      path: `/api/v1/namespaces/${name}${extras.query ? `?${extras.query}` : ''}`,
      body,
      headers: { 'content-type': `application/${type}+json` },
    });
  }

  /** Runs kubectl as this identity. */
  async kubectl(
    args: string[],
    {
      input,
      asked,
      dryRun = false,
      impersonated,
    }: { input?: unknown; asked?: string; dryRun?: boolean; impersonated?: string } = {},
  ): Promise<KubectlRun> {
    const { credentials } = this.#actor;
    if (credentials === 'anonymous') throw new Error('kubectl needs credentials');
    const file = join(this.#twin.processes.folder, `client-${files++}.kubeconfig`);
    writeFileSync(file, kubeconfig(this.#twin.endpoint, 'client', credentials), { mode: 0o600 });
    const as = impersonated ? ['--as', impersonated] : [];
    const text = input === undefined || typeof input === 'string' ? input : JSON.stringify(input);
    const run = await kubectl(this.#twin.binaries.kubectl, file, this.#twin.processes.folder, [...as, ...args], text);
    const made = [...run.stdout.matchAll(/^namespace\/(\S+) created/gm)].map((match) => match[1]);
    for (const { method, url, contentType, code, auditID } of run.exchanges) {
      const path = url.slice(this.#twin.endpoint.url.length);
      const item = /\/namespaces\/([^/?]+)/.exec(path)?.[1];
      const wanted = (code === 201 && method === 'POST' && !dryRun ? made.shift() : undefined) ?? asked ?? item;
      this.#note(
        defined({
          method,
          path,
          contentType: contentType || undefined,
          dryRun,
          asked: wanted || undefined,
          impersonated: impersonated || undefined,
          code,
          auditID,
        }),
      );
    }
    return run;
  }

  #note(exchange: Omit<Exchange, 'case' | 'actor'>): void {
    const { credentials: _, from: __, userAgent: ___, ...actor } = this.#actor;
    const whole: Exchange = { case: this.#case, actor, ...exchange };
    if (isNoteworthy(whole)) this.#notes.push(whole);
  }
}

const textOf = (header: string | string[] | undefined): string | null =>
  (Array.isArray(header) ? header[0] : header) ?? null;

function nameIn(body: unknown): string | undefined {
  const metadata = (body as { metadata?: Metadata } | undefined)?.metadata;
  return metadata?.name ?? (metadata?.generateName && `${metadata.generateName}*`);
}

/** Name and UID of the namespace in the answer: itself, or the row of a table. */
function answerOf({ code, json }: KubeAnswer): Pick<Exchange, 'answer' | 'refusal'> {
  interface Answer {
    kind?: string;
    metadata?: { name?: string; uid?: string };
    rows?: { object?: Answer }[];
    message?: string;
  }
  const answer = json as Answer | undefined;
  if (code >= 400) return answer?.message === undefined ? {} : { refusal: answer.message };
  const object = answer?.kind === 'Table' ? answer.rows?.[0]?.object : answer;
  const { name, uid } = object?.metadata ?? {};
  return code < 300 && name && uid ? { answer: { name, uid } } : {};
}

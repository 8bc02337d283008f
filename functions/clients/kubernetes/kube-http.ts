/** Requests to one API server: who we are, what is tried again, and how much is read. */

import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { KubernetesError } from '../../contract/errors.ts';
import { codeOf, deepestMessage } from '../../kit/cause.ts';
import { short } from '../../kit/words.ts';
import type { ApiServer, Session } from './api-server.ts';
import { type HttpRequest, send } from './http-request.ts';

/** What transient errors are waited for, in milliseconds, before each further try. */
const WAITS = [100, 300, 900];
/** A server that wants to be left alone for longer is not asked again. */
const LONGEST_WAIT = 5_000;
/** The most that is read of one answer: hostile objects can be large, and a Lambda function's memory is not. */
export const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** Errors of a connection that may be gone the next moment; a certificate that does not fit is not among them. */
const TRANSIENT_CAUSES = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN']);
const TRANSIENT_CODES = new Set([429, 500, 502, 503, 504]);

/** Longest explanation that is taken over, in characters. */
const MAX_MESSAGE = 2_000;

export interface KubeRequest {
  /** With the query. */
  path: string;
  accept: string;
  /** @default GET, and POST with a body */
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  body?: object;
  /** Of the body. @default JSON */
  contentType?: string;
}

/** The identity to impersonate. Who we are must be allowed to impersonate it. */
export interface Impersonation {
  user: string;
  /** Only one group: header values that are joined by commas are one group to the API server. */
  group: string;
}

export interface KubeHttpOptions {
  as?: Impersonation | undefined;
  /** An API server that has answered nothing for so long, in milliseconds, is given up. @default only the signal ends it */
  silenceMs?: number | undefined;
}

type Take = (part: Uint8Array) => void;

/** What takes an answer part by part, and whether it has taken any. */
interface Streaming {
  take: Take;
  isOver(): boolean;
}

interface Answer {
  code: number;
  text: string;
}

/** Speaks to an API server. Everything asked may be asked twice: whoever writes minds that. */
export class KubeHttp {
  readonly #to: ApiServer;
  readonly #as: Impersonation | undefined;
  readonly #silenceMs: number | undefined;
  #session: Promise<Session> | undefined;

  constructor(to: ApiServer, { as, silenceMs }: KubeHttpOptions = {}) {
    this.#to = to;
    this.#as = as;
    this.#silenceMs = silenceMs;
  }

  /**
   * Asks, again after transient errors, and with new credentials after a 401.
   *
   * @returns the answer's JSON and its length in bytes
   * @throws KubernetesError for any answer but success, and for none
   */
  async ask(request: KubeRequest, signal: AbortSignal): Promise<{ json: unknown; bytes: number }> {
    const { code, text } = await this.#tried(request, signal);
    return { json: parsed(code, text), bytes: Buffer.byteLength(text) };
  }

  /**
   * Asks as {@link ask} does, for an answer that is not JSON, and may be of any length. A connection that breaks once a part
   * was taken is not tried again.
   */
  async stream(request: KubeRequest, signal: AbortSignal, take: Take): Promise<void> {
    let taken = false;
    const taking: Take = (part) => {
      taken = true;
      take(part);
    };
    await this.#tried(request, signal, { take: taking, isOver: () => taken });
  }

  async #tried(request: KubeRequest, signal: AbortSignal, streaming?: Streaming): Promise<Answer> {
    if (/\/(\.|%2e){1,2}(?=[/?]|$)/i.test(request.path))
      throw new KubernetesError(0, 'BadRequest', 'a path with dots would lead elsewhere');
    const silence = new Silence(this.#silenceMs);
    try {
      for (let tries = 0; ; tries++) {
        try {
          return await this.#askOnce(request, signal, silence, streaming?.take);
        } catch (error) {
          signal.throwIfAborted();
          const wait = error instanceof KubernetesError ? waitBefore(error, tries) : undefined;
          if (wait === undefined || streaming?.isOver()) throw error;
          await sleep(wait, undefined, { signal });
        }
      }
    } finally {
      silence.end();
    }
  }

  async #askOnce(request: KubeRequest, signal: AbortSignal, silence: Silence, take?: Take): Promise<Answer> {
    const { path, accept, body, contentType = 'application/json' } = request;
    const { method = body ? 'POST' : 'GET' } = request;
    signal.throwIfAborted();
    const session = await unlessAborted(this.#open(), signal);
    const { server } = this.#to;
    const asked: HttpRequest = {
      url: new URL((server.endsWith('/') ? server.slice(0, -1) : server) + path),
      method,
      headers: {
        ...session.headers,
        Accept: accept,
        'User-Agent': 'namespace-sentinel',
        ...(body && { 'Content-Type': contentType }),
      },
      body: body && JSON.stringify(body),
      agent: session.agent,
      signal: AbortSignal.any([signal, silence.begin()]),
    };
    const { code, headers, text } = await this.#send(asked, silence, take);
    if (code === 401) this.#session = undefined;
    if (code < 200 || code > 299) throw refusal(code, headers['retry-after'], text);
    return { code, text };
  }

  /** Authenticates once: `exec` plugins are programs, and each agent has connections of its own. */
  #open(): Promise<Session> {
    this.#session ??= (async () => {
      const { headers, agent } = await this.#to.open();
      const as = this.#as && { 'Impersonate-User': this.#as.user, 'Impersonate-Group': this.#as.group };
      return { headers: { ...headers, ...as }, agent };
    })();
    this.#session.catch(() => {
      this.#session = undefined;
    });
    return this.#session;
  }

  /** @param take gets the parts of an answer that is not a refusal */
  async #send(request: HttpRequest, silence: Silence, take?: Take) {
    try {
      const { code, headers, body } = await send(request);
      const isRefusal = code < 200 || code > 299;
      if (!take || isRefusal) return { code, headers, text: await read(body, silence) };
      for await (const part of heard(body, silence)) take(part);
      return { code, headers, text: '' };
    } catch (error) {
      if (silence.over)
        throw new KubernetesError(0, 'NoAnswer', `no answer within ${Number(this.#silenceMs) / 1000} s`);
      if (error instanceof KubernetesError || request.signal.aborted) throw error;
      const cause = codeOf(error) ?? deepestMessage(error);
      throw new KubernetesError(
        0,
        TRANSIENT_CAUSES.has(cause) ? 'Disconnected' : 'Unreachable',
        `the API server cannot be reached: ${cause}`,
        { cause: error },
      );
    }
  }
}

/** Measures how long a server has said nothing, over all tries of a request. */
class Silence {
  readonly #abort = new AbortController();
  readonly #longestMs: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(longestMs: number | undefined) {
    this.#longestMs = longestMs;
  }

  /** @returns what aborts when the silence has been too long */
  begin(): AbortSignal {
    if (this.#timer === undefined) this.heard();
    return this.#abort.signal;
  }

  heard(): void {
    this.end();
    if (this.#longestMs !== undefined) this.#timer = setTimeout(() => this.#abort.abort(), this.#longestMs);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  get over(): boolean {
    return this.#abort.signal.aborted;
  }
}

/** Waits no longer than the signal lets it; what was waited for goes on, for others that want it. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** How long to wait before the next try, in milliseconds; undefined where there is to be none. */
function waitBefore({ code, reason, retryAfterMs }: KubernetesError, tries: number): number | undefined {
  if (code === 401) return tries === 0 ? 0 : undefined;
  const wait = WAITS[tries];
  if (wait === undefined || !(TRANSIENT_CODES.has(code) || reason === 'Disconnected')) return undefined;
  if (retryAfterMs === undefined) return wait * (0.5 + Math.random() / 2);
  return retryAfterMs <= LONGEST_WAIT ? retryAfterMs : undefined;
}

async function read(stream: Readable, silence: Silence): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of heard(stream, silence)) {
    bytes += part.byteLength;
    if (bytes > MAX_ANSWER_BYTES)
      throw new KubernetesError(0, 'TooLarge', `the answer is longer than ${MAX_ANSWER_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

async function* heard(stream: Readable, silence: Silence): AsyncGenerator<Uint8Array> {
  silence.heard();
  for await (const part of stream) {
    silence.heard();
    yield part;
  }
}

function parsed(code: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new KubernetesError(code, 'InvalidAnswer', 'the API server answered something that is not JSON', { cause });
  }
}

/** The API server explains itself by a `Status`; what stands in between may answer anything. */
function refusal(code: number, retryAfter: string | undefined, text: string): KubernetesError {
  let status: { reason?: unknown; message?: unknown } = {};
  try {
    status = Object(JSON.parse(text));
  } catch {
    // not a Status
  }
  const reason = typeof status.reason === 'string' && status.reason ? status.reason : `HTTP ${code}`;
  const said = typeof status.message === 'string' && status.message ? status.message : `HTTP ${code}`;
  // A webhook may have worded it, at any length.
  const message = short(said, MAX_MESSAGE + 1);
  const seconds = Number(retryAfter ?? Number.NaN);
  return new KubernetesError(code, reason, message, seconds >= 0 ? { retryAfterMs: seconds * 1000 } : {});
}

/** Requests to one API server: who we are, what is tried again, and how much is read. */
import { setTimeout as sleep } from 'node:timers/promises';
import { HttpMethod, IsomorphicFetchHttpLibrary, type KubeConfig, RequestContext } from '@kubernetes/client-node';
import { KubernetesError } from '../../contract/errors.ts';
import { codeOf, deepestMessage } from '../../kit/cause.ts';
import { short } from '../../kit/words.ts';

/** What transient errors are waited for, in milliseconds, before each further try. */
const WAITS = [100, 300, 900];
/** A server that wants to be left alone for longer is not asked again. */
const LONGEST_WAIT = 5_000;
/** The most that is read of one answer: hostile objects can be large, and a Lambda function's memory is not. */
export const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** Errors of a connection that may be gone the next moment; a certificate that does not fit is not among them. */
const TRANSIENT_CAUSES = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);
const TRANSIENT_CODES = new Set([429, 500, 502, 503, 504]);

/** Longest explanation that is taken over, in characters. */
const MAX_MESSAGE = 2_000;

export interface KubeRequest {
  /** With the query. */
  path: string;
  accept: string;
  /** @default GET, and POST with a body */
  method?: HttpMethod;
  body?: object;
  /** Of the body. @default JSON */
  contentType?: string;
}

/** The identity to impersonate. The identity of the KubeConfig must be allowed to impersonate it. */
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

type Dispatcher = NonNullable<ReturnType<RequestContext['getDispatcher']>>;

/** Headers that say who we are, and the connections kept open. */
interface Session {
  headers: Record<string, string>;
  dispatcher: Dispatcher | undefined;
}

/** Speaks to the current cluster of a KubeConfig. Everything asked may be asked twice: whoever writes minds that. */
export class KubeHttp {
  readonly #config: KubeConfig;
  readonly #server: string;
  readonly #library = new IsomorphicFetchHttpLibrary();
  readonly #as: Impersonation | undefined;
  readonly #silenceMs: number | undefined;
  #session: Promise<Session> | undefined;

  /** @throws when the KubeConfig has no current cluster */
  constructor(config: KubeConfig, { as, silenceMs }: KubeHttpOptions = {}) {
    const server = config.getCurrentCluster()?.server;
    if (!server) throw new Error('the kubeconfig names no current cluster');
    this.#config = config;
    this.#as = as;
    this.#silenceMs = silenceMs;
    this.#server = server.endsWith('/') ? server.slice(0, -1) : server;
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
    const { method = body ? HttpMethod.POST : HttpMethod.GET } = request;
    signal.throwIfAborted();
    const session = await unlessAborted(this.#open(), signal);
    const context = new RequestContext(this.#server + path, method);
    for (const [name, value] of Object.entries(session.headers)) context.setHeaderParam(name, value);
    context.setHeaderParam('Accept', accept);
    context.setHeaderParam('User-Agent', 'namespace-sentinel');
    if (session.dispatcher) context.setDispatcher(session.dispatcher);
    if (body) {
      context.setHeaderParam('Content-Type', contentType);
      context.setBody(JSON.stringify(body));
    }
    context.setSignal(AbortSignal.any([signal, silence.begin()]));
    const { httpStatusCode: code, headers, text } = await this.#send(context, silence, take);
    if (code === 401) this.#session = undefined;
    if (code < 200 || code > 299) throw refusal(code, headers['retry-after'], text);
    return { code, text };
  }

  /** Authenticates once: `exec` plugins are programs, and each dispatcher has connections of its own. */
  #open(): Promise<Session> {
    this.#session ??= (async () => {
      const context = new RequestContext(this.#server, HttpMethod.GET);
      await this.#config.applySecurityAuthentication(context);
      if (this.#as) {
        context.setHeaderParam('Impersonate-User', this.#as.user);
        context.setHeaderParam('Impersonate-Group', this.#as.group);
      }
      return { headers: context.getHeaders(), dispatcher: context.getDispatcher() };
    })();
    this.#session.catch(() => {
      this.#session = undefined;
    });
    return this.#session;
  }

  /** @param take gets the parts of an answer that is not a refusal */
  async #send(context: RequestContext, silence: Silence, take?: Take) {
    try {
      const { httpStatusCode, headers, body } = await this.#library.send(context).toPromise();
      const parts = body.stream();
      const isRefusal = httpStatusCode < 200 || httpStatusCode > 299;
      if (!take || isRefusal) return { httpStatusCode, headers, text: await read(parts, silence) };
      for await (const part of heard(parts, silence)) take(part);
      return { httpStatusCode, headers, text: '' };
    } catch (error) {
      if (silence.over)
        throw new KubernetesError(0, 'NoAnswer', `no answer within ${Number(this.#silenceMs) / 1000} s`);
      if (error instanceof KubernetesError || context.getSignal()?.aborted) throw error;
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

async function read(stream: ReadableStream<Uint8Array> | null, silence: Silence): Promise<string> {
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

async function* heard(stream: ReadableStream<Uint8Array> | null, silence: Silence): AsyncGenerator<Uint8Array> {
  silence.heard();
  for await (const part of stream ?? []) {
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

/** The way into an API server: where it is, who we are, and the connections that are kept open. */
import { Agent as HttpAgent } from 'node:http';
import { type AgentOptions, Agent as HttpsAgent } from 'node:https';

export interface ApiServer {
  /** URL, which may have a path. */
  readonly server: string;
  /**
   * Authenticates. It is asked once, and again after a 401.
   *
   * @throws when there are no credentials
   */
  open(): Promise<Session>;
}

export interface Session {
  /** That say who we are. */
  headers: Record<string, string>;
  agent: HttpAgent;
}

/** Who the server and the client are; what is not set is as Node.js does it. */
export type Certificates = Pick<AgentOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'>;

/** A connection that nothing was asked on for so long is closed, in milliseconds: a load balancer may have forgotten it. */
const IDLE_MS = 4_000;
/** How long a connection may be silent before TCP asks whether it still stands: half of what load balancers wait. */
const TCP_KEEP_ALIVE_MS = 30_000;

/** Connections to a server, kept open between requests. */
export function agentOf(server: string, certificates: Certificates): HttpAgent {
  const options = { keepAlive: true, keepAliveMsecs: TCP_KEEP_ALIVE_MS, timeout: IDLE_MS };
  return server.startsWith('http:') ? new HttpAgent(options) : new HttpsAgent({ ...options, ...certificates });
}

/** An API server that takes one bearer token. */
export class TokenServer implements ApiServer {
  readonly server: string;
  readonly #session: Session;

  /** @param ca who may sign the server's certificate, in PEM */
  constructor(server: string, ca: Buffer, token: string) {
    this.server = server;
    this.#session = { headers: { Authorization: `Bearer ${token}` }, agent: agentOf(server, { ca }) };
  }

  async open(): Promise<Session> {
    return this.#session;
  }
}

/** One request over HTTP. What it costs to load decides when the first alert comes: Node's own client, which AWS is asked by too. */
import { type Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** How long a connection may take to be made, in milliseconds. */
const CONNECT_MS = 10_000;

export interface HttpRequest {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body?: string | undefined;
  agent: Agent;
  signal: AbortSignal;
}

export interface HttpAnswer {
  code: number;
  headers: IncomingHttpHeaders;
  /** Unpacked. To leave off reading ends the connection. */
  body: Readable;
}

/** Sends a request once. A redirect is an answer like any other: credentials are for the server that was named. */
export function send({ url, method, headers, body, agent, signal }: HttpRequest): Promise<HttpAnswer> {
  const request = url.protocol === 'http:' ? httpRequest : httpsRequest;
  const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
  const all = { ...headers, ...length, 'Accept-Encoding': 'gzip' };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers: all, agent, signal });
    sent.once('error', reject);
    sent.once('response', (answer) => {
      const { statusCode: code = 0, headers: answered } = answer;
      const isPacked = answered['content-encoding'] === 'gzip';
      // An error of either ends the other, and whoever reads gets it.
      resolve({ code, headers: answered, body: isPacked ? pipeline(answer, createGunzip(), () => {}) : answer });
    });
    sent.once('socket', (socket) => {
      if (!socket.connecting) return;
      const late = () => sent.destroy(Object.assign(new Error('no connection'), { code: 'ETIMEDOUT' }));
      const timer = setTimeout(late, CONNECT_MS);
      for (const end of ['close', url.protocol === 'http:' ? 'connect' : 'secureConnect'])
        socket.once(end, () => clearTimeout(timer));
    });
    sent.end(body);
  });
}

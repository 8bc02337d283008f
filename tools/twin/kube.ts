/** Plain requests to the API server, as a client would see the answers. */
import { readFileSync } from 'node:fs';
import { type Agent, request } from 'node:https';
import { defined } from '../../functions/kit/defined.ts';
import type { KeyPair } from './certificates.ts';

export interface Endpoint {
  /** `https://address:port` */
  url: string;
  /** Path of the authority's certificate. */
  ca: string;
}

/** Who calls: a bearer token, a client certificate, or nobody. */
export type Credentials = { token: string } | KeyPair | 'anonymous';

export interface KubeRequest {
  method?: string;
  /** With the query, as `/api/v1/namespaces?dryRun=All`. */
  path: string;
  /** Sent as JSON unless it is text. */
  body?: unknown;
  headers?: Record<string, string>;
  timeoutMs?: number;
}

export interface KubeAnswer {
  code: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** The body, where it is JSON. */
  json?: Record<string, unknown>;
}

const isPair = (who: Credentials): who is KeyPair => typeof who === 'object' && 'certificate' in who;
const isToken = (who: Credentials): who is { token: string } => typeof who === 'object' && 'token' in who;

/** Contents of the files: a suite sends thousands of requests. */
const files = new Map<string, Buffer>();
const file = (path: string): Buffer => {
  const known = files.get(path) ?? readFileSync(path);
  files.set(path, known);
  return known;
};

/** @throws when there is no answer: every status code is an answer. */
export function kubeRequest(
  endpoint: Endpoint,
  credentials: Credentials,
  { method = 'GET', path, body, headers = {}, timeoutMs = 30_000 }: KubeRequest,
  agent?: Agent,
): Promise<KubeAnswer> {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = request(
      `${endpoint.url}${path}`,
      {
        method,
        // The answer repeats the audit id, which whoever asks may choose.
        maxHeaderSize: 4 * 1024 * 1024,
        ca: file(endpoint.ca),
        ...(isPair(credentials) ? { cert: file(credentials.certificate), key: file(credentials.key) } : {}),
        ...defined({ agent }),
        headers: {
          accept: 'application/json',
          ...defined({ authorization: isToken(credentials) ? `Bearer ${credentials.token}` : undefined }),
          ...(text === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          ...headers,
        },
        timeout: timeoutMs,
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const answer = Buffer.concat(parts).toString();
          // A watch answers a stream of documents.
          const json =
            (response.headers['content-type'] ?? '').startsWith('application/json') && !/[?&]watch=/.test(path);
          resolve({
            code: response.statusCode ?? 0,
            headers: response.headers,
            text: answer,
            ...defined({ json: json ? JSON.parse(answer) : undefined }),
          });
        });
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`${method} ${path}: no answer after ${timeoutMs} ms`)));
    sent.on('error', reject);
    sent.end(text);
  });
}

/** User entry of a kubeconfig: a client certificate, a token, or a program that gives tokens. */
export type KubeconfigUser =
  | KeyPair
  | { token: string }
  | { exec: { command: string; args: string[]; env?: Record<string, string> } };

/** A kubeconfig with one cluster and one user; JSON, which is YAML. */
export function kubeconfig(endpoint: Endpoint, name: string, user: KubeconfigUser): string {
  const entry =
    'certificate' in user
      ? { 'client-certificate': user.certificate, 'client-key': user.key }
      : 'token' in user
        ? user
        : {
            exec: {
              apiVersion: 'client.authentication.k8s.io/v1',
              interactiveMode: 'Never',
              ...user.exec,
              env: Object.entries(user.exec.env ?? {}).map(([key, value]) => ({ name: key, value })),
            },
          };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'twin', cluster: { server: endpoint.url, 'certificate-authority': endpoint.ca } }],
    users: [{ name, user: entry }],
    contexts: [{ name, context: { cluster: 'twin', user: name } }],
    'current-context': name,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

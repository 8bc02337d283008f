/** The intruder while containment runs: a cluster-admin who tries again and again to get out, and a controller of his own. */
import type { Agent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Credentials, type Endpoint, type KubeAnswer, kubeRequest } from '../../../tools/twin/kube.ts';
import { EVIL } from './hostile.ts';

/** One thing that he tries. */
export interface Attempt {
  what: string;
  request: { method: string; path: string; body?: unknown; headers?: Record<string, string> };
}

const IN = `/api/v1/namespaces/${EVIL}`;
const MERGE = { 'content-type': 'application/merge-patch+json' };

const podBody = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'sh', image: 'busybox' }] },
});

/** @param own names of what containment has made, once they are known */
export const attempts = (own: { quota?: string; policy?: string } = {}): Attempt[] => [
  { what: 'exec', request: { method: 'POST', path: `${IN}/pods/bare/exec?command=sh&stdin=true` } },
  { what: 'attach', request: { method: 'POST', path: `${IN}/pods/bare/attach?stdin=true` } },
  { what: 'port-forward', request: { method: 'POST', path: `${IN}/pods/bare/portforward` } },
  { what: 'create a pod', request: { method: 'POST', path: `${IN}/pods`, body: podBody(`new-${Date.now() % 1e9}`) } },
  {
    what: 'create a job',
    request: {
      method: 'POST',
      path: `/apis/batch/v1/namespaces/${EVIL}/jobs`,
      body: {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { generateName: 'more-' },
        spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'sh', image: 'busybox' }] } } },
      },
    },
  },
  {
    what: 'patch a deployment',
    request: {
      method: 'PATCH',
      path: `/apis/apps/v1/namespaces/${EVIL}/deployments/web`,
      body: { metadata: { annotations: { back: 'again' } } },
      headers: MERGE,
    },
  },
  {
    what: 'scale up',
    request: {
      method: 'PATCH',
      path: `/apis/apps/v1/namespaces/${EVIL}/deployments/web/scale`,
      body: { spec: { replicas: 7 } },
      headers: MERGE,
    },
  },
  {
    what: 'unlabel the namespace',
    request: {
      method: 'PATCH',
      path: IN,
      body: { metadata: { labels: { 'namespace-sentinel.io/quarantine': null } } },
      headers: MERGE,
    },
  },
  { what: 'delete the namespace', request: { method: 'DELETE', path: IN } },
  {
    what: 'request a token',
    request: {
      method: 'POST',
      path: `${IN}/serviceaccounts/default/token`,
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
    },
  },
  { what: 'delete all quotas', request: { method: 'DELETE', path: `${IN}/resourcequotas` } },
  {
    what: 'delete all policies',
    request: { method: 'DELETE', path: `/apis/networking.k8s.io/v1/namespaces/${EVIL}/networkpolicies` },
  },
  ...(own.quota
    ? [{ what: 'delete the quota', request: { method: 'DELETE', path: `${IN}/resourcequotas/${own.quota}` } }]
    : []),
  ...(own.policy
    ? [
        {
          what: 'delete the deny-all policy',
          request: {
            method: 'DELETE',
            path: `/apis/networking.k8s.io/v1/namespaces/${EVIL}/networkpolicies/${own.policy}`,
          },
        },
      ]
    : []),
];

/** What became of his attempts: the codes by what he tried, the last ones last. */
export type Tries = Map<string, { code: number; at: number; text: string }[]>;

/**
 * Tries everything over and over, gently (a pause between rounds), until it is stopped.
 *
 * @param only what may be tried before the namespace is frozen: deleting it would end the test
 */
export class Attacker {
  readonly tries: Tries = new Map();
  readonly #ask: (request: Attempt['request']) => Promise<KubeAnswer>;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(endpoint: Endpoint, who: Credentials, agent: Agent) {
    this.#ask = (request) => kubeRequest(endpoint, who, request, agent);
  }

  async once(list: readonly Attempt[]): Promise<void> {
    for (const { what, request } of list) {
      const { code, text } = await this.#ask(request).catch((error) => ({ code: 0, text: String(error) }));
      this.tries.set(what, [...(this.tries.get(what) ?? []), { code, at: Date.now(), text: text.slice(0, 500) }]);
    }
  }

  start(list: () => readonly Attempt[]): void {
    this.#running = (async () => {
      while (!this.#stopped) {
        await this.once(list());
        await sleep(100);
      }
    })();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }
}

/** His own controller: while there is a Minion there is a pod for it, made with the token of his account. */
export class MinionController {
  readonly codes: number[] = [];
  readonly #ask: (method: string, path: string, body?: object) => Promise<KubeAnswer>;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(endpoint: Endpoint, token: string, agent: Agent) {
    this.#ask = (method, path, body) =>
      kubeRequest(endpoint, { token }, { method, path, ...(body && { body }) }, agent);
  }

  async reconcile(): Promise<void> {
    const minions = await this.#ask('GET', `/apis/evil.example.com/v1/namespaces/${EVIL}/minions`);
    this.codes.push(minions.code);
    for (const { metadata } of (minions.json?.['items'] ?? []) as { metadata: { name: string } }[])
      this.codes.push((await this.#ask('POST', `${IN}/pods`, podBody(`minion-${metadata.name}`))).code);
  }

  start(): void {
    this.#running = (async () => {
      while (!this.#stopped) {
        await this.reconcile().catch(() => undefined);
        await sleep(200);
      }
    })();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }
}

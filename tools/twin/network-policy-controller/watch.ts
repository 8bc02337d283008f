/** Keeps up with a list of the API server: reads it, then watches what changes. */
import { readFileSync } from 'node:fs';
import type { ClientRequest } from 'node:http';
import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject } from '../../../functions/clients/kubernetes/kubernetes.ts';
import type { KeyPair } from '../certificates.ts';
import { type Endpoint, kubeRequest } from '../kube.ts';

const AGAIN_MS = 200;

export class Watch {
  readonly #endpoint: Endpoint;
  readonly #pair: KeyPair;
  readonly #path: string;
  readonly #changed: () => void;
  readonly #items = new Map<string, KubernetesObject>();
  #open: ClientRequest | undefined;
  #stopped = false;

  constructor(endpoint: Endpoint, pair: KeyPair, path: string, changed: () => void) {
    this.#endpoint = endpoint;
    this.#pair = pair;
    this.#path = path;
    this.#changed = changed;
  }

  /** Resolves when the list is read for the first time; keeps up with it from then on. */
  async start(): Promise<void> {
    const version = await this.#read();
    void this.#follow(version);
  }

  stop(): void {
    this.#stopped = true;
    this.#open?.destroy();
  }

  items(): KubernetesObject[] {
    return [...this.#items.values()];
  }

  /** Notes what an own write made of an object, which the watch tells later; nothing where it made nothing. */
  put(object: KubernetesObject | undefined): void {
    if (object) this.#items.set(keyOf(object), object);
  }

  remove(object: KubernetesObject): void {
    this.#items.delete(keyOf(object));
  }

  async #read(): Promise<string> {
    for (;;) {
      const { code, json } = await kubeRequest(this.#endpoint, this.#pair, { path: this.#path });
      if (code === 200) {
        const { items, metadata } = json as { items: KubernetesObject[]; metadata: { resourceVersion: string } };
        this.#items.clear();
        for (const item of items) this.put(item);
        this.#changed();
        return metadata.resourceVersion;
      }
      await sleep(AGAIN_MS); // its kind is not served yet
    }
  }

  async #follow(from: string): Promise<void> {
    let version = from;
    while (!this.#stopped) {
      try {
        await this.#watch(version);
      } catch {
        if (!this.#stopped) await sleep(AGAIN_MS);
      }
      if (!this.#stopped) version = await this.#read().catch(() => version);
    }
  }

  /** Takes what changes, until the server ends the watch. */
  #watch(version: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const query = `watch=true&resourceVersion=${version}&allowWatchBookmarks=true`;
      const open = request(`${this.#endpoint.url}${this.#path}?${query}`, {
        ca: readFileSync(this.#endpoint.ca),
        cert: readFileSync(this.#pair.certificate),
        key: readFileSync(this.#pair.key),
        headers: { accept: 'application/json' },
      });
      this.#open = open;
      open.on('error', reject);
      open.on('response', (response) => {
        let rest = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          const lines = (rest + part).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) this.#take(JSON.parse(line));
        });
        response.on('error', reject);
        response.on('end', resolve);
      });
      open.end();
    });
  }

  #take({ type, object }: { type: string; object: KubernetesObject }): void {
    if (type === 'BOOKMARK') return;
    if (type === 'ERROR')
      this.#open?.destroy(); // the version is too old: read again
    else if (type === 'DELETED') this.remove(object);
    else this.put(object);
    this.#changed();
  }
}

const keyOf = ({ metadata }: KubernetesObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

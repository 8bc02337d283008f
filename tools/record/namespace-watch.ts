/** A watch that sees every namespace that ever existed, however briefly. */
import { readFileSync } from 'node:fs';
import type { ClientRequest } from 'node:http';
import { request } from 'node:https';
import { createInterface } from 'node:readline';
import type { Twin } from '../twin/twin.ts';

export class NamespaceWatch {
  /** Names by UID, in the order in which they were seen. */
  readonly seen = new Map<string, string>();
  readonly #request: ClientRequest;
  #failure: unknown;

  private constructor(sent: ClientRequest) {
    this.#request = sent;
  }

  /** Begins with the namespaces that exist now. */
  static open({ endpoint, admin }: Twin): Promise<NamespaceWatch> {
    return new Promise((resolve, reject) => {
      const sent = request(`${endpoint.url}/api/v1/namespaces?watch=true`, {
        ca: readFileSync(endpoint.ca),
        cert: readFileSync(admin.certificate),
        key: readFileSync(admin.key),
        headers: { accept: 'application/json' },
      });
      sent.on('error', reject);
      sent.on('response', (response) => {
        const watch = new NamespaceWatch(sent);
        const fail = (error: unknown) => {
          watch.#failure ??= error;
        };
        sent.on('error', fail);
        createInterface({ input: response })
          .on('error', fail)
          .on('line', (line) => {
            const { object } = JSON.parse(line) as { object: { metadata: { uid: string; name: string } } };
            watch.seen.set(object.metadata.uid, object.metadata.name);
          });
        resolve(watch);
      });
      sent.end();
    });
  }

  /** @throws when the watch broke: then it may have missed some */
  close(): void {
    const failure = this.#failure;
    this.#request.destroy();
    if (failure) throw failure;
  }
}

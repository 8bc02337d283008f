import { KubernetesError } from '../../contract/errors.ts';
import { defined } from '../../kit/defined.ts';
import { invalid, JSON_TYPE, KubeApi, objectOf } from './kube-api.ts';
import type { KubernetesObject } from './kubernetes.ts';
import type { DeleteOptions, WritableKubernetes, WriteOptions } from './kubernetes-writer.ts';

const MERGE_PATCH = 'application/merge-patch+json';

/** Reads and writes a real cluster. */
export class KubeWriteApi extends KubeApi implements WritableKubernetes {
  create(path: string, object: object, signal: AbortSignal, options: WriteOptions = {}): Promise<KubernetesObject> {
    return this.#write('POST', path, object, JSON_TYPE, signal, options);
  }

  patch(path: string, change: object, signal: AbortSignal, options: WriteOptions = {}): Promise<KubernetesObject> {
    return this.#write('PATCH', path, change, MERGE_PATCH, signal, options);
  }

  async remove(path: string, signal: AbortSignal, options: DeleteOptions = {}): Promise<boolean> {
    const { dryRun, uid, resourceVersion, propagation, gracePeriodSeconds } = options;
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      ...defined({
        preconditions: uid || resourceVersion ? { uid, resourceVersion } : undefined,
        propagationPolicy: propagation,
        gracePeriodSeconds,
        dryRun: dryRun ? ['All'] : undefined,
      }),
    };
    try {
      await this.http.ask({ path, method: 'DELETE', accept: JSON_TYPE, body }, signal);
      return true;
    } catch (error) {
      if (error instanceof KubernetesError && error.code === 404) return false;
      throw error;
    }
  }

  stream(path: string, signal: AbortSignal, take: (part: Uint8Array) => void): Promise<void> {
    return this.http.stream({ path, accept: '*/*' }, signal, take);
  }

  async #write(
    method: 'POST' | 'PATCH',
    path: string,
    body: object,
    contentType: string,
    signal: AbortSignal,
    { dryRun = false }: WriteOptions,
  ): Promise<KubernetesObject> {
    const query = dryRun ? '?dryRun=All' : '';
    const { json } = await this.http.ask({ path: path + query, method, accept: JSON_TYPE, body, contentType }, signal);
    return objectOf(json) ?? invalid('an object');
  }
}

import { JSON_TYPE, KubeApi } from './kube-api.ts';
import type { WatchedKubernetes } from './watched-kubernetes.ts';

/** Asks a real API server as *watch* does. */
export class KubeCanaryApi extends KubeApi implements WatchedKubernetes {
  async askToCreateNamespace(name: string, fieldManager: string, signal: AbortSignal): Promise<void> {
    const query = new URLSearchParams({ dryRun: 'All', fieldManager });
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    const path = `/api/v1/namespaces?${query}`;
    await this.http.ask({ path, method: 'POST', accept: JSON_TYPE, body, contentType: JSON_TYPE }, signal);
  }
}

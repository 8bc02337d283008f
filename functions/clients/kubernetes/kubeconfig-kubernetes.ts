import { readFileSync } from 'node:fs';
import { KubeConfig } from '@kubernetes/client-node';
import type { Kubernetes } from './kubernetes.ts';

/** Reaches a cluster of a kubeconfig file, whatever a finding says of its cluster: for the command line. */
export class KubeconfigKubernetes<Api extends Kubernetes> {
  readonly #kubernetes: Api;

  /**
   * @param api what it speaks through: `KubeApi`, or one that writes as well
   * @param context in place of the current one
   * @throws when the file cannot be read, or is no kubeconfig with that context
   */
  constructor(file: string, api: (config: KubeConfig) => Api, context?: string) {
    readFileSync(file); // says by itself what is wrong with it
    const config = new KubeConfig();
    try {
      config.loadFromFile(file);
      if (context !== undefined) {
        if (!config.getContextObject(context)) throw new Error(`it has no context ${JSON.stringify(context)}`);
        config.setCurrentContext(context);
      }
      this.#kubernetes = api(config);
    } catch (error) {
      const why = error instanceof TypeError ? 'it is none' : error instanceof Error ? error.message : error;
      throw new Error(`${file} cannot be used as a kubeconfig: ${why}`, { cause: error });
    }
  }

  async connect(): Promise<Api> {
    return this.#kubernetes;
  }
}

import type { Agent } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { defined } from '../../kit/defined.ts';
import { agentOf, type Session } from './api-server.ts';

/** What the current context of a kubeconfig means, as the Kubernetes client reads it: headers, certificates, and a proxy. */
export async function sessionOf(config: KubeConfig): Promise<Session> {
  const options: RequestOptions & { agent?: Agent } = {};
  await config.applyToHTTPSOptions(options);
  const { headers, auth, agent } = options;
  const basic = auth && { Authorization: `Basic ${Buffer.from(auth).toString('base64')}` };
  return {
    headers: { ...(headers as Record<string, string>), ...basic },
    agent: config.getCurrentCluster()?.proxyUrl && agent ? throughProxy(agent) : direct(config, options),
  };
}

/** The library's own keeps no connection open, and keeps the certificates that it was made with. */
function direct(config: KubeConfig, { ca, cert, key, servername, rejectUnauthorized }: RequestOptions): Agent {
  const { server = '' } = config.getCurrentCluster() ?? {};
  return agentOf(server, defined({ ca, cert, key, servername, rejectUnauthorized }));
}

const throughProxy = (agent: Agent): Agent => Object.assign(agent, { keepAlive: true });

/** A control plane with what `cluster/` installs, its identities, and a namespace to quarantine. */
import { Agent } from 'node:https';
import { type Cluster, startCluster } from '../../tools/twin/cluster.ts';
import { run } from '../../tools/twin/commands.ts';
import type { ControlPlaneOptions } from '../../tools/twin/control-plane.ts';
import { type Credentials, type KubeAnswer, type KubeRequest, kubeRequest } from '../../tools/twin/kube.ts';
import { progress } from './bring-up.ts';

export const QUARANTINE = 'namespace-sentinel.io/quarantine';
export const RELEASING = 'namespace-sentinel.io/releasing';
export const OURS = { 'app.kubernetes.io/managed-by': 'namespace-sentinel' };

/** How a refusal by a policy of ours begins. */
export const refusedBy = (policy: string): string =>
  `ValidatingAdmissionPolicy 'namespace-sentinel-${policy}' with binding`;

export const merge = (path: string, body: unknown): KubeRequest => ({
  method: 'PATCH',
  path,
  body,
  headers: { 'content-type': 'application/merge-patch+json' },
});
export const post = (path: string, body: unknown): KubeRequest => ({ method: 'POST', path, body });
export const remove = (path: string): KubeRequest => ({ method: 'DELETE', path });

/** The request as a dry run; what connects knows none. */
export const dry = (request: KubeRequest): KubeRequest => ({
  ...request,
  path: `${request.path}${request.path.includes('?') ? '&' : '?'}dryRun=All`,
});

export interface ClusterSide {
  cluster: Cluster;
  /** Who holds each of our groups, and nothing else. */
  contain: Credentials;
  probe: Credentials;
  release: Credentials;
  ask(who: Credentials, request: KubeRequest): Promise<KubeAnswer>;
  /** As `system:masters`; throws what is not a success. */
  done(request: KubeRequest): Promise<KubeAnswer>;
  /** As anybody whom RBAC lets do everything: what is refused is refused by admission. */
  as(user: string, request: KubeRequest): Promise<KubeAnswer>;
  kubectl(args: string[], input?: unknown): Promise<string>;
  read<T>(path: string): Promise<T>;
  metadata(path: string): Promise<{ uid: string }>;
  uid(namespace: string): Promise<string>;
  /** Puts the label on, as contain. */
  label(namespace: string): Promise<KubeAnswer>;
  /** Waits until the request, which changes nothing, is refused by the policy. */
  untilRefused(who: Credentials, request: KubeRequest, policy: string): Promise<void>;
  /** Makes the namespace and waits for its ServiceAccount. */
  make(namespace: string): Promise<void>;
  /** Puts the label on, as contain, and waits until the freeze is in force. */
  quarantine(namespace: string): Promise<void>;
  close(): Promise<void>;
}

/** @param options how the control plane runs */
export async function startClusterSide(options: ControlPlaneOptions = {}): Promise<ClusterSide> {
  const cluster = await startCluster(progress(), options);
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const names = ['contain', 'probe', 'release'] as const;
  await cluster.certificates.issue(
    ...names.map((name) => ({ name, commonName: `stolen-${name}`, organizations: [`namespace-sentinel:${name}`] })),
  );
  const [contain, probe, release] = names.map((name) => cluster.certificates.pair(name)) as [
    Credentials,
    Credentials,
    Credentials,
  ];
  const ask = (who: Credentials, request: KubeRequest) => kubeRequest(cluster.endpoint, who, request, agent);
  const done = async (request: KubeRequest) => {
    const answer = await ask(cluster.admin, request);
    if (answer.code > 299) throw new Error(`${request.method} ${request.path}: ${answer.code} ${answer.text}`);
    return answer;
  };
  const as = (user: string, request: KubeRequest) =>
    ask(cluster.admin, {
      ...request,
      headers: { ...request.headers, 'impersonate-user': user, 'impersonate-group': 'system:masters' },
    });
  const read = async <T>(path: string) => (await done({ path })).json as T;
  const metadata = async (path: string) => (await read<{ metadata: { uid: string } }>(path)).metadata;
  const label = async (namespace: string) => {
    const { uid } = await metadata(`/api/v1/namespaces/${namespace}`);
    return ask(contain, merge(`/api/v1/namespaces/${namespace}`, { metadata: { uid, labels: { [QUARANTINE]: uid } } }));
  };
  const untilRefused = (who: Credentials, request: KubeRequest, policy: string) =>
    cluster.processes.until(async () => (await ask(who, request)).text.includes(refusedBy(policy)), {
      what: `${policy} is in force`,
    });
  const configMap = (namespace: string) =>
    dry(post(`/api/v1/namespaces/${namespace}/configmaps`, { metadata: { name: 'tried' } }));
  const side: ClusterSide = {
    cluster,
    contain,
    probe,
    release,
    ask,
    done,
    as,
    read,
    metadata,
    label,
    uid: async (namespace) => (await metadata(`/api/v1/namespaces/${namespace}`)).uid,
    untilRefused,
    kubectl: (args, input) =>
      run(
        cluster.kubectl,
        [`--kubeconfig=${cluster.adminKubeconfig}`, ...args],
        input ? { input: JSON.stringify(input) } : {},
      ),
    make: async (namespace) => {
      await done(post('/api/v1/namespaces', { metadata: { name: namespace } }));
      const account = { path: `/api/v1/namespaces/${namespace}/serviceaccounts/default` };
      await cluster.processes.until(async () => (await ask(cluster.admin, account)).code === 200, {
        what: `the ServiceAccount of ${namespace}`,
      });
    },
    quarantine: async (namespace) => {
      const answer = await label(namespace);
      if (answer.code !== 200) throw new Error(answer.text);
      await untilRefused(cluster.admin, configMap(namespace), 'freeze');
    },
    close: async () => {
      agent.destroy();
      await cluster.close();
    },
  };
  try {
    await side.kubectl(['apply', '-k', 'cluster/']);
    // A policy takes up to a second to be known.
    await untilRefused(
      cluster.admin,
      dry(post('/api/v1/namespaces', { metadata: { name: 'tried', labels: { [QUARANTINE]: 'x' } } })),
      'quarantine-label',
    );
    await untilRefused(contain, dry(remove('/api/v1/namespaces/kube-system/serviceaccounts/default')), 'guard-contain');
    await untilRefused(probe, dry(post('/api/v1/namespaces/default/pods', POD('tried'))), 'guard-probe');
    await untilRefused(
      release,
      dry(post('/api/v1/namespaces/kube-system/serviceaccounts', { metadata: { name: 'tried' } })),
      'guard-release',
    );
    return side;
  } catch (error) {
    await side.close();
    throw error;
  }
}

export const POD = (name: string, spec: object = {}) => ({
  metadata: { name, labels: { app: 'x' } },
  spec: { containers: [{ name: 'main', image: 'nginx' }], ...spec },
});

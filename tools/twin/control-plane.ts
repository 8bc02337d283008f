/** A real Kubernetes control plane: etcd, API server, controller manager, scheduler, and kwok for nodes and pods. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import type { Certificates, KeyPair } from './certificates.ts';
import { run } from './commands.ts';
import { type Endpoint, kubeconfig, kubeRequest } from './kube.ts';
import { API_ADDRESS, freePort, LOOPBACK } from './ports.ts';
import type { Processes } from './processes.ts';
import { kubeletAccess } from './real-node/kubelet-access.ts';
import type { Report } from './report.ts';

const MANIFESTS = join(import.meta.dirname, 'manifests');

export interface ControlPlaneOptions {
  /** Kubeconfig file of a token webhook: how the API server asks who a bearer token is. */
  tokenWebhook?: string;
  /** Kubeconfig file of an authorization webhook, asked after RBAC. */
  authorizationWebhook?: string;
  /** Rotate the audit log at this size, in MB. Default: the API server's own, 100. */
  auditLogMaxSizeMb?: number;
  /** The API server reaches kubelets that are in networks of their own. */
  kubelets?: boolean;
  /** More arguments for the API server; a later one wins. */
  apiServerArgs?: string[];
}

export interface ControlPlane {
  endpoint: Endpoint;
  /** Kubeconfig of `kubernetes-admin` in `system:masters`, which bypasses RBAC: for setting up, not for acting. */
  adminKubeconfig: string;
  admin: KeyPair;
  /** Where etcd answers, over http. */
  etcd: string;
  /** As the API server writes it; rotated to `audit-<time>.log` beside it. */
  auditLog: string;
}

/** Where the API server will be: known before it runs, because other programs have to know it. */
export const chooseEndpoint = async (certificates: Certificates): Promise<Endpoint> => ({
  url: `https://${API_ADDRESS}:${await freePort(API_ADDRESS)}`,
  ca: certificates.file('ca.crt'),
});

async function startEtcd(processes: Processes, binaries: Binaries): Promise<string> {
  const client = `http://${LOOPBACK}:${await freePort(LOOPBACK)}`;
  const peer = `http://${LOOPBACK}:${await freePort(LOOPBACK)}`;
  await processes.start({
    name: 'etcd',
    command: binaries.etcd,
    args: [
      `--data-dir=${join(processes.folder, 'etcd')}`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
      '--unsafe-no-fsync',
    ],
  });
  await processes.until(async () => (await fetch(`${client}/health`)).ok, { what: 'etcd is healthy', process: 'etcd' });
  return client;
}

async function startApiServer(
  processes: Processes,
  binaries: Binaries,
  certificates: Certificates,
  endpoint: Endpoint,
  options: ControlPlaneOptions,
): Promise<ControlPlane> {
  const etcd = await startEtcd(processes, binaries);
  const auditLog = join(processes.folder, 'audit', 'audit.log');
  const serving = certificates.pair('api');
  const { tokenWebhook, authorizationWebhook, auditLogMaxSizeMb, apiServerArgs = [], kubelets } = options;
  const access = kubelets ? await kubeletAccess(processes.folder, certificates, endpoint) : [];
  await processes.start({
    name: 'kube-apiserver',
    command: binaries.apiServer,
    args: [
      `--etcd-servers=${etcd}`,
      `--bind-address=${API_ADDRESS}`,
      `--secure-port=${new URL(endpoint.url).port}`,
      `--tls-cert-file=${serving.certificate}`,
      `--tls-private-key-file=${serving.key}`,
      `--client-ca-file=${endpoint.ca}`,
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-signing-key-file=${certificates.file('sa.key')}`,
      `--service-account-key-file=${certificates.file('sa.pub')}`,
      `--authorization-mode=Node,RBAC${authorizationWebhook ? ',Webhook' : ''}`,
      '--enable-admission-plugins=NodeRestriction',
      '--allow-privileged=true',
      '--storage-media-type=application/json', // for age.ts
      '--service-cluster-ip-range=10.100.0.0/16',
      '--endpoint-reconciler-type=none', // no Service address leads back to a loopback address
      `--audit-policy-file=${join(MANIFESTS, 'audit-policy.yaml')}`,
      `--audit-log-path=${auditLog}`,
      ...(auditLogMaxSizeMb ? [`--audit-log-maxsize=${auditLogMaxSizeMb}`] : []),
      ...(tokenWebhook ? [`--authentication-token-webhook-config-file=${tokenWebhook}`] : []),
      ...(authorizationWebhook
        ? [`--authorization-webhook-config-file=${authorizationWebhook}`, '--authorization-webhook-version=v1']
        : []),
      ...access,
      ...apiServerArgs,
    ],
  });
  const admin = certificates.pair('kubernetes-admin');
  const adminKubeconfig = join(processes.folder, 'admin.kubeconfig');
  writeFileSync(adminKubeconfig, kubeconfig(endpoint, 'kubernetes-admin', admin), { mode: 0o600 });
  await processes.until(async () => (await kubeRequest(endpoint, admin, { path: '/readyz' })).code === 200, {
    what: 'the API server is ready',
    process: 'kube-apiserver',
  });
  return { endpoint, adminKubeconfig, admin, etcd, auditLog };
}

/** Starts a process that talks to the API server under its own name. */
async function startClient(
  processes: Processes,
  certificates: Certificates,
  endpoint: Endpoint,
  client: { name: string; command: string; args: (kubeconfigFile: string) => string[] },
): Promise<void> {
  const file = join(processes.folder, `${client.name}.kubeconfig`);
  writeFileSync(file, kubeconfig(endpoint, client.name, certificates.pair(client.name)), { mode: 0o600 });
  await processes.start({ name: client.name, command: client.command, args: client.args(file) });
}

/**
 * Brings the control plane up; ready when its nodes are.
 *
 * As on EKS: RBAC and the Node authorizer, anonymous requests authenticated as `system:anonymous` (and refused by
 * RBAC), the published audit policy, ServiceAccount and NodeRestriction admission, a ServiceAccount for each controller.
 * Unlike EKS: no network plugin, no kubelet, no load balancers.
 *
 * @throws ProcessError when a part does not come up
 */
export async function startControlPlane(
  processes: Processes,
  binaries: Binaries,
  certificates: Certificates,
  endpoint: Endpoint,
  report: Report,
  options: ControlPlaneOptions = {},
): Promise<ControlPlane> {
  const { hostname } = new URL(endpoint.url);
  await certificates.issue(
    {
      name: 'api',
      commonName: 'kube-apiserver',
      ipAddresses: [hostname, '10.100.0.1'],
      dnsNames: ['kubernetes.default.svc'],
    },
    { name: 'kubernetes-admin', commonName: 'kubernetes-admin', organizations: ['system:masters'] },
    { name: 'kube-controller-manager', commonName: 'system:kube-controller-manager' },
    { name: 'kube-scheduler', commonName: 'system:kube-scheduler' },
    // It stands for the kubelets, which are all in this group.
    { name: 'kwok', commonName: 'kubelet', organizations: ['system:nodes'] },
  );
  const controlPlane = await startApiServer(processes, binaries, certificates, endpoint, options);
  report('API server ready');
  await Promise.all([
    startClient(processes, certificates, endpoint, {
      name: 'kube-controller-manager',
      command: binaries.controllerManager,
      args: (file) => [
        `--kubeconfig=${file}`,
        `--service-account-private-key-file=${certificates.file('sa.key')}`,
        `--root-ca-file=${endpoint.ca}`,
        '--use-service-account-credentials=true',
        '--kube-api-qps=500', // by default it takes 5 s to start all controllers
        '--kube-api-burst=500',
        '--node-monitor-period=1s', // by default a node waits 5 s for its first taints to go
        '--node-monitor-grace-period=5m', // on a busy machine a simulated node is late; kwok takes none back that was given up
        '--controllers=*,-nodeipam,-cloud-node-lifecycle,-service-lb-controller,-node-route-controller',
        '--leader-elect=false',
        '--secure-port=0',
      ],
    }),
    startClient(processes, certificates, endpoint, {
      name: 'kube-scheduler',
      command: binaries.scheduler,
      args: (file) => [`--kubeconfig=${file}`, '--leader-elect=false', '--secure-port=0'],
    }),
    run(binaries.kubectl, [
      `--kubeconfig=${controlPlane.adminKubeconfig}`,
      'apply',
      '-f',
      join(MANIFESTS, 'nodes.yaml'),
    ]),
  ]);
  await startClient(processes, certificates, endpoint, {
    name: 'kwok',
    command: binaries.kwok,
    args: (file) => [
      `--kubeconfig=${file}`,
      '--manage-all-nodes=false',
      '--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake', // a real node is its kubelet's
      '--node-lease-duration-seconds=40', // as a kubelet has it; without leases a late heartbeat ends a node for good
      '--config=/dev/null',
    ],
  });
  await processes.until(() => settled(controlPlane), { what: 'nodes and controllers are ready', process: 'kwok' });
  report('controllers, scheduler and nodes ready');
  return controlPlane;
}

/** Nodes are ready and have lost their first taints; the default ServiceAccount, which pods need, is there. */
async function settled({ endpoint, admin }: ControlPlane): Promise<boolean> {
  interface Node {
    spec: { taints?: unknown[] };
    status: { conditions?: { type: string; status: string }[] };
  }
  const account = await kubeRequest(endpoint, admin, { path: '/api/v1/namespaces/default/serviceaccounts/default' });
  const nodes = (await kubeRequest(endpoint, admin, { path: '/api/v1/nodes' })).json?.items as Node[];
  const ready = (node: Node) =>
    node.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
  return account.code === 200 && nodes.length > 0 && nodes.every((node) => ready(node) && !node.spec.taints);
}

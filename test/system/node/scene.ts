/** What tests on the real node begin with. */
import { describe } from '@jest/globals';
import type { KubernetesObject } from '../../../functions/clients/kubernetes/kubernetes.ts';
import { type Cluster, startRealCluster } from '../../../tools/twin/cluster.ts';
import { kubeRequest } from '../../../tools/twin/kube.ts';
import type { Channel, ChannelEvent } from '../../../tools/twin/real-node/channel.ts';
import { missingForRealNode } from '../../../tools/twin/real-node/prerequisites.ts';
import type { RealNodeParts } from '../../../tools/twin/real-node/up.ts';
import { progress } from '../bring-up.ts';

/** Runs where a real node can; elsewhere the tests are left out, which is said, and which CI counts as a failure. */
export function describeOnRealNode(name: string, tests: () => void): void {
  const missing = missingForRealNode();
  if (missing.length === 0) {
    describe(name, tests);
    return;
  }
  const lines = missing.map((each) => `  - ${each}\n`).join('');
  process.stderr.write(`\nLEFT OUT: ${name}. A real node cannot run here:\n${lines}`);
  describe.skip(name, tests);
}

/** Ends of connections that send ten times a second; one that dials again and again does so as often. */
export const FAST = { everyMs: 100 };
export const AGAIN = { ...FAST, againMs: 100, timeoutMs: 500 };

export const DENY_ALL = { podSelector: {}, policyTypes: ['Ingress', 'Egress'] };
export const ALLOW_ALL = { ...DENY_ALL, ingress: [{}], egress: [{}] };

const POLICIES = '/apis/networking.k8s.io/v1';
const AWS = '/apis/networking.k8s.aws/v1alpha1';

export class NodeScene {
  readonly cluster: Cluster & RealNodeParts;

  private constructor(cluster: Cluster & RealNodeParts) {
    this.cluster = cluster;
  }

  static async up(): Promise<NodeScene> {
    return new NodeScene(await startRealCluster(progress()));
  }

  get pods() {
    return this.cluster.realNode.pods;
  }

  get internet() {
    return this.cluster.realNode.internet;
  }

  /** @throws when the API server refuses it */
  async ask(method: string, path: string, body?: object): Promise<KubernetesObject> {
    const { endpoint, admin } = this.cluster;
    const answer = await kubeRequest(endpoint, admin, { method, path, body });
    if (answer.code > 299) throw new Error(`${method} ${path}: ${answer.code} ${answer.text}`);
    return answer.json as unknown as KubernetesObject;
  }

  async list(path: string): Promise<KubernetesObject[]> {
    return ((await this.ask('GET', path)) as unknown as { items: KubernetesObject[] }).items;
  }

  namespace(name: string): Promise<unknown> {
    return this.ask('POST', '/api/v1/namespaces', { metadata: { name, labels: { name } } });
  }

  policy(namespace: string, name: string, spec: object): Promise<unknown> {
    return this.ask('POST', `${POLICIES}/namespaces/${namespace}/networkpolicies`, { metadata: { name }, spec });
  }

  unpolicy(namespace: string, name: string): Promise<unknown> {
    return this.ask('DELETE', `${POLICIES}/namespaces/${namespace}/networkpolicies/${name}`);
  }

  policies(namespace: string): Promise<KubernetesObject[]> {
    return this.list(`${POLICIES}/namespaces/${namespace}/networkpolicies`);
  }

  endpoints(namespace: string): Promise<KubernetesObject[]> {
    return this.list(`${AWS}/namespaces/${namespace}/policyendpoints`);
  }

  clusterPolicy(name: string, spec: object): Promise<unknown> {
    return this.ask('POST', `${AWS}/clusternetworkpolicies`, {
      apiVersion: 'networking.k8s.aws/v1alpha1',
      kind: 'ClusterNetworkPolicy',
      metadata: { name },
      spec,
    });
  }

  removeClusterPolicy(name: string): Promise<unknown> {
    return this.ask('DELETE', `${AWS}/clusternetworkpolicies/${name}`);
  }

  close(): Promise<void> {
    return this.cluster.close();
  }
}

export const received = ({ event }: ChannelEvent): boolean => event === 'received';

/** Bytes that a channel's peer sent after an instant. */
export const bytesAfter = (events: ChannelEvent[], since: Date): number =>
  events.filter((event) => received(event) && new Date(event.at) > since).length;

/** Whether bytes of this peer arrived, whichever port it used. */
export const cameFrom = (channel: Channel, ip: string): boolean =>
  channel.events().some((event) => received(event) && event.peer?.startsWith(`${ip}:`));

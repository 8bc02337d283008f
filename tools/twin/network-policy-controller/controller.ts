/**
 * Simulated: stands for the network policy controller of EKS, by code of our own. On each policy it first puts its finalizer,
 * and only when that went well it writes the endpoints that the agents of nodes enforce; of a deleted policy it takes the
 * endpoints away, and then its finalizer. It acts as the real one is called, with the rights that the real one publishes:
 * what it may not write, EKS's may not. ApplicationNetworkPolicy is not known to it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject } from '../../../functions/clients/kubernetes/kubernetes.ts';
import { record, sameJson, texts } from '../../../functions/kit/json.ts';
import type { Certificates, KeyPair } from '../certificates.ts';
import type { ControlPlane } from '../control-plane.ts';
import { type KubeRequest, kubeRequest } from '../kube.ts';
import { GROUP, INSTALLED, PATHS, USER } from './definitions.ts';
import { type Resolved, resolveClusterPolicy, resolvePolicy, type World } from './resolve.ts';
import { split } from './rules.ts';
import { Watch } from './watch.ts';

const FINALIZER = `${GROUP}/resources`;
const CLUSTER_FINALIZER = `${GROUP}/cnp-resources`;
/** Several changes that come together are dealt with at once. */
const GATHER_MS = 20;
/** What failed is tried again after this, and later after longer pauses. */
const AGAIN_MS = 200;
const LONGEST_MS = 5_000;

type TwinCluster = Pick<ControlPlane, 'endpoint' | 'admin'> & { certificates: Certificates };
type Lists = Record<keyof typeof PATHS, Watch>;

/** What to write for a policy. */
interface Order {
  finalizer: string;
  /** Of the policy. */
  path: string;
  /** Where its endpoints are. */
  endpoints: string;
  kind: string;
  /** The policy's kind, for what it owns. */
  owner: { apiVersion: string; kind: string };
  known: Watch;
  resolved: Resolved;
  spec: Record<string, unknown>;
}

export class NetworkPolicyController {
  readonly #cluster: TwinCluster;
  readonly #pair: KeyPair;
  #lists: Lists | undefined;
  #going: Promise<void> | undefined;
  #stopped = true;
  #changed = true;
  #wake: (() => void) | undefined;
  /** What the API server refused it last. */
  refusals: string[] = [];

  private constructor(cluster: TwinCluster, pair: KeyPair) {
    this.#cluster = cluster;
    this.#pair = pair;
  }

  /** Installs the kinds and the rights, and goes; ready when it has read everything once. */
  static async start(cluster: TwinCluster): Promise<NetworkPolicyController> {
    const { certificates, endpoint, admin } = cluster;
    for (const { path, object } of INSTALLED) {
      const { code, text } = await kubeRequest(endpoint, admin, { method: 'POST', path, body: object });
      if (code !== 201 && code !== 409) throw new Error(`POST ${path}: ${code} ${text}`);
    }
    await certificates.issue({ name: 'network-policy-controller', commonName: USER });
    const controller = new NetworkPolicyController(cluster, certificates.pair('network-policy-controller'));
    await controller.resume();
    return controller;
  }

  async resume(): Promise<void> {
    if (this.#going) return;
    this.#stopped = false;
    const watch = (path: string) =>
      new Watch(this.#cluster.endpoint, this.#pair, path, () => {
        this.#changed = true;
        this.#wake?.();
      });
    const lists = Object.fromEntries(Object.entries(PATHS).map(([name, path]) => [name, watch(path)])) as Lists;
    this.#lists = lists;
    await Promise.all(Object.values(lists).map((list) => list.start()));
    this.#going = this.#go(lists);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const list of Object.values(this.#lists ?? {})) list.stop();
    this.#wake?.();
    await this.#going;
    this.#going = undefined;
  }

  /** Is off, as if it had never been on for a namespace. */
  async off(namespace: string): Promise<void> {
    const endpoints = this.#lists?.endpoints.items() ?? [];
    await this.stop();
    for (const { metadata } of endpoints.filter((each) => each.metadata.namespace === namespace))
      await this.#send({ method: 'DELETE', path: `${namespaced(PATHS.endpoints, namespace)}/${metadata.name}` });
  }

  async #go(lists: Lists): Promise<void> {
    let pause = AGAIN_MS;
    while (!this.#stopped) {
      if (!this.#changed) await this.#untilWoken(this.refusals.length > 0 ? pause : undefined);
      if (this.#stopped) return;
      await sleep(GATHER_MS);
      this.#changed = false;
      this.refusals = await this.#reconcile(lists);
      pause = this.refusals.length > 0 ? Math.min(pause * 2, LONGEST_MS) : AGAIN_MS;
    }
  }

  #untilWoken(ms: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** @returns what went wrong, for each policy */
  async #reconcile(lists: Lists): Promise<string[]> {
    const world = { pods: lists.pods.items(), namespaces: lists.namespaces.items(), services: lists.services.items() };
    const orders = [
      ...lists.policies.items().map((policy) => ({ policy, order: namespacedOrder(policy, world, lists.endpoints) })),
      ...lists.clusterPolicies
        .items()
        .map((policy) => ({ policy, order: clusterOrder(policy, world, lists.clusterEndpoints) })),
    ];
    const failures: string[] = [];
    for (const { policy, order } of orders)
      await this.#carryOut(policy, order).catch((error: unknown) => failures.push(String(error)));
    return failures;
  }

  async #carryOut(policy: KubernetesObject, order: Order): Promise<void> {
    const { path, endpoints, kind, known, resolved, spec, finalizer } = order;
    const { name, namespace, resourceVersion, uid } = policy.metadata;
    const existing = known
      .items()
      .filter(
        (each) =>
          each.metadata.namespace === namespace && sameJson(record(each['spec'])['policyRef'], spec['policyRef']),
      )
      .sort((a, b) => `${a.metadata.name}`.localeCompare(`${b.metadata.name}`));
    const finalizers = texts(policy.metadata['finalizers']);
    const mark = (names: string[]) => this.#patch(path, { metadata: { finalizers: names, resourceVersion } });
    const remove = async (endpoint: KubernetesObject) => {
      await this.#send({ method: 'DELETE', path: `${endpoints}/${endpoint.metadata.name}` });
      known.remove(endpoint);
    };
    if (policy.metadata['deletionTimestamp'] !== undefined) {
      if (!finalizers.includes(finalizer)) return;
      for (const endpoint of existing) await remove(endpoint);
      await mark(finalizers.filter((each) => each !== finalizer));
      return;
    }
    if (!finalizers.includes(finalizer)) await mark([...finalizers, finalizer]);
    const parts = split(resolved.ingress, resolved.egress, resolved.pods).map(({ ingress, egress, pods }) => ({
      ...spec,
      ingress,
      egress,
      podSelectorEndpoints: pods,
    }));
    const owner = { ...order.owner, name, uid, controller: true, blockOwnerDeletion: true };
    for (const [index, wanted] of parts.entries()) {
      const there = existing[index];
      if (!there) {
        const metadata = { generateName: `${name}-`, ownerReferences: [owner] };
        const body = { apiVersion: `${GROUP}/v1alpha1`, kind, metadata, spec: wanted };
        known.put(await this.#send({ method: 'POST', path: endpoints, body }));
      } else if (!sameJson(there['spec'], wanted))
        known.put(await this.#patch(`${endpoints}/${there.metadata.name}`, { spec: wanted }));
    }
    for (const endpoint of existing.slice(parts.length)) await remove(endpoint);
  }

  #patch(path: string, body: object): Promise<KubernetesObject | undefined> {
    return this.#send({ method: 'PATCH', path, body, headers: { 'content-type': 'application/merge-patch+json' } });
  }

  /** @returns what is stored now; undefined where it is gone */
  async #send(request: KubeRequest): Promise<KubernetesObject | undefined> {
    const { code, text, json } = await kubeRequest(this.#cluster.endpoint, this.#pair, request);
    if (code === 404) return undefined;
    if (code > 299) throw new Error(`${request.method} ${request.path}: ${code} ${text}`);
    return json as unknown as KubernetesObject;
  }
}

/** Path of a list in one namespace. */
const namespaced = (path: string, namespace = ''): string => path.replace(/\/([^/]+)$/, `/namespaces/${namespace}/$1`);

function namespacedOrder(policy: KubernetesObject, world: World, known: Watch): Order {
  const { name, namespace } = policy.metadata;
  const { podSelector, policyTypes } = record(policy['spec']);
  return {
    finalizer: FINALIZER,
    path: `${namespaced(PATHS.policies, namespace)}/${name}`,
    endpoints: namespaced(PATHS.endpoints, namespace),
    kind: 'PolicyEndpoint',
    owner: { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
    known,
    resolved: resolvePolicy(policy, world),
    spec: { policyRef: { name, namespace }, podSelector, podIsolation: policyTypes },
  };
}

function clusterOrder(policy: KubernetesObject, world: World, known: Watch): Order {
  const { name } = policy.metadata;
  const { tier, priority, subject } = record(policy['spec']);
  return {
    finalizer: CLUSTER_FINALIZER,
    path: `${PATHS.clusterPolicies}/${name}`,
    endpoints: PATHS.clusterEndpoints,
    kind: 'ClusterPolicyEndpoint',
    owner: { apiVersion: `${GROUP}/v1alpha1`, kind: 'ClusterNetworkPolicy' },
    known,
    resolved: resolveClusterPolicy(policy, world),
    spec: { policyRef: { name }, tier, priority, subject },
  };
}

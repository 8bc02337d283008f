/** Stands in for the controllers of a cluster: what makes pods, gives a namespace its account, and resolves policies. */
import { randomBytes } from 'node:crypto';
import type { KubernetesObject } from '../../../functions/clients/kubernetes/kubernetes.ts';
import type { MemoryCluster } from '../../../functions/clients/local/memory-cluster.ts';
import { number, record, records } from '../../../functions/kit/json.ts';
import { QUARANTINE_LABEL, RELEASING_LABEL } from '../../../functions/kubernetes/quarantine.ts';
import { endpointChange } from './endpoints.ts';
import { orderPolicies } from './network-plugin.ts';

/** Writes as a controller: nothing follows from them by itself. */
export type Writes = Pick<MemoryCluster, 'create' | 'patch' | 'remove'>;

const APPS = '/apis/apps/v1';
const CORE = '/api/v1';
/** Where Services lead. */
const ENDPOINT_KINDS = [
  ['/apis/discovery.k8s.io/v1', 'endpointslices'],
  [CORE, 'endpoints'],
] as const;

/** Brings what runs in line with what is asked for, in every namespace that is contained or being released. */
export async function reconcile(cluster: MemoryCluster, writes: Writes): Promise<void> {
  const { items } = await cluster.list(`${CORE}/namespaces`, new AbortController().signal);
  for (const { metadata } of items) {
    const labels = metadata.labels ?? {};
    if (QUARANTINE_LABEL in labels || RELEASING_LABEL in labels)
      await new Controllers(metadata.name ?? '', QUARANTINE_LABEL in labels, cluster, writes).run();
  }
}

class Controllers {
  readonly #namespace: string;
  readonly #frozen: boolean;
  readonly #cluster: MemoryCluster;
  readonly #writes: Writes;
  readonly #signal = new AbortController().signal;

  constructor(namespace: string, frozen: boolean, cluster: MemoryCluster, writes: Writes) {
    this.#namespace = namespace;
    this.#frozen = frozen;
    this.#cluster = cluster;
    this.#writes = writes;
  }

  async run(): Promise<void> {
    const deployments = await this.#all(APPS, 'deployments');
    for (const set of await this.#all(APPS, 'replicasets')) {
      const owner = deployments.find(({ metadata }) => isOwned(set, metadata.uid));
      const wanted = replicasOf(owner ?? set);
      if (replicasOf(set) !== wanted)
        await this.#writes.patch(this.#path(APPS, 'replicasets', set), { spec: { replicas: wanted } }, this.#signal);
      await this.#runPods(set, wanted);
    }
    await this.#keepAccount();
    const [pods, policies] = await Promise.all([
      this.#all(CORE, 'pods'),
      this.#all('/apis/networking.k8s.io/v1', 'networkpolicies'),
    ]);
    const services = await this.#all(CORE, 'services');
    for (const [api, resource] of ENDPOINT_KINDS)
      for (const object of await this.#all(api, resource)) {
        const change = endpointChange(object, { services, pods });
        if (change) await this.#writes.patch(this.#path(api, resource, object), change, this.#signal);
      }
    await orderPolicies({ namespace: this.#namespace, pods, policies }, this.#cluster, this.#writes);
  }

  /** Ends the pods of a ReplicaSet that are too many; starts those that are missing, unless the namespace is frozen. */
  async #runPods(set: KubernetesObject, wanted: number): Promise<void> {
    const pods = (await this.#all(CORE, 'pods')).filter((pod) => isOwned(pod, set.metadata.uid));
    for (const pod of pods.slice(wanted)) await this.#writes.remove(this.#path(CORE, 'pods', pod), this.#signal);
    if (this.#frozen) return;
    const nodes = (await this.#cluster.list(`${CORE}/nodes`, this.#signal)).items;
    for (let number = pods.length; number < wanted; number++)
      await this.#writes.create(
        this.#path(CORE, 'pods'),
        podOf(set, nodes[number % nodes.length]?.metadata.name, number),
        this.#signal,
      );
  }

  /** Kubernetes makes the account `default` again by itself. */
  async #keepAccount(): Promise<void> {
    const accounts = await this.#all(CORE, 'serviceaccounts');
    if (accounts.some(({ metadata }) => metadata.name === 'default')) return;
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
    await this.#writes.create(this.#path(CORE, 'serviceaccounts'), account, this.#signal);
  }

  #path(api: string, resource: string, object?: KubernetesObject): string {
    const list = `${api}/namespaces/${this.#namespace}/${resource}`;
    return object ? `${list}/${object.metadata.name}` : list;
  }

  async #all(api: string, resource: string): Promise<KubernetesObject[]> {
    return (await this.#cluster.list(this.#path(api, resource), this.#signal)).items;
  }
}

const replicasOf = ({ spec }: KubernetesObject): number => number(record(spec)['replicas']) ?? 1;

const isOwned = ({ metadata }: KubernetesObject, uid: string | undefined): boolean =>
  metadata.ownerReferences?.some((owner) => owner.uid === uid) ?? false;

/** A pod as the ReplicaSet makes it, and as its node runs it. */
function podOf(set: KubernetesObject, nodeName: string | undefined, index: number): object {
  const { name, uid } = set.metadata;
  const template = record(record(set['spec'])['template']);
  const spec = record(template['spec']);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-${randomBytes(3).toString('hex').slice(0, 5)}`,
      labels: record(record(template['metadata'])['labels']),
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid, controller: true }],
    },
    spec: { ...spec, serviceAccountName: 'default', nodeName },
    status: {
      phase: 'Running',
      podIP: `10.0.1.${index + 1}`,
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: records(spec['containers']).map((container) => ({
        name: container['name'],
        image: container['image'],
        ready: true,
        state: { running: {} },
      })),
    },
  };
}

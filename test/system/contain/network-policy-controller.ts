/**
 * Stands for the network policy controller of EKS, by code of our own, as far as containment rests on it: on each policy it
 * first puts its finalizer, and only when that went well it writes the endpoints that the agents of nodes enforce, at most
 * 200 pods in one; of a deleted policy it takes the endpoints away, and then its finalizer. Rules are resolved to "from and
 * to anywhere" or to nothing. It acts as the real one is called, with the rights that the real one publishes
 * (config/rbac/role.yaml of aws/amazon-network-policy-controller-k8s): what it may not write, EKS's may not.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject } from '../../../functions/clients/kubernetes/kubernetes.ts';
import { selectorMatches } from '../../../functions/contain/isolation/label-selector.ts';
import { list, record, records, sameJson, texts } from '../../../functions/kit/json.ts';
import type { KeyPair } from '../../../tools/twin/certificates.ts';
import type { Cluster } from '../../../tools/twin/cluster.ts';
import { type KubeRequest, kubeRequest } from '../../../tools/twin/kube.ts';
import { until } from '../until.ts';
import type { Cluster as Maker } from './hostile.ts';

const USER = 'eks:network-policy-controller';
const GROUP = 'networking.k8s.aws';
const FINALIZER = `${GROUP}/resources`;
const AWS = `/apis/${GROUP}/v1alpha1`;
const POLICIES = '/apis/networking.k8s.io/v1';
/** Pods in one endpoint. */
const CHUNK = 200;
const BETWEEN_MS = 150;

const KINDS = [
  ['PolicyEndpoint', 'policyendpoints', 'Namespaced'],
  ['ClusterNetworkPolicy', 'clusternetworkpolicies', 'Cluster'],
  ['ClusterPolicyEndpoint', 'clusterpolicyendpoints', 'Cluster'],
] as const;

/** Own and loose: EKS installs its own. */
const DEFINITIONS = KINDS.map(([kind, plural, scope]) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${GROUP}` },
  spec: {
    group: GROUP,
    scope,
    names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
}));

const READ = ['get', 'list', 'watch'];
const RIGHTS = [
  { apiGroups: [''], resources: ['namespaces', 'pods', 'services'], verbs: READ },
  { apiGroups: [GROUP], resources: ['clusternetworkpolicies'], verbs: [...READ, 'patch', 'update'] },
  {
    apiGroups: [GROUP],
    resources: ['clusterpolicyendpoints', 'policyendpoints'],
    verbs: [...READ, 'create', 'delete', 'patch', 'update'],
  },
  { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: [...READ, 'patch', 'update'] },
];
const RBAC = 'rbac.authorization.k8s.io';
const ROLE = { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name: USER }, rules: RIGHTS };
const BINDING = {
  apiVersion: `${RBAC}/v1`,
  kind: 'ClusterRoleBinding',
  metadata: { name: USER },
  roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: USER },
  subjects: [{ apiGroup: RBAC, kind: 'User', name: USER }],
};

type TwinCluster = Pick<Cluster, 'certificates' | 'endpoint'>;

export class NetworkPolicyController {
  readonly #cluster: TwinCluster;
  readonly #pair: KeyPair;
  #going: Promise<void> | undefined;
  #stopped = true;
  /** What the API server refused it last. */
  refusals: string[] = [];

  private constructor(cluster: TwinCluster, pair: KeyPair) {
    this.#cluster = cluster;
    this.#pair = pair;
  }

  /** Installs the kinds and the rights, and goes. */
  static async start(cluster: TwinCluster, maker: Maker): Promise<NetworkPolicyController> {
    await maker.createAll(...DEFINITIONS, ROLE, BINDING);
    await cluster.certificates.issue({ name: 'network-policy-controller', commonName: USER });
    const controller = new NetworkPolicyController(cluster, cluster.certificates.pair('network-policy-controller'));
    await until('the kinds of the VPC CNI are served', async () =>
      (await Promise.all(KINDS.map(([, plural]) => controller.#list(`${AWS}/${plural}`)))).every(Boolean),
    );
    await maker.learn();
    controller.resume();
    return controller;
  }

  resume(): void {
    this.#stopped = false;
    this.#going ??= this.#go();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#going;
    this.#going = undefined;
  }

  /** Is off, as if it had never been on for a namespace. */
  async off(namespace: string): Promise<void> {
    await this.stop();
    const path = `${AWS}/namespaces/${namespace}/policyendpoints`;
    for (const { metadata } of (await this.#list(path)) ?? [])
      await this.#send({ method: 'DELETE', path: `${path}/${metadata.name}` });
  }

  async #go(): Promise<void> {
    while (!this.#stopped) {
      this.refusals = [];
      await this.#reconcile().catch((error: unknown) => this.refusals.push(String(error)));
      await sleep(BETWEEN_MS);
    }
  }

  async #reconcile(): Promise<void> {
    const [policies, above, pods, namespaces, endpoints, endpointsAbove] = await Promise.all(
      [
        `${POLICIES}/networkpolicies`,
        `${AWS}/clusternetworkpolicies`,
        '/api/v1/pods',
        '/api/v1/namespaces',
        `${AWS}/policyendpoints`,
        `${AWS}/clusterpolicyendpoints`,
      ].map(async (path) => (await this.#list(path)) ?? []),
    );
    const listed = (pods ?? []).filter(isListed);
    for (const policy of policies ?? []) {
      const { name, namespace } = policy.metadata;
      const spec = record(policy['spec']);
      const chosen = listed.filter(
        ({ metadata }) => metadata.namespace === namespace && selectorMatches(spec['podSelector'], metadata.labels),
      );
      await this.#order(policy, {
        path: `${POLICIES}/namespaces/${namespace}/networkpolicies/${name}`,
        endpoints: `${AWS}/namespaces/${namespace}/policyendpoints`,
        kind: 'PolicyEndpoint',
        existing: (endpoints ?? []).filter((each) => isOf(each, name) && each.metadata.namespace === namespace),
        pods: chosen,
        spec: {
          policyRef: { name, namespace },
          podSelector: spec['podSelector'],
          podIsolation: spec['policyTypes'],
          ingress: list(spec['ingress']).length > 0 ? [{ cidr: '0.0.0.0/0' }] : [],
          egress: list(spec['egress']).length > 0 ? [{ cidr: '0.0.0.0/0' }] : [],
        },
      }).catch((error: unknown) => this.refusals.push(String(error)));
    }
    for (const policy of above ?? []) {
      const { name } = policy.metadata;
      const spec = record(policy['spec']);
      const selector = record(record(spec['subject'])['namespaces']);
      const chosen = (namespaces ?? []).filter(({ metadata }) => selectorMatches(selector, metadata.labels));
      const names = new Set(chosen.map(({ metadata }) => metadata.name));
      const rules = (way: string) => records(spec[way]).map(({ action }) => ({ cidr: '0.0.0.0/0', action }));
      await this.#order(policy, {
        path: `${AWS}/clusternetworkpolicies/${name}`,
        endpoints: `${AWS}/clusterpolicyendpoints`,
        kind: 'ClusterPolicyEndpoint',
        existing: (endpointsAbove ?? []).filter((each) => isOf(each, name)),
        pods: listed.filter(({ metadata }) => names.has(metadata.namespace)),
        spec: {
          policyRef: { name },
          tier: spec['tier'],
          priority: spec['priority'],
          subject: spec['subject'],
          ingress: rules('ingress'),
          egress: rules('egress'),
        },
      }).catch((error: unknown) => this.refusals.push(String(error)));
    }
  }

  async #order(policy: KubernetesObject, order: Order): Promise<void> {
    const { path, endpoints, kind, existing, pods, spec } = order;
    const finalizers = texts(policy.metadata['finalizers']);
    const { resourceVersion } = policy.metadata;
    const mark = (names: string[]) => this.#patch(path, { metadata: { finalizers: names, resourceVersion } });
    if (policy.metadata['deletionTimestamp'] !== undefined) {
      for (const { metadata } of existing)
        await this.#send({ method: 'DELETE', path: `${endpoints}/${metadata.name}` });
      if (finalizers.includes(FINALIZER)) await mark(finalizers.filter((each) => each !== FINALIZER));
      return;
    }
    if (!finalizers.includes(FINALIZER)) await mark([...finalizers, FINALIZER]);
    const chunks = Array.from({ length: Math.max(1, Math.ceil(pods.length / CHUNK)) }, (_, chunk) => ({
      ...spec,
      podSelectorEndpoints: pods.slice(chunk * CHUNK, (chunk + 1) * CHUNK).map(entryOf),
    }));
    for (const [index, wanted] of chunks.entries()) {
      const there = existing[index];
      const name = policy.metadata.name;
      if (!there)
        await this.#send({
          method: 'POST',
          path: endpoints,
          body: { apiVersion: `${GROUP}/v1alpha1`, kind, metadata: { generateName: `${name}-` }, spec: wanted },
        });
      else if (!sameJson(there['spec'], wanted))
        await this.#patch(`${endpoints}/${there.metadata.name}`, { spec: wanted });
    }
    for (const { metadata } of existing.slice(chunks.length))
      await this.#send({ method: 'DELETE', path: `${endpoints}/${metadata.name}` });
  }

  #patch(path: string, body: object): Promise<unknown> {
    return this.#send({ method: 'PATCH', path, body, headers: { 'content-type': 'application/merge-patch+json' } });
  }

  /** @returns undefined where the kind is not served */
  async #list(path: string): Promise<KubernetesObject[] | undefined> {
    const { code, json } = await kubeRequest(this.#cluster.endpoint, this.#pair, { path });
    return code === 200 ? (json?.['items'] as KubernetesObject[]) : undefined;
  }

  async #send(request: KubeRequest): Promise<void> {
    const { code, text } = await kubeRequest(this.#cluster.endpoint, this.#pair, request);
    if (code > 299) throw new Error(`${request.method} ${request.path}: ${code} ${text}`);
  }
}

interface Order {
  /** Of the policy. */
  path: string;
  /** Where its endpoints are. */
  endpoints: string;
  kind: string;
  existing: KubernetesObject[];
  pods: KubernetesObject[];
  spec: Record<string, unknown>;
}

const isOf = ({ spec }: KubernetesObject, name: string | undefined): boolean =>
  record(record(spec)['policyRef'])['name'] === name;

function isListed({ spec, status }: KubernetesObject): boolean {
  const { podIP, phase } = record(status);
  return record(spec)['hostNetwork'] !== true && Boolean(podIP) && phase !== 'Succeeded' && phase !== 'Failed';
}

function entryOf({ metadata, status }: KubernetesObject) {
  const { podIP, hostIP } = record(status);
  return { name: metadata.name, namespace: metadata.namespace, podIP, hostIP };
}

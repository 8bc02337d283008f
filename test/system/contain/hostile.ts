/**
 * A namespace as an intruder would make it who is cluster-admin and expects to be contained: everything that containment
 * has to deal with, at least once. Beside it what must stay as it is: three namespaces of other people.
 */
import type { KubernetesObject } from '../../../functions/clients/kubernetes/kubernetes.ts';
import type { WritableKubernetes } from '../../../functions/clients/kubernetes/kubernetes-writer.ts';
import { listPath } from '../../../functions/kubernetes/object-path.ts';
import {
  clusterRoleBinding,
  modestPod,
  namespace,
  roleBinding,
  serviceAccountObject,
  subject,
  workload,
} from '../../../tools/record/incidents/objects.ts';

export const EVIL = 'cache-warmup';
export const OTHERS = ['shop', 'billing', 'tools'] as const;
/** Where the simulated nodes are; some pods are put there by name. */
const NODE = 'ip-10-0-1-11.ec2.internal';

export interface Hostile {
  uid: string;
  /** Tokens of its accounts, as its pods hold them. */
  tokens: { runner: string; controller: string; default: string };
  /** Token of an account of `shop` that shares a binding with one of the intruder's. */
  innocent: string;
  webhook: string;
  apiService: string;
  crd: { apiVersion: string; resource: string };
}

const signal = () => AbortSignal.timeout(60_000);

/** Creates objects of any kind by their manifest. */
export class Cluster {
  readonly #api: WritableKubernetes;
  #resources = new Map<string, { resource: string; namespaced: boolean }>();

  constructor(api: WritableKubernetes) {
    this.#api = api;
  }

  async learn(): Promise<void> {
    for (const { apiVersion, kind, resource, namespaced } of await this.#api.kinds(signal()))
      this.#resources.set(`${apiVersion} ${kind}`, { resource, namespaced });
  }

  async create(object: object): Promise<KubernetesObject> {
    const { apiVersion = '', kind = '', metadata } = object as KubernetesObject;
    const served = this.#resources.get(`${apiVersion} ${kind}`);
    if (!served) throw new Error(`${apiVersion} ${kind} is not served`);
    const path = listPath({ apiVersion, ...served, ...(served.namespaced && { namespace: metadata.namespace ?? '' }) });
    return this.#api.create(path, object, signal());
  }

  async createAll(...objects: object[]): Promise<void> {
    for (const object of objects) await this.create(object);
  }

  /** A token of an account, as a pod gets one. */
  async token(inNamespace: string, account: string): Promise<string> {
    const path = `/api/v1/namespaces/${inNamespace}/serviceaccounts/${account}/token`;
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } };
    const { status } = (await this.#api.create(path, body, signal())) as { status?: { token: string } };
    return status?.token ?? '';
  }
}

const inEvil = (name: string, more: object = {}) => ({ namespace: EVIL, name, ...more });
const pod = (name: string, more: object = {}, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: inEvil(name, { labels: { app: name }, ...metadata }),
  spec: { ...modestPod(name), ...more },
});
const template = (name: string, more: object = {}) => ({
  metadata: { labels: { app: name } },
  spec: { ...modestPod(name), ...more },
});
const selector = (app: string) => ({ matchLabels: { app } });

function workloads(): object[] {
  const batch = (kind: 'Job' | 'CronJob', name: string, spec: object) => ({
    apiVersion: 'batch/v1',
    kind,
    metadata: inEvil(name),
    spec,
  });
  const job = (name: string) => ({
    template: template(name, { restartPolicy: 'Never', serviceAccountName: 'runner' }),
  });
  return [
    workload('Deployment', EVIL, 'web', { ...modestPod('web'), serviceAccountName: 'runner' }, 3),
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: inEvil('store'),
      spec: {
        replicas: 1,
        serviceName: 'headless',
        selector: selector('store'),
        template: template('store'),
        // Made to lose the evidence when somebody scales it down.
        persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete', whenDeleted: 'Delete' },
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: {
              accessModes: ['ReadWriteOnce'],
              storageClassName: 'static',
              resources: { requests: { storage: '1Gi' } },
            },
          },
        ],
      },
    },
    workload('DaemonSet', EVIL, 'agent', modestPod('agent')),
    batch('Job', 'crunch', job('crunch')),
    batch('CronJob', 'again', { schedule: '* * * * *', jobTemplate: { spec: job('again') } }),
    {
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: inEvil('old'),
      spec: { replicas: 1, selector: { app: 'old' }, template: template('old') },
    },
    pod('bare', { serviceAccountName: 'runner' }),
    pod('crashing'),
    pod('clinging', {}, { finalizers: ['evil.example.com/never'] }),
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: inEvil('web'),
      spec: { maxUnavailable: 0, selector: selector('web') },
    },
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: inEvil('web'),
      spec: {
        minReplicas: 3,
        maxReplicas: 9,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      },
    },
  ];
}

function network(): object[] {
  const allowAll = (name: string, metadata: object = {}) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: inEvil(name, metadata),
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [{}], egress: [{}] },
  });
  const service = (name: string, spec: object) => ({ apiVersion: 'v1', kind: 'Service', metadata: inEvil(name), spec });
  const ports = [{ port: 443, targetPort: 8080 }];
  const slice = (name: string, serviceName: string) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: inEvil(name, {
      labels: {
        'kubernetes.io/service-name': serviceName,
        'endpointslice.kubernetes.io/managed-by': 'evil.example.com',
      },
    }),
    addressType: 'IPv4',
    ports: [{ port: 8080, protocol: 'TCP' }],
    endpoints: [{ addresses: ['10.9.9.9'], conditions: { ready: true } }],
  });
  return [
    allowAll('allow-all'),
    allowAll('namespace-sentinel-deny-all', { labels: { 'app.kubernetes.io/managed-by': 'namespace-sentinel' } }),
    allowAll('allow-for-ever', { finalizers: ['evil.example.com/never'] }),
    service('web', { type: 'LoadBalancer', selector: { app: 'web' }, ports }),
    service('node', { type: 'NodePort', selector: { app: 'bare' }, ports }),
    service('headless', { clusterIP: 'None', selector: { app: 'store' }, ports }),
    service('elsewhere', { type: 'ExternalName', externalName: 'drop.evil.example.com' }),
    service('manual', { ports }),
    service('hook', { selector: { app: 'bare' }, ports }),
    slice('manual-1', 'manual'),
    slice('web-more', 'web'),
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: inEvil('web'),
      spec: {
        rules: [
          {
            host: 'cdn.example.com',
            http: {
              paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 443 } } } }],
            },
          },
        ],
      },
    },
  ];
}

function access(): object[] {
  const runner = subject.account(EVIL, 'runner');
  return [
    roleBinding(EVIL, 'runner', 'admin', runner),
    roleBinding(EVIL, 'visitors', 'view', subject.user('friend')),
    roleBinding('shop', 'cache', 'edit', runner),
    roleBinding('billing', 'cache', 'edit', subject.group(`system:serviceaccounts:${EVIL}`)),
    roleBinding('tools', 'cache', 'view', runner, subject.account(EVIL, 'default')),
    clusterRoleBinding('cache-warmup', 'cluster-admin', subject.account(EVIL, 'controller')),
    roleBinding('shop', 'shared', 'edit', runner, subject.account('shop', 'till')),
    roleBinding('kube-system', 'cache', 'view', runner),
  ];
}

/** Enforces network policies: the VPC CNI's. What it is told to enforce, network-policy-controller.ts writes. */
export const NETWORK_AGENT = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { namespace: 'kube-system', name: 'aws-node' },
  spec: {
    selector: { matchLabels: { 'k8s-app': 'aws-node' } },
    template: {
      metadata: { labels: { 'k8s-app': 'aws-node' } },
      spec: {
        hostNetwork: true,
        containers: [
          { name: 'aws-node', image: 'amazon-k8s-cni:v1.22.4' },
          {
            name: 'aws-eks-nodeagent',
            image: 'aws-network-policy-agent:v1.4.3',
            args: ['--enable-network-policy=true'],
          },
        ],
      },
    },
  },
};

/** The namespaces of other people, and an agent that enforces network policies. */
export async function innocent(cluster: Cluster): Promise<void> {
  for (const name of OTHERS)
    await cluster.createAll(
      namespace(name),
      serviceAccountObject(name, 'till'),
      workload('Deployment', name, 'front', modestPod('front'), 1),
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { namespace: name, name: 'front' },
        spec: { selector: { app: 'front' }, ports: [{ port: 80 }] },
      },
      roleBinding(name, 'till', 'edit', subject.account(name, 'till')),
    );
  await cluster.create(NETWORK_AGENT);
}

/** Builds it all; the webhook that blocks every write comes last, by {@link trap}. */
export async function hostile(cluster: Cluster): Promise<Hostile> {
  const uid = (await cluster.create(namespace(EVIL, { team: 'platform' }))).metadata.uid ?? '';
  await cluster.createAll(
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'vol-store' },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'static',
        persistentVolumeReclaimPolicy: 'Retain',
        claimRef: { namespace: EVIL, name: 'data-store-0' },
        csi: { driver: 'ebs.csi.aws.com', volumeHandle: 'vol-0123456789abcdef0' },
      },
    },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: inEvil('targets'), data: { hosts: 'a\nb' } },
    { apiVersion: 'v1', kind: 'Secret', metadata: inEvil('loot'), stringData: { key: 'stolen' } },
    serviceAccountObject(EVIL, 'runner'),
    serviceAccountObject(EVIL, 'controller'),
    ...access(),
    ...network(),
    ...workloads(),
    customKind(),
  );
  const apiService = 'v1.metrics.evil.example.com';
  const hooked = {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: apiService },
    spec: {
      group: 'metrics.evil.example.com',
      version: 'v1',
      groupPriorityMinimum: 100,
      versionPriority: 100,
      insecureSkipTLSVerify: true,
      service: { namespace: EVIL, name: 'hook' },
    },
  };
  await cluster.create(hooked);
  const [runner, controller, fallback, till] = await Promise.all([
    cluster.token(EVIL, 'runner'),
    cluster.token(EVIL, 'controller'),
    cluster.token(EVIL, 'default'),
    cluster.token('shop', 'till'),
  ]);
  return {
    uid,
    tokens: { runner, controller, default: fallback },
    innocent: till,
    webhook: 'cache-warmup',
    apiService,
    crd: { apiVersion: 'evil.example.com/v1', resource: 'minions' },
  };
}

const customKind = () => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'minions.evil.example.com' },
  spec: {
    group: 'evil.example.com',
    scope: 'Namespaced',
    names: { plural: 'minions', singular: 'minion', kind: 'Minion' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        },
      },
    ],
  },
});

/** A webhook on everything with its backend in the namespace: cut off, it blocks every write in the cluster. */
export const trap = (name: string) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name },
  webhooks: [
    {
      name: 'all.evil.example.com',
      failurePolicy: 'Fail',
      timeoutSeconds: 1,
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*'] }],
      clientConfig: { service: { namespace: EVIL, name: 'hook', path: '/' } },
    },
  ],
});

/** Puts a pod on a node by name, and lets it crash: the kubelet's part, which nobody plays here. */
export const CRASHING = { name: 'crashing', node: NODE };

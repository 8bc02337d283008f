/** A small hostile namespace under any name: one or two of each kind that containment touches, made in less than a second. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject } from '../../../functions/clients/kubernetes/kubernetes.ts';
import type { WritableKubernetes } from '../../../functions/clients/kubernetes/kubernetes-writer.ts';
import { inParallel } from '../../../functions/kit/in-parallel.ts';
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
import { until } from '../until.ts';
import type { Cluster } from './hostile.ts';

/** Where others live: its bindings are of accounts of the hostile namespaces, or of `till` too. */
export const NEIGHBOUR = 'neighbour';

const PORTS = [{ port: 443, targetPort: 8080 }];
const template = (app: string) => ({ metadata: { labels: { app } }, spec: modestPod(app) });
/** What runs in it once its controllers have done their work: of each owner one, and two without. */
const PODS = 6;

const signal = () => AbortSignal.timeout(60_000);

export const neighbour = (): object[] => [namespace(NEIGHBOUR), serviceAccountObject(NEIGHBOUR, 'till')];

function inside(name: string): object[] {
  const at = (object: string, more: object = {}) => ({ namespace: name, name: object, ...more });
  const service = (object: string, spec: object) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: at(object),
    spec: { ports: PORTS, ...spec },
  });
  const policy = (object: string, more: object = {}) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: at(object, more),
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [{}], egress: [{}] },
  });
  const pod = (object: string, more: object = {}) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: at(object, { labels: { app: object }, ...more }),
    spec: modestPod(object),
  });
  // Its pod waits for a node for ever: one that runs is done at some moment, and then is nothing to be stopped.
  const job = (app: string) => {
    const { metadata, spec } = template(app);
    return { template: { metadata, spec: { ...spec, restartPolicy: 'Never', nodeSelector: { nowhere: 'yes' } } } };
  };
  const backend = { service: { name: 'web', port: { number: 443 } } };
  return [
    serviceAccountObject(name, 'runner'),
    workload('Deployment', name, 'web', { ...modestPod('web'), serviceAccountName: 'runner' }, 1),
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: at('store'),
      spec: {
        replicas: 1,
        serviceName: 'web',
        selector: { matchLabels: { app: 'store' } },
        template: template('store'),
      },
    },
    // On a node that is not there: it makes no pod, and is to be stopped all the same.
    workload('DaemonSet', name, 'agent', { ...modestPod('agent'), nodeSelector: { nowhere: 'yes' } }),
    { apiVersion: 'batch/v1', kind: 'Job', metadata: at('crunch'), spec: job('crunch') },
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: at('yearly'),
      spec: { schedule: '0 0 29 2 *', jobTemplate: { spec: job('yearly') } },
    },
    {
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: at('old'),
      spec: { replicas: 1, selector: { app: 'old' }, template: template('old') },
    },
    pod('bare'),
    pod('clinging', { finalizers: ['evil.example.com/never'] }),
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: at('web'),
      spec: {
        minReplicas: 1,
        maxReplicas: 3,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      },
    },
    policy('allow-all'),
    policy('allow-for-ever', { finalizers: ['evil.example.com/never'] }),
    service('web', { selector: { app: 'web' } }),
    service('manual', {}),
    service('elsewhere', { type: 'ExternalName', externalName: 'drop.evil.example.com' }),
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: at('manual-1', { labels: { 'kubernetes.io/service-name': 'manual' } }),
      addressType: 'IPv4',
      ports: [{ port: 8080, protocol: 'TCP' }],
      endpoints: [{ addresses: ['10.9.9.9'], conditions: { ready: true } }],
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: at('web'),
      spec: { rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }] },
    },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: at('targets'), data: { hosts: 'a' } },
    roleBinding(name, 'runner', 'edit', subject.account(name, 'runner')),
    roleBinding(NEIGHBOUR, `${name}-view`, 'view', subject.account(name, 'runner')),
    roleBinding(
      NEIGHBOUR,
      `${name}-shared`,
      'view',
      subject.account(name, 'runner'),
      subject.account(NEIGHBOUR, 'till'),
    ),
    clusterRoleBinding(`${name}-all`, 'view', subject.group(`system:serviceaccounts:${name}`)),
  ];
}

/** @returns its UID, once its controllers have come to rest */
export async function small(maker: Cluster, api: WritableKubernetes, name: string): Promise<string> {
  const { uid = '' } = (await maker.create(namespace(name, { team: 'platform' }))).metadata;
  await maker.createAll(...inside(name));
  await until(`the pods of ${name} run`, async () => {
    const { items } = await api.list(`/api/v1/namespaces/${name}/pods`, signal());
    const phases = items.map(({ status }) => (status as { phase?: string } | undefined)?.phase);
    return phases.length === PODS && phases.filter((phase) => phase === 'Running').length === PODS - 1;
  });
  await until(`the Service of ${name} leads to its pod`, async () => (await endpointsOf(api, name)) === 2);
  return uid;
}

/** How many addresses its slices hold. */
export async function endpointsOf(api: WritableKubernetes, name: string): Promise<number> {
  const { items } = await api.list(`/apis/discovery.k8s.io/v1/namespaces/${name}/endpointslices`, signal());
  return items.flatMap(({ endpoints }) => (endpoints as unknown[] | null) ?? []).length;
}

/** Kinds to which the control plane itself writes what has to stay out of a comparison. */
const RESTLESS = new Set(['events', 'leases']);
/** What the API server or a controller chose. */
const CHOSEN = new Set([
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'managedFields',
  'ownerReferences',
  'selfLink',
  'clusterIP',
  'clusterIPs',
  'nodePort',
  'healthCheckNodePort',
  'nodeName',
  'status',
  'deletionTimestamp',
  'addresses',
  'targetRef',
  'conditions',
  'zone',
  'topology.kubernetes.io/zone',
  'endpoints.kubernetes.io/last-change-trigger-time',
  'deployment.kubernetes.io/revision',
  'batch.kubernetes.io/controller-uid',
  'controller-uid',
  'pod-template-hash',
  'deprecated.daemonset.template.generation',
]);

/**
 * All objects of a namespace and the bindings elsewhere that name it, each as one line of what somebody asked for, and
 * without what is different each time: names that are made up, UIDs, addresses. Two namespaces in the same state are equal.
 *
 * @param leftOut kinds by their plural
 */
export async function stateOf(
  api: WritableKubernetes,
  name: string,
  uid: string,
  leftOut: readonly string[] = [],
): Promise<string[]> {
  const kinds = (await api.kinds(signal())).filter(
    ({ verbs, resource }) => verbs.includes('list') && !RESTLESS.has(resource) && !leftOut.includes(resource),
  );
  const about = (object: KubernetesObject) => JSON.stringify(object['subjects'] ?? []).includes(name);
  const lists = await inParallel(kinds, 6, async ({ apiVersion, resource, namespaced }) => {
    const bindings = /^(?:cluster)?rolebindings$/.test(resource);
    if (!namespaced && !bindings && resource !== 'namespaces') return [];
    const everywhere = bindings || !namespaced;
    const { items } = await api.list(
      listPath({ apiVersion, resource, ...(!everywhere && { namespace: name }) }),
      signal(),
    );
    return (
      items
        .filter((item) => (resource === 'namespaces' ? item.metadata.name === name : true))
        // Made for a Service that has a selector for the moment, and left behind without addresses.
        .filter(({ metadata, endpoints }) => resource !== 'endpointslices' || !metadata['generateName'] || endpoints)
        .filter((item) => !bindings || item.metadata.namespace === name || about(item))
        .map((item) => `${resource} ${plain(item)}`)
    );
  });
  return lists
    .flat()
    .map((line) => line.replaceAll(uid, '<uid>').replaceAll(name, '<name>'))
    .sort();
}

function plain(object: KubernetesObject): string {
  const { name = '', generateName } = object.metadata as { name?: string; generateName?: string };
  // An owner's object is named after it, with letters that are chosen.
  const shown = generateName ? `${generateName}*` : name.replace(/^web-[0-9a-f]{8,10}$/, 'web-*');
  return JSON.stringify({ ...object, metadata: { ...object.metadata, name: shown } }, (key, value) => {
    // What release has restored carries a mark.
    if (key === 'labels' && Object.keys(Object(value)).join() === 'namespace-sentinel.io/restored') return undefined;
    if (key === 'annotations' && Object.keys(value).every((each) => CHOSEN.has(each))) return undefined;
    // Taken off when the Job has counted the pod.
    if (key === 'finalizers' && value.includes('batch.kubernetes.io/job-tracking')) return undefined;
    if (CHOSEN.has(key)) return key === 'deletionTimestamp' ? 'going' : undefined;
    return typeof value === 'string' ? value.replace(/^kube-api-access-\w+$/, 'kube-api-access-*') : value;
  });
}

/** So many looks, half a second apart. */
const LOOKS = 40;

/** Controllers come after: looked at until it is so, or for some seconds. @returns what differs, as lines */
export async function differing(look: () => Promise<string[]>, expected: readonly string[]): Promise<string[]> {
  for (let looks = 1; ; looks++) {
    const is = await look();
    const short = (line: string) => line.slice(0, 1_000);
    const found = [
      ...expected.filter((line) => !is.includes(line)).map((line) => `- ${short(line)}`),
      ...is.filter((line) => !expected.includes(line)).map((line) => `+ ${short(line)}`),
      ...(is.length === expected.length ? [] : [`${is.length} objects, not ${expected.length}`]),
    ];
    if (found.length === 0 || looks >= LOOKS) return found;
    await sleep(500);
  }
}

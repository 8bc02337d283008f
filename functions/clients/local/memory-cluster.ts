/** A cluster in memory, for the demo and for tests: what a step reads and writes, by the API's own rules as far as steps rest on them. */
import { randomUUID } from 'node:crypto';
import { KubernetesError } from '../../contract/errors.ts';
import { listPath } from '../../kubernetes/object-path.ts';
import type {
  AccessAnswer,
  AccessQuestion,
  KubernetesList,
  KubernetesObject,
  ServedKind,
} from '../kubernetes/kubernetes.ts';
import type { DeleteOptions, WritableKubernetes, WriteOptions } from '../kubernetes/kubernetes-writer.ts';
import { accessByRbac } from './rbac-authorizer.ts';
import { selects } from './selector.ts';

export type Kind = [apiVersion: string, kind: string, resource: string, namespaced?: boolean];

const RBAC = 'rbac.authorization.k8s.io/v1';
const KINDS: readonly Kind[] = [
  ...([
    ['v1', 'Namespace', 'namespaces', false],
    ['v1', 'Node', 'nodes', false],
    ['v1', 'PersistentVolume', 'persistentvolumes', false],
    [RBAC, 'ClusterRole', 'clusterroles', false],
    [RBAC, 'ClusterRoleBinding', 'clusterrolebindings', false],
    ['apiregistration.k8s.io/v1', 'APIService', 'apiservices', false],
    ['apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'customresourcedefinitions', false],
    ...[
      'ValidatingWebhookConfiguration',
      'MutatingWebhookConfiguration',
      'ValidatingAdmissionPolicy',
      'ValidatingAdmissionPolicyBinding',
    ].map(
      (kind): Kind => ['admissionregistration.k8s.io/v1', kind, `${kind.toLowerCase().replace(/y$/, 'ie')}s`, false],
    ),
  ] satisfies Kind[]),
  ...[
    'Pod',
    'Service',
    'ServiceAccount',
    'ConfigMap',
    'Secret',
    'ResourceQuota',
    'Event',
    'PersistentVolumeClaim',
    'ReplicationController',
  ].map((kind): Kind => ['v1', kind, `${kind.toLowerCase()}s`]),
  ['v1', 'Endpoints', 'endpoints'],
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'].map(
    (kind): Kind => ['apps/v1', kind, `${kind.toLowerCase()}s`],
  ),
  ...['Job', 'CronJob'].map((kind): Kind => ['batch/v1', kind, `${kind.toLowerCase()}s`]),
  ['autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'],
  ['policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'],
  ['networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies'],
  ['networking.k8s.io/v1', 'Ingress', 'ingresses'],
  ['discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices'],
  [RBAC, 'Role', 'roles'],
  [RBAC, 'RoleBinding', 'rolebindings'],
];

/** What a write is refused with before it is done: to play an API server that fails, or a process that dies. */
export type Fault = (verb: string, path: string) => Error | undefined;

export class MemoryCluster implements WritableKubernetes {
  readonly #objects = new Map<string, KubernetesObject>();
  readonly #kinds: ServedKind[] = [];
  #version = 0;
  /** Every write that was let through, dry runs left out: `patch /api/v1/namespaces/x`. */
  readonly writes: string[] = [];
  fault: Fault = () => undefined;

  /**
   * @param extra kinds beside the usual ones
   * @param kinds the usual ones
   */
  constructor(objects: readonly object[] = [], extra: readonly Kind[] = [], kinds: readonly Kind[] = KINDS) {
    this.serve(...kinds, ...extra);
    for (const object of objects) this.add(object);
  }

  /** Serves these kinds as well. */
  serve(...kinds: readonly Kind[]): void {
    const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update'];
    for (const [apiVersion, kind, resource, namespaced = true] of kinds)
      this.#kinds.push({ apiVersion, kind, resource, namespaced, verbs });
  }

  /** Puts an object in as it is; what the API server would set is filled in. */
  add(object: object): KubernetesObject {
    const whole = structuredClone(object) as KubernetesObject;
    const served = this.#kinds.find(({ kind, apiVersion }) => kind === whole.kind && apiVersion === whole.apiVersion);
    if (!served) throw new Error(`no such kind: ${whole.apiVersion} ${whole.kind}`);
    const path = listPath({ ...served, ...(served.namespaced && { namespace: whole.metadata.namespace ?? '' }) });
    return this.#store(`${path}/${whole.metadata.name}`, whole);
  }

  async connect(): Promise<this> {
    return this;
  }

  /** The object at a path, without asking as anybody. */
  at(path: string): KubernetesObject | undefined {
    return structuredClone(this.#objects.get(path));
  }

  async read(path: string, signal: AbortSignal): Promise<KubernetesObject | undefined> {
    signal.throwIfAborted();
    return this.at(decodeURIComponent(path));
  }

  async list(
    path: string,
    signal: AbortSignal,
    {
      max = Number.POSITIVE_INFINITY,
      labelSelector = '',
      fieldSelector = '',
    }: { max?: number; labelSelector?: string; fieldSelector?: string } = {},
  ): Promise<KubernetesList> {
    signal.throwIfAborted();
    const [, api = '', resource = ''] = /^(.+)\/([^/]+)$/.exec(path) ?? [];
    const all = [...this.#objects]
      .filter(([key]) => {
        const parent = key.slice(0, key.lastIndexOf('/'));
        return (
          parent === path ||
          (parent.startsWith(`${api}/namespaces/`) &&
            parent.split('/').at(-1) === resource &&
            parent !== `${api}/namespaces` &&
            !api.includes('/namespaces/'))
        );
      })
      .map(([, object]) => structuredClone(object))
      .filter((object) => isSelected(object, fieldSelector))
      .filter((object) => selects(labelSelector, (label) => object.metadata.labels?.[label]));
    return { items: all.slice(0, max), complete: all.length <= max, total: all.length };
  }

  async listMetadata(path: string, signal: AbortSignal, options?: { max?: number }): Promise<KubernetesList> {
    const { items, ...rest } = await this.list(path, signal, options);
    return { items: items.map(({ metadata }) => ({ metadata })), ...rest };
  }

  async may(question: AccessQuestion): Promise<AccessAnswer> {
    const all = (resource: string) =>
      [...this.#objects].filter(([path]) => path.split('/').at(-2) === resource).map(([, object]) => object);
    return accessByRbac(question, {
      clusterRoles: all('clusterroles'),
      roles: all('roles'),
      clusterRoleBindings: all('clusterrolebindings'),
      roleBindings: all('rolebindings'),
    });
  }

  async kinds(): Promise<ServedKind[]> {
    return structuredClone(this.#kinds);
  }

  async create(
    path: string,
    object: object,
    signal: AbortSignal,
    options: WriteOptions = {},
  ): Promise<KubernetesObject> {
    this.#allow('create', path, signal);
    const whole = structuredClone(object) as KubernetesObject;
    const { generateName } = whole.metadata as { generateName?: string };
    whole.metadata.name ??= `${generateName}${randomUUID().slice(0, 5)}`;
    const key = `${path}/${whole.metadata.name}`;
    if (this.#objects.has(key))
      throw new KubernetesError(409, 'AlreadyExists', `${whole.metadata.name} already exists`);
    const namespace = /\/namespaces\/([^/]+)\//.exec(`${path}/`)?.[1];
    if (namespace && path !== `/api/v1/namespaces`) whole.metadata.namespace = namespace;
    whole.metadata.uid = randomUUID();
    if (options.dryRun) return whole;
    this.writes.push(`create ${key}`);
    return structuredClone(this.#store(key, whole));
  }

  async patch(
    path: string,
    change: object,
    signal: AbortSignal,
    options: WriteOptions = {},
  ): Promise<KubernetesObject> {
    this.#allow('patch', path, signal);
    const target = path.replace(/\/(status|scale)$/, '');
    const old = this.#existing(target);
    this.#compare(old, (change as Partial<KubernetesObject>).metadata ?? {}, path.split('/').at(-2) === 'namespaces');
    const whole = merged(old, change) as KubernetesObject;
    if (options.dryRun) return whole;
    this.writes.push(`patch ${path}`);
    return structuredClone(this.#store(target, whole));
  }

  async remove(path: string, signal: AbortSignal, options: DeleteOptions = {}): Promise<boolean> {
    this.#allow('remove', path, signal);
    const old = this.#objects.get(path);
    if (!old) return false;
    this.#compare(old, { ...(options.uid && { uid: options.uid }) });
    if (options.dryRun) return true;
    this.writes.push(`remove ${path}`);
    const { finalizers } = old.metadata as { finalizers?: string[] };
    if (finalizers?.length)
      this.#store(path, merged(old, { metadata: { deletionTimestamp: new Date().toISOString() } }) as KubernetesObject);
    else this.#objects.delete(path);
    return true;
  }

  /** What containers have written, by a part of the path that asks for it. */
  readonly logs = new Map<string, readonly string[]>();

  async stream(path: string, signal: AbortSignal, take: (part: Uint8Array) => void): Promise<void> {
    this.#allow('stream', path, signal);
    const [, parts = [`2026-11-26T09:59:00.5Z log of ${path}\n`]] =
      [...this.logs].find(([part]) => path.includes(part)) ?? [];
    for (const part of parts) {
      signal.throwIfAborted();
      take(Buffer.from(part));
    }
  }

  #allow(verb: string, path: string, signal: AbortSignal): void {
    signal.throwIfAborted();
    const fault = this.fault(verb, path);
    if (fault) throw fault;
  }

  #existing(path: string): KubernetesObject {
    const object = this.#objects.get(path);
    if (!object) throw new KubernetesError(404, 'NotFound', `${path} not found`);
    return object;
  }

  #compare(old: KubernetesObject, wanted: { uid?: string; resourceVersion?: unknown }, namespace = false): void {
    if (wanted.uid !== undefined && wanted.uid !== old.metadata.uid)
      throw new KubernetesError(namespace ? 422 : 409, namespace ? 'Invalid' : 'Conflict', 'another UID');
    if (wanted.resourceVersion !== undefined && wanted.resourceVersion !== old.metadata['resourceVersion'])
      throw new KubernetesError(409, 'Conflict', 'the object has been modified');
  }

  #store(path: string, object: KubernetesObject): KubernetesObject {
    object.metadata.uid ??= randomUUID();
    object.metadata.creationTimestamp ??= '2026-01-01T00:00:00Z';
    object.metadata['resourceVersion'] = String(++this.#version);
    const { finalizers, deletionTimestamp } = object.metadata as { finalizers?: string[]; deletionTimestamp?: string };
    if (deletionTimestamp && !finalizers?.length) this.#objects.delete(path);
    else this.#objects.set(path, object);
    return object;
  }
}

/** RFC 7386. */
function merged(target: unknown, change: unknown): unknown {
  if (typeof change !== 'object' || change === null || Array.isArray(change)) return structuredClone(change);
  const base: Record<string, unknown> =
    typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete base[key];
    else base[key] = merged(base[key], value);
  }
  return base;
}

/** By `path=value`, as the API server knows it for a few paths of each kind. */
function isSelected(object: KubernetesObject, fieldSelector: string): boolean {
  if (fieldSelector === '') return true;
  const [path = '', value = ''] = fieldSelector.split('=');
  const found = path.split('.').reduce<unknown>((within, key) => Object(within)[key], object);
  return found === value;
}

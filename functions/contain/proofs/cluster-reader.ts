import type { Kubernetes, KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import type { StepRecord, Target } from '../../contract/containment.ts';
import type { StepKey } from '../../contract/playbook-steps.ts';
import { defined } from '../../kit/defined.ts';
import { listPath } from '../../kubernetes/object-path.ts';
import type { WriteResult } from '../framework/actuator.ts';
import { rights } from '../framework/needs.ts';
import type { StepContext } from '../framework/step.ts';
import { groupOf } from '../isolation/api-kinds.ts';
import type { Snapshot, SnapshotObject } from '../snapshot/snapshot.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';
const ofRbac = (resource: string): string => `${resource}.rbac.authorization.k8s.io`;

/** What the reader asks for {@link ClusterReader.accounts}, {@link ClusterReader.bindings} and {@link ClusterReader.roles}. */
export const ACCOUNT_RIGHTS = rights(['list'], 'serviceaccounts');
export const BINDING_RIGHTS = rights(['list'], ...['clusterrolebindings', 'rolebindings'].map(ofRbac));
export const ROLE_RIGHTS = rights(['list'], ...['clusterroles', 'roles'].map(ofRbac));

/**
 * What proofs look at. Each thing is read once for all of them, so that they are about the same moment. Only a complete
 * list proves an absence: an incomplete one throws.
 */
export class ClusterReader {
  readonly context: StepContext;
  readonly target: Target;
  readonly kubernetes: Kubernetes;
  readonly signal: AbortSignal;
  readonly #read = new Map<string, Promise<unknown>>();

  constructor(context: StepContext) {
    this.context = context;
    this.target = context.run.target;
    this.kubernetes = context.cluster.kubernetes;
    this.signal = context.signal;
  }

  /** @throws where it is gone, or another one by now */
  namespace(): Promise<KubernetesObject> {
    return this.#once('namespace', async () => {
      const { namespace, uid } = this.target;
      const live = await this.kubernetes.read(`/api/v1/namespaces/${namespace}`, this.signal);
      if (!live) throw new Error(`the namespace ${namespace} is gone`);
      if (live.metadata.uid !== uid) throw new Error(`it is another namespace by now: its UID is ${live.metadata.uid}`);
      return live;
    });
  }

  /** All objects of a kind, in the target or in the cluster. */
  list(apiVersion: string, resource: string, where: 'inside' | 'everywhere' = 'inside'): Promise<KubernetesObject[]> {
    const path = listPath({
      apiVersion,
      resource,
      ...defined({ namespace: where === 'inside' ? this.target.namespace : undefined }),
    });
    return this.#once(path, () => this.whole(path));
  }

  /** All objects at a path, read again even where they were read before. @throws where not all could be listed */
  async whole(path: string, labelSelector?: string): Promise<KubernetesObject[]> {
    const options = labelSelector === undefined ? {} : { labelSelector };
    const { items, complete } = await this.kubernetes.list(path, this.signal, options);
    if (!complete) throw new Error(`not all ${path.split('/').pop()} could be listed`);
    return items;
  }

  /** All objects at a path that carry a label. */
  labelled(path: string, labelSelector: string): Promise<KubernetesObject[]> {
    return this.#once(`${path}?${labelSelector}`, () => this.whole(path, labelSelector));
  }

  /** All objects of a kind; undefined where the cluster does not serve it. */
  async served(
    group: string,
    kind: string,
    where: 'inside' | 'everywhere' = 'inside',
  ): Promise<KubernetesObject[] | undefined> {
    const kinds = await this.#once('kinds', () => this.kubernetes.kinds(this.signal));
    const found = kinds.find((each) => each.kind === kind && groupOf(each.apiVersion) === group);
    return found && this.list(found.apiVersion, found.resource, where);
  }

  pods(): Promise<KubernetesObject[]> {
    return this.list('v1', 'pods');
  }

  accounts(): Promise<KubernetesObject[]> {
    return this.list('v1', 'serviceaccounts');
  }

  /** Role bindings and cluster role bindings, of the whole cluster. */
  async bindings(): Promise<KubernetesObject[]> {
    const lists = await Promise.all([
      this.list(RBAC, 'clusterrolebindings', 'everywhere'),
      this.list(RBAC, 'rolebindings', 'everywhere'),
    ]);
    return lists.flat();
  }

  /** Roles of the whole cluster. */
  async roles(): Promise<KubernetesObject[]> {
    const lists = await Promise.all([
      this.list(RBAC, 'clusterroles', 'everywhere'),
      this.list(RBAC, 'roles', 'everywhere'),
    ]);
    return lists.flat();
  }

  /** @throws where there is no snapshot: without it nobody knows what there was */
  async snapshots(): Promise<Snapshot[]> {
    const snapshots = await this.#once('snapshots', () => this.context.folder.snapshots());
    if (snapshots.length === 0) throw new Error('there is no snapshot to compare with');
    return snapshots;
  }

  /** Objects of a kind as they were before anything was changed. */
  async before(kind: string): Promise<SnapshotObject['object'][]> {
    const objects = (await this.snapshots()).flatMap((snapshot) => snapshot.objects.map(({ object }) => object));
    return objects.filter((object) => object.kind === kind);
  }

  /** What a step of this run wrote down, or of the last run that came to it. */
  record(step: StepKey): Promise<StepRecord | undefined> {
    const { folder } = this.context;
    return this.#once(`record ${step}`, async () => (await folder.record(step)) ?? folder.lastRecord(step));
  }

  /** Tries something that must be refused. @param path below the target's namespace, as `pods` */
  attempt(path: string, object: object, options: { dryRun: boolean }): Promise<WriteResult> {
    return this.context.cluster.attempt(`/api/v1/namespaces/${this.target.namespace}/${path}`, object, options);
  }

  #once<T>(key: string, read: () => Promise<T>): Promise<T> {
    const known = this.#read.get(key) as Promise<T> | undefined;
    const reading = known ?? read();
    this.#read.set(key, reading);
    return reading;
  }
}

import { KubernetesError } from '../../contract/errors.ts';
import { listPath } from '../../kubernetes/object-path.ts';
import type {
  AccessAnswer,
  AccessQuestion,
  Kubernetes,
  KubernetesAccess,
  KubernetesList,
  KubernetesObject,
  ServedKind,
} from '../kubernetes/kubernetes.ts';
import { accessByRbac } from './rbac-authorizer.ts';
import { kindsOf, listingsOf, type RecordedAnswers, type RecordedListing } from './recorded-answers.ts';
import { selects } from './selector.ts';

/** Answers as a cluster would, from what its API server once answered: for the demo and for tests. */
export class LocalKubernetes implements Kubernetes, KubernetesAccess {
  readonly #listings: ReadonlyMap<string, RecordedListing>;
  readonly #kinds: readonly ServedKind[];
  /** The API paths of kinds that were served and are not in the recording. */
  readonly #left: ReadonlySet<string>;

  /** @throws when a listing is not valid */
  constructor(recording: RecordedAnswers) {
    this.#listings = listingsOf(recording);
    this.#kinds = kindsOf(recording, this.#listings);
    const paths = this.#kinds.map(listPath);
    this.#left = new Set(paths.filter((path) => !this.#listings.has(path)));
  }

  async connect(): Promise<Kubernetes> {
    return this;
  }

  async read(path: string, signal: AbortSignal): Promise<KubernetesObject | undefined> {
    signal.throwIfAborted();
    const [, parent = '', name = ''] = /^(.+)\/([^/]+)$/.exec(path) ?? [];
    return structuredClone(this.#items(parent).find(({ metadata }) => metadata.name === decodeURIComponent(name)));
  }

  async list(
    path: string,
    signal: AbortSignal,
    options: { max?: number; labelSelector?: string; fieldSelector?: string } = {},
  ): Promise<KubernetesList> {
    signal.throwIfAborted();
    const { max = Number.POSITIVE_INFINITY, labelSelector = '', fieldSelector = '' } = options;
    const all = this.#items(path).filter(
      (item) =>
        selects(labelSelector, (label) => item.metadata.labels?.[label]) &&
        selects(fieldSelector, (field) => valueAt(item, field)),
    );
    const complete = all.length <= max;
    const total = !labelSelector && !fieldSelector ? { total: all.length } : {};
    return { items: structuredClone(complete ? all : all.slice(0, max)), complete, ...total };
  }

  async listMetadata(path: string, signal: AbortSignal, options: { max?: number } = {}): Promise<KubernetesList> {
    const { items, ...rest } = await this.list(path, signal, options);
    const what = { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata' };
    return { items: items.map(({ metadata }) => ({ ...what, metadata })), ...rest };
  }

  /** By the recorded roles and bindings; what EKS access policies add is not in them. */
  async may(question: AccessQuestion, signal: AbortSignal): Promise<AccessAnswer> {
    signal.throwIfAborted();
    const all = (resource: string) => this.#items(`/apis/rbac.authorization.k8s.io/v1/${resource}`);
    return accessByRbac(question, {
      clusterRoles: all('clusterroles'),
      roles: all('roles'),
      clusterRoleBindings: all('clusterrolebindings'),
      roleBindings: all('rolebindings'),
    });
  }

  async kinds(signal: AbortSignal): Promise<ServedKind[]> {
    signal.throwIfAborted();
    return structuredClone([...this.#kinds]);
  }

  /**
   * The objects at a path; of one namespace, those among all objects that are in it.
   *
   * @throws where the recording cannot tell
   */
  #items(path: string): readonly KubernetesObject[] {
    const [, api = '', namespace = '', resource = ''] = /^(.+)\/namespaces\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
    const whole = resource ? `${api}/${resource}` : path;
    if (this.#left.has(whole)) throw new KubernetesError(0, 'NotRecorded', `the recording does not hold ${whole}`);
    const items = this.#listings.get(whole)?.items ?? [];
    return resource ? items.filter(({ metadata }) => metadata.namespace === decodeURIComponent(namespace)) : items;
  }
}

const valueAt = (object: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object);

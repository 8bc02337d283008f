import { KubernetesError } from '../../contract/errors.ts';
import { defined } from '../../kit/defined.ts';
import { list, record } from '../../kit/json.ts';
import type { ApiServer } from './api-server.ts';
import { KubeHttp, type KubeHttpOptions } from './kube-http.ts';
import type {
  AccessAnswer,
  AccessQuestion,
  Kubernetes,
  KubernetesList,
  KubernetesObject,
  ServedKind,
} from './kubernetes.ts';

export const JSON_TYPE = 'application/json';
/** Without a fallback: a server that cannot leave the data out answers 406, and nothing is read. */
const METADATA_TYPE = `${JSON_TYPE};as=PartialObjectMetadataList;g=meta.k8s.io;v=v1`;
/** Aggregated discovery: all groups in one answer. Kubernetes 1.30; beta before. */
const DISCOVERY_TYPE = ['v2', 'v2beta1']
  .map((version) => `${JSON_TYPE};g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .join(',');

/** Objects a page; and where such a page is too large to be read: no ten objects are, etcd keeps them small. */
const PAGE = 500;
const SMALL_PAGE = 10;
/** A listing ends here, so that one who makes many large objects does not exhaust our memory. */
const MAX_LIST_BYTES = 48 * 1024 * 1024;

interface ListOptions {
  max?: number;
  labelSelector?: string;
  fieldSelector?: string;
}

/** Asks a real API server. */
export class KubeApi implements Kubernetes {
  protected readonly http: KubeHttp;

  constructor(to: ApiServer, options?: KubeHttpOptions) {
    this.http = new KubeHttp(to, options);
  }

  async read(path: string, signal: AbortSignal): Promise<KubernetesObject | undefined> {
    try {
      const { json } = await this.http.ask({ path, accept: JSON_TYPE }, signal);
      return objectOf(json) ?? invalid('an object');
    } catch (error) {
      if (isCode(error, 404)) return undefined;
      throw error;
    }
  }

  list(path: string, signal: AbortSignal, options: ListOptions = {}): Promise<KubernetesList> {
    return this.#pages(path, JSON_TYPE, options, signal);
  }

  listMetadata(path: string, signal: AbortSignal, options: { max?: number } = {}): Promise<KubernetesList> {
    return this.#pages(path, METADATA_TYPE, options, signal);
  }

  async may(question: AccessQuestion, signal: AbortSignal): Promise<AccessAnswer> {
    const { user, groups, uid, extra, verb, group = '', resource, subresource, namespace, name } = question;
    const resourceAttributes = { verb, group, resource, subresource, namespace, name };
    const body = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user, groups, uid, extra, resourceAttributes },
    };
    const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
    const { json } = await this.http.ask({ path, accept: JSON_TYPE, body }, signal);
    const { allowed, reason, evaluationError } = record(record(json).status);
    if (typeof allowed !== 'boolean') return invalid('an access review');
    return {
      allowed,
      ...defined({
        reason: typeof reason === 'string' && reason ? reason : undefined,
        evaluationError: typeof evaluationError === 'string' && evaluationError ? evaluationError : undefined,
      }),
    };
  }

  async kinds(signal: AbortSignal): Promise<ServedKind[]> {
    const answers = await Promise.all(
      ['/api', '/apis'].map((path) => this.http.ask({ path, accept: DISCOVERY_TYPE }, signal)),
    );
    return answers.flatMap(({ json }) => list(record(json).items).flatMap(kindsOfGroup));
  }

  async #pages(path: string, accept: string, options: ListOptions, signal: AbortSignal): Promise<KubernetesList> {
    const { max = Number.POSITIVE_INFINITY } = options;
    let items: KubernetesObject[] = [];
    let [bytes, pageSize, restarted] = [0, PAGE, false];
    let next: string | undefined;
    for (;;) {
      const limit = Math.min(pageSize, max - items.length);
      try {
        const answer = await this.http.ask({ path: path + query({ ...options, limit, next }), accept }, signal);
        const page = pageOf(answer.json);
        const seen = items.length + page.items.length;
        items.push(...page.items.slice(0, limit)); // an aggregated API may not know about limits
        bytes += answer.bytes;
        next = page.next;
        if (!next || items.length >= max || bytes >= MAX_LIST_BYTES)
          return { items, complete: !next && items.length === seen, ...totalOf(seen, !next, page.remaining) };
      } catch (error) {
        if (isCode(error, 404) && !next) return { items: [], complete: true, total: 0 };
        if (error instanceof KubernetesError && error.reason === 'TooLarge' && limit > SMALL_PAGE)
          pageSize = SMALL_PAGE;
        else if (isCode(error, 410) && next) {
          // The pages are of one moment, which the API server forgets after some minutes.
          if (restarted) return { items, complete: false };
          [items, bytes, next, restarted] = [[], 0, undefined, true];
        } else throw error;
      }
    }
  }
}

const isCode = (error: unknown, code: number): boolean => error instanceof KubernetesError && error.code === code;

export function invalid(what: string): never {
  throw new KubernetesError(200, 'InvalidAnswer', `the API server answered something that is not ${what}`);
}

/** What stands in metadata as a list of records, and as texts by key. */
const LISTED = ['ownerReferences', 'managedFields'];
const KEYED = ['labels', 'annotations'];

/** Behind an aggregated API is a server of somebody: metadata of another shape than the API has counts as absent. */
function metadataOf(value: unknown): Record<string, unknown> {
  const metadata = { ...record(value) };
  for (const field of LISTED)
    if (field in metadata)
      metadata[field] = list(metadata[field]).filter((each) => Object.keys(record(each)).length > 0);
  for (const field of KEYED)
    if (field in metadata)
      metadata[field] = Object.fromEntries(
        Object.entries(record(metadata[field])).filter(([, text]) => typeof text === 'string'),
      );
  return metadata;
}

/** Whatever else an object lacks, its metadata is there. */
export function objectOf(
  value: unknown,
  defaults: { apiVersion?: string; kind?: string } = {},
): KubernetesObject | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return { ...defaults, ...value, metadata: metadataOf(record(value).metadata) };
}

function pageOf(json: unknown): { items: KubernetesObject[]; next: string | undefined; remaining: unknown } {
  const { apiVersion, kind, items, metadata } = record(json);
  // Go writes an empty list as null.
  if (items !== null && !Array.isArray(items)) return invalid('a list');
  const { continue: next, remainingItemCount: remaining } = record(metadata);
  // The items of a list do not say what they are.
  const defaults = defined({
    apiVersion: typeof apiVersion === 'string' ? apiVersion : undefined,
    kind: typeof kind === 'string' && kind.endsWith('List') ? kind.slice(0, -4) : undefined,
  });
  return {
    items: list(items).flatMap((item) => objectOf(item, defaults) ?? []),
    next: typeof next === 'string' && next !== '' ? next : undefined,
    remaining,
  };
}

function totalOf(seen: number, last: boolean, remaining: unknown): { total?: number } {
  if (last) return { total: seen };
  return typeof remaining === 'number' ? { total: seen + remaining } : {};
}

function query({
  limit,
  next,
  labelSelector,
  fieldSelector,
}: ListOptions & { limit: number; next: string | undefined }): string {
  const parameters = new URLSearchParams({
    limit: String(limit),
    ...defined({
      continue: next || undefined,
      labelSelector: labelSelector || undefined,
      fieldSelector: fieldSelector || undefined,
    }),
  });
  return `?${parameters}`;
}

/** The first version of a group is the preferred one; a kind that it lacks is taken from the next. */
function kindsOfGroup(group: unknown): ServedKind[] {
  const { metadata, versions } = record(group);
  const groupName = record(metadata).name;
  const found = new Map<string, ServedKind>();
  for (const version of list(versions).map(record)) {
    const apiVersion =
      typeof groupName === 'string' && groupName ? `${groupName}/${version.version}` : `${version.version}`;
    for (const { resource, responseKind, scope, verbs } of list(version.resources).map(record)) {
      const { kind } = record(responseKind);
      if (typeof resource !== 'string' || typeof kind !== 'string' || found.has(resource)) continue;
      const names = list(verbs).filter((verb) => typeof verb === 'string');
      found.set(resource, { apiVersion, kind, resource, namespaced: scope === 'Namespaced', verbs: names });
    }
  }
  return [...found.values()];
}

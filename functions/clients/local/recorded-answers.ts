/** What an API server answered, by path: lists over all namespaces, and discovery documents where they were kept. */
import { defined } from '../../kit/defined.ts';
import type { KubernetesObject, ServedKind } from '../kubernetes/kubernetes.ts';

/** As `/api/v1/pods` → PodList, `/apis` → APIGroupList, `/apis/apps/v1` → APIResourceList. */
export type RecordedAnswers = Record<string, unknown>;

export interface RecordedListing {
  apiVersion: string;
  /** Of the items, where it is told. */
  kind: string | undefined;
  resource: string;
  items: KubernetesObject[];
}

interface ResourceDocument {
  resources: { name: string; kind: string; namespaced: boolean; verbs: string[] }[];
}

/** @throws when a document that is written as a list holds something other than an object */
export function listingsOf(recording: RecordedAnswers): Map<string, RecordedListing> {
  const listings = new Map<string, RecordedListing>();
  for (const [path, document] of Object.entries(recording)) {
    const [, apiVersion, resource] = /^\/apis?\/((?:[a-z0-9.-]+\/)?v\d\w*)\/([a-z0-9]+)$/.exec(path) ?? [];
    if (apiVersion && resource) listings.set(path, listingOf(path, apiVersion, resource, document));
  }
  return listings;
}

function listingOf(path: string, apiVersion: string, resource: string, document: unknown): RecordedListing {
  const { kind, items } = Object(document) as { kind?: string; items?: unknown[] | null };
  const ofItems = kind?.replace(/List$/, '');
  const objects = (items ?? []).map((item) => {
    if (typeof item !== 'object' || item === null)
      throw new Error(`the listing of ${path} holds what is not an object`);
    const { metadata } = item as { metadata?: KubernetesObject['metadata'] };
    return { apiVersion, ...defined({ kind: ofItems || undefined }), ...item, metadata: metadata ?? {} };
  });
  return { apiVersion, kind: ofItems, resource, items: objects };
}

/** By the discovery documents. Without them, the kinds that were recorded; those that have objects in namespaces are namespaced. */
export function kindsOf(recording: RecordedAnswers, listings: ReadonlyMap<string, RecordedListing>): ServedKind[] {
  const documents = Object.entries(recording).filter(([path, document]) => isVersion(path) && isResources(document));
  if (documents.length === 0) return [...listings.values()].flatMap(kindOfListing);
  const preferred = new Set(
    groupsOf(recording).map(({ preferredVersion }) => `/apis/${preferredVersion?.groupVersion}`),
  );
  // A group's preferred version first; another one counts for what only that one has.
  documents.sort(([a], [b]) => Number(preferred.has(b)) - Number(preferred.has(a)));
  const kinds = new Map<string, ServedKind>();
  for (const [path, document] of documents) {
    const apiVersion = path.replace(/^\/apis?\//, '');
    const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
    for (const { name, kind, namespaced, verbs } of (document as ResourceDocument).resources) {
      const key = `${name}.${group}`;
      if (!name.includes('/') && !kinds.has(key))
        kinds.set(key, { apiVersion, kind, resource: name, namespaced, verbs });
    }
  }
  return [...kinds.values()];
}

const isVersion = (path: string): boolean => /^\/(api\/v\d\w*|apis\/[a-z0-9.-]+\/v\d\w*)$/.test(path);

const isResources = (document: unknown): boolean =>
  Array.isArray((Object(document) as { resources?: unknown }).resources);

function groupsOf(recording: RecordedAnswers): { preferredVersion?: { groupVersion?: string } }[] {
  const { groups } = Object(recording['/apis']) as { groups?: unknown };
  return Array.isArray(groups) ? groups : [];
}

function kindOfListing({ apiVersion, kind, resource, items }: RecordedListing): ServedKind[] {
  const namespaced = items.some(({ metadata }) => metadata.namespace !== undefined);
  return kind ? [{ apiVersion, kind, resource, namespaced, verbs: ['get', 'list', 'watch'] }] : [];
}

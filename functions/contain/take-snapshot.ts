/** Reads a namespace by discovery: all that is in it, and all that gives it rights elsewhere. */
import type { Kubernetes, ServedKind } from '../clients/kubernetes.ts';
import type { PodIdentity, PodIdentityAssociation } from '../clients/pod-identity.ts';
import { CONTAINMENT_SCHEMA_VERSION, type Target } from '../containment.ts';
import { inParallel } from '../in-parallel.ts';
import { listPath } from '../object-path.ts';
import { groupOf, resourceName } from './api-kinds.ts';
import { isOurs } from './ours.ts';
import { Derived, stripped } from './restorable.ts';
import { secretNames } from './secret-names.ts';
import type { Snapshot, SnapshotObject } from './snapshot.ts';
import { subjectsOf } from './subjects.ts';

const AT_ONCE = 10;
/**
 * How long a kind may take, in milliseconds: behind one may be somebody's API server that does not answer, and it must not
 * keep us from the others.
 */
const KIND_MS = 5_000;
const CHANGED_KIND_MS = 60_000;

/** Never read, or no objects that anybody made. */
const LEFT_OUT = new Set(['secrets', 'events', 'events.events.k8s.io']);
/** Made up at each request, by what measures. */
const NO_OBJECTS = /(^|\.)metrics\.k8s\.io$/;

/** What containment changes or deletes: what cannot be read of these cannot be restored, so nothing must be changed. */
export const CHANGED_KINDS: readonly Pick<ServedKind, 'apiVersion' | 'resource'>[] = [
  ...['services', 'endpoints', 'serviceaccounts', 'pods', 'replicationcontrollers', 'resourcequotas'].map(
    (resource) => ({ apiVersion: 'v1', resource }),
  ),
  ...['deployments', 'statefulsets', 'daemonsets', 'replicasets'].map((resource) => ({
    apiVersion: 'apps/v1',
    resource,
  })),
  ...['jobs', 'cronjobs'].map((resource) => ({ apiVersion: 'batch/v1', resource })),
  ...['networkpolicies', 'ingresses'].map((resource) => ({ apiVersion: 'networking.k8s.io/v1', resource })),
  { apiVersion: 'discovery.k8s.io/v1', resource: 'endpointslices' },
  { apiVersion: 'autoscaling/v2', resource: 'horizontalpodautoscalers' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', resource: 'rolebindings' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', resource: 'clusterrolebindings' },
];
const CHANGED = new Set(CHANGED_KINDS.map(resourceName));

export interface Reading {
  snapshot: Snapshot;
  /** Kinds that containment changes and that could not be read in full: `services (Forbidden)`. */
  missing: string[];
}

interface Sources {
  kubernetes: Kubernetes;
  podIdentity: PodIdentity | undefined;
  signal: AbortSignal;
}

/** @throws KubernetesError when the kinds themselves cannot be listed */
export async function takeSnapshot(
  { kubernetes, podIdentity, signal }: Sources,
  { target, takenAt, execution, namespace }: Pick<Snapshot, 'target' | 'takenAt' | 'execution' | 'namespace'>,
): Promise<Reading> {
  const kinds = (await kubernetes.kinds(signal)).filter(isListed);
  const notRead: Snapshot['notRead'] = [];
  const lists = await inParallel(kinds, AT_ONCE, (kind) =>
    readKind(kubernetes, kind, target.namespace, signal, notRead),
  );
  const associations = await associationsOf(podIdentity, target, signal, notRead);

  const all = lists.flat();
  const here = all.filter(({ object }) => object.metadata.namespace === target.namespace);
  const derived = new Derived(here.map(({ object }) => object));
  const objects = here.filter(({ object }) => !isOurs(object) && !derived.has(object));
  const bindings = all.filter(
    ({ object }) =>
      object.metadata.namespace !== target.namespace && subjectsOf(object, target.namespace).own.length > 0,
  );
  return {
    snapshot: {
      ...{ schemaVersion: CONTAINMENT_SCHEMA_VERSION, target, takenAt, execution },
      namespace: stripped(namespace),
      ...{ objects: objects.map(withoutMadeUp), bindings: bindings.map(withoutMadeUp) },
      ...(associations && { podIdentity: associations }),
      secretNames: secretNames(here.map(({ object }) => object)),
      notRead: notRead.sort((a, b) => (a.kind < b.kind ? -1 : 1)),
    },
    missing: notRead.filter(({ kind }) => CHANGED.has(kind)).map(({ kind, reason }) => `${kind} (${reason})`),
  };
}

/** Bindings are read in all namespaces: those that name an account from here may be anywhere. */
const isListed = (kind: ServedKind): boolean =>
  kind.verbs.includes('list') &&
  (kind.namespaced || resourceName(kind) === 'clusterrolebindings.rbac.authorization.k8s.io') &&
  !NO_OBJECTS.test(groupOf(kind.apiVersion)) &&
  !LEFT_OUT.has(resourceName(kind));

async function readKind(
  kubernetes: Kubernetes,
  served: ServedKind,
  namespace: string,
  signal: AbortSignal,
  notRead: Snapshot['notRead'],
): Promise<SnapshotObject[]> {
  const { apiVersion, kind, resource, namespaced } = served;
  const everywhere = !namespaced || resourceName(served) === 'rolebindings.rbac.authorization.k8s.io';
  try {
    const path = listPath({ apiVersion, resource, ...(!everywhere && { namespace }) });
    const limit = AbortSignal.timeout(CHANGED.has(resourceName(served)) ? CHANGED_KIND_MS : KIND_MS);
    const { items, complete } = await kubernetes.list(path, AbortSignal.any([signal, limit]));
    if (!complete) notRead.push({ kind: resourceName(served), reason: `only the first ${items.length}` });
    return items.map((item) => ({ resource, object: { ...item, apiVersion, kind } }));
  } catch (error) {
    signal.throwIfAborted();
    notRead.push({ kind: resourceName(served), reason: reasonOf(error) });
    return [];
  }
}

async function associationsOf(
  podIdentity: PodIdentity | undefined,
  { cluster, namespace }: Target,
  signal: AbortSignal,
  notRead: Snapshot['notRead'],
): Promise<PodIdentityAssociation[] | undefined> {
  try {
    return await podIdentity?.associations(cluster, namespace, signal);
  } catch (error) {
    signal.throwIfAborted();
    notRead.push({ kind: 'Pod Identity associations', reason: reasonOf(error) });
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  const { reason, message } = Object(error) as { reason?: unknown; message?: unknown };
  return String(reason || message || error);
}

const withoutMadeUp = ({ resource, object }: SnapshotObject): SnapshotObject => ({
  resource,
  object: stripped(object),
});

/** What a later reading found in addition to earlier ones, by UID; undefined where there is nothing new. */
export function addition(snapshot: Snapshot, earlier: readonly Snapshot[]): Snapshot | undefined {
  const known = new Set(
    earlier.flatMap(({ objects, bindings }) => [...objects, ...bindings]).map(({ object }) => object.metadata.uid),
  );
  const isNew = ({ object }: SnapshotObject): boolean => !known.has(object.metadata.uid);
  const knownAssociations = new Set(
    earlier.flatMap(({ podIdentity = [] }) => podIdentity).map(({ associationId }) => associationId),
  );
  const podIdentity = (snapshot.podIdentity ?? []).filter(({ associationId }) => !knownAssociations.has(associationId));
  const [objects, bindings] = [snapshot.objects.filter(isNew), snapshot.bindings.filter(isNew)];
  if (objects.length + bindings.length + podIdentity.length === 0) return undefined;
  return { ...snapshot, objects, bindings, podIdentity };
}

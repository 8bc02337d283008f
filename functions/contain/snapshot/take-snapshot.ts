/** Reads a namespace by discovery: all that is in it, and all that gives it rights elsewhere. */

import type { PodIdentity, PodIdentityAssociation } from '../../clients/aws/pod-identity.ts';
import type { Kubernetes, ServedKind } from '../../clients/kubernetes/kubernetes.ts';
import { CONTAINMENT_SCHEMA_VERSION, type Target } from '../../contract/containment.ts';
import { defined } from '../../kit/defined.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import { listPath } from '../../kubernetes/object-path.ts';
import { type Needs, rights } from '../framework/needs.ts';
import { CHANGED_KINDS, groupOf, resourceName, servedKinds } from '../isolation/api-kinds.ts';
import { isOurs } from '../isolation/own-objects.ts';
import { subjectsOf } from '../isolation/subjects.ts';
import { DerivedObjects, withoutServerFields } from './restorable.ts';
import { secretNames } from './secret-names.ts';
import type { Snapshot, SnapshotObject } from './snapshot.ts';

/** Few at a time, because each listing may be as long as the limit allows. */
const AT_ONCE = 5;
/**
 * How long a kind may take, in milliseconds, and all that containment does not change: behind them may be somebody's API
 * server that does not answer, for as many kinds as it likes, and it must not keep us from the others.
 */
const KIND_MS = 5_000;
const OTHERS_MS = 45_000;
const CHANGED_KIND_MS = 60_000;
/** What is kept of all objects, as JSON: it has to be read again in the memory of a function. */
const MAX_BYTES = 96 * 1024 * 1024;

/** Never read, or no objects that anybody made. */
const LEFT_OUT = new Set(['secrets', 'events', 'events.events.k8s.io']);
/** Made up at each request, by what measures. */
const NO_OBJECTS = /(^|\.)metrics\.k8s\.io$/;

/** What cannot be read of these cannot be restored, so nothing must be changed. */
const CHANGED = new Set(CHANGED_KINDS.map(resourceName));

/**
 * Other kinds that Kubernetes and the controllers of EKS bring: what anybody else brings is read as far as its maker lets
 * readers read it (the role `view`).
 */
const ORDINARY = [
  'configmaps',
  'limitranges',
  'persistentvolumeclaims',
  'podtemplates',
  'controllerrevisions.apps',
  'leases.coordination.k8s.io',
  'poddisruptionbudgets.policy',
  'roles.rbac.authorization.k8s.io',
  'resourceclaims.resource.k8s.io',
  'resourceclaimtemplates.resource.k8s.io',
  'csistoragecapacities.storage.k8s.io',
  ...['gateways', 'grpcroutes', 'httproutes', 'referencegrants', 'tcproutes', 'tlsroutes', 'udproutes'].map(
    (kind) => `${kind}.gateway.networking.k8s.io`,
  ),
  'applicationnetworkpolicies.networking.k8s.aws',
  'policyendpoints.networking.k8s.aws',
  'targetgroupbindings.elbv2.k8s.aws',
  'securitygrouppolicies.vpcresources.k8s.aws',
  'ciliumnetworkpolicies.cilium.io',
  'networkpolicies.crd.projectcalico.org',
  'networkpolicies.projectcalico.org',
  'applications.argoproj.io',
  'kustomizations.kustomize.toolkit.fluxcd.io',
  'helmreleases.helm.toolkit.fluxcd.io',
];

/** What {@link takeSnapshot} asks. */
export const SNAPSHOT_NEEDS: Needs = {
  kubernetes: rights(['list'], ...CHANGED_KINDS.map(resourceName), ...ORDINARY),
  optional: ['list *'],
  aws: ['eks:DescribeCluster', 'eks:ListPodIdentityAssociations', 'eks:DescribePodIdentityAssociation'],
};

export interface SnapshotReading {
  snapshot: Snapshot;
  /** Kinds that containment changes and that could not be read in full: `services (Forbidden)`. */
  missing: string[];
}

interface Sources {
  kubernetes: Kubernetes;
  podIdentity: PodIdentity | undefined;
  signal: AbortSignal;
}

/** What containment changes is read first, whatever the cluster says that it serves. */
export async function takeSnapshot(
  { kubernetes, podIdentity, signal }: Sources,
  { target, takenAt, execution, namespace }: Pick<Snapshot, 'target' | 'takenAt' | 'execution' | 'namespace'>,
  { othersMs = OTHERS_MS, maxBytes = MAX_BYTES } = {},
): Promise<SnapshotReading> {
  const notRead: Snapshot['notRead'] = [];
  const reading = { kubernetes, namespace: target.namespace, signal, notRead, left: maxBytes };
  const changed = await inParallel(CHANGED_KINDS, AT_ONCE, (kind) => readKind(reading, kind, CHANGED_KIND_MS));
  const { kinds, unknown } = await servedKinds(kubernetes, signal);
  if (unknown !== undefined) notRead.push({ kind: 'all other kinds', reason: unknown });
  const until = AbortSignal.timeout(othersMs);
  const others = unknown === undefined ? kinds.filter(isOther) : [];
  const lists = await inParallel(others, AT_ONCE, (kind) => readKind(reading, kind, KIND_MS, until));
  const associations = await associationsOf(podIdentity, target, signal, notRead);

  const all = [...changed, ...lists].flat();
  const here = all.filter(({ object }) => object.metadata.namespace === target.namespace);
  const derived = new DerivedObjects(here.map(({ object }) => object));
  const objects = here.filter(({ object }) => !isOurs(object) && !derived.has(object));
  const bindings = all.filter(({ object }) => object.metadata.namespace !== target.namespace);
  return {
    snapshot: {
      schemaVersion: CONTAINMENT_SCHEMA_VERSION,
      target,
      takenAt,
      execution,
      namespace: withoutServerFields(namespace),
      objects,
      bindings,
      ...defined({ podIdentity: associations }),
      secretNames: secretNames(here.map(({ object }) => object)),
      notRead: notRead.sort((a, b) => (a.kind < b.kind ? -1 : 1)),
    },
    missing: notRead.filter(({ kind }) => CHANGED.has(kind)).map(({ kind, reason }) => `${kind} (${reason})`),
  };
}

const isOther = (kind: ServedKind): boolean =>
  kind.verbs.includes('list') &&
  kind.namespaced &&
  !NO_OBJECTS.test(groupOf(kind.apiVersion)) &&
  !LEFT_OUT.has(resourceName(kind)) &&
  !CHANGED.has(resourceName(kind));

interface Progress {
  kubernetes: Kubernetes;
  namespace: string;
  signal: AbortSignal;
  notRead: Snapshot['notRead'];
  /** Bytes that may be kept. */
  left: number;
}

/** Bindings are read in all namespaces: those that name an account from here may be anywhere. */
const BINDINGS = new Set(['rolebindings', 'clusterrolebindings'].map((kind) => `${kind}.rbac.authorization.k8s.io`));

/** @param until when nothing more is begun */
async function readKind(
  reading: Progress,
  { apiVersion, kind, resource }: Pick<ServedKind, 'apiVersion' | 'kind' | 'resource'>,
  ms: number,
  until?: AbortSignal,
): Promise<SnapshotObject[]> {
  const { kubernetes, namespace, signal, notRead } = reading;
  const name = resourceName({ apiVersion, resource });
  const everywhere = BINDINGS.has(name);
  const kept: SnapshotObject[] = [];
  let lost = 0;
  try {
    if (until?.aborted) throw new Error('no time was left');
    const path = listPath({ apiVersion, resource, ...defined({ namespace: everywhere ? undefined : namespace }) });
    const limits = [signal, AbortSignal.timeout(ms), ...(until ? [until] : [])];
    const { items, complete } = await kubernetes.list(path, AbortSignal.any(limits));
    for (const item of items) {
      const object = withoutServerFields({ ...item, apiVersion, kind });
      const isHere = object.metadata.namespace === namespace;
      if (!isHere && !(everywhere && subjectsOf(object, namespace).own.length > 0)) continue;
      const bytes = bytesOf(object);
      if (bytes > reading.left) lost++;
      else {
        reading.left -= bytes;
        kept.push({ resource, object });
      }
    }
    if (!complete) notRead.push({ kind: name, reason: `only the first ${items.length}` });
    else if (lost > 0) notRead.push({ kind: name, reason: `${lost} of ${items.length} are too much to keep` });
    return kept;
  } catch (error) {
    signal.throwIfAborted();
    notRead.push({ kind: name, reason: reasonOf(error) });
    return [];
  }
}

/** Infinite where it cannot be written: the API server stores objects that are nested deeper than JSON can be written here. */
function bytesOf(object: object): number {
  try {
    return Buffer.byteLength(JSON.stringify(object));
  } catch {
    return Number.POSITIVE_INFINITY;
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

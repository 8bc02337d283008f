/** What release can bring back, by kind: what containment deletes is made again, what it changes is changed back. */

import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import type { ReleaseStepKey } from '../../contract/playbook-steps.ts';
import { defined } from '../../kit/defined.ts';
import { record, records, text } from '../../kit/json.ts';
import { RESTORED_LABEL } from '../../kubernetes/quarantine.ts';
import type { ContainmentForm } from '../forms/form.ts';
import { NETWORK_FORMS, WORKLOAD_FORMS } from '../forms/index.ts';
import { type Needs, rights } from '../framework/needs.ts';
import { pluralOf } from '../isolation/api-kinds.ts';
import type { SnapshotObject } from '../snapshot/snapshot.ts';

/** How objects of a kind come back: a row of the table below. */
export interface Restoration {
  apiGroup: string;
  kind: string;
  step: ReleaseStepKey;
  /** Changes it back; absent where it is made again. */
  form?: ContainmentForm;
  /** What is made again: without what the API server or a controller put in. */
  manifest(original: KubernetesObject): Record<string, unknown>;
}

/** Annotations that controllers write by themselves. */
const CONTROLLERS_OWN =
  /^(?:deployment\.kubernetes\.io|deprecated\.daemonset|pv\.kubernetes\.io|volume\.(?:beta\.)?kubernetes\.io)[/.]/;

/** Metadata that a person or a tool gave it. */
function metadataOf({ metadata }: KubernetesObject): Record<string, unknown> {
  const { name, namespace, labels, finalizers, ownerReferences } = metadata as Record<string, unknown>;
  const annotations = Object.entries(record(metadata.annotations)).filter(([key]) => !CONTROLLERS_OWN.test(key));
  return defined({
    name,
    namespace,
    labels,
    annotations: annotations.length > 0 ? Object.fromEntries(annotations) : undefined,
    finalizers,
    ownerReferences,
  } as Record<string, object | string | undefined>);
}

/** Everything but what the API server keeps about it. */
function plainly(original: KubernetesObject): Record<string, unknown> {
  const { status, ...rest } = original;
  return { ...rest, metadata: metadataOf(original) };
}

/** The tokens of an account that is made again are others: the Secrets of the old ones went with it. */
function account(original: KubernetesObject): Record<string, unknown> {
  const { secrets, ...rest } = plainly(original);
  return rest;
}

/** Labels of its node that a pod gets as it is put there (`PodTopologyLabels`, Kubernetes 1.35). */
const TOPOLOGY = /^topology\.kubernetes\.io\/(?:zone|region)$/;

/**
 * A pod as somebody asked for it: the scheduler chooses its node again, and admission mounts a token of its own. One
 * that was put on a node by name stays there, unless the scheduler did it, which cannot be told afterwards.
 */
function pod(original: KubernetesObject): Record<string, unknown> {
  const whole = plainly(original);
  const { nodeName, serviceAccount, volumes, containers, initContainers, ephemeralContainers, ...spec } = record(
    whole['spec'],
  );
  const injected = new Set(
    records(volumes).flatMap(({ name }) => (text(name)?.startsWith('kube-api-access-') ? [name] : [])),
  );
  const kept = records(volumes).filter(({ name }) => !injected.has(name));
  const without = (list: unknown) =>
    records(list).map(({ volumeMounts, ...container }) => {
      const mounts = records(volumeMounts).filter(({ name }) => !injected.has(name));
      return { ...container, ...defined({ volumeMounts: mounts.length > 0 ? mounts : undefined }) };
    });
  const metadata = record(whole['metadata']);
  const labels = Object.entries(record(metadata['labels'])).filter(([key]) => !TOPOLOGY.test(key));
  return {
    ...whole,
    metadata: {
      ...metadata,
      ...defined({ labels: metadata['labels'] === undefined ? undefined : Object.fromEntries(labels) }),
    },
    spec: {
      ...spec,
      ...defined({ volumes: kept.length > 0 ? kept : undefined }),
      containers: without(containers),
      ...defined({ initContainers: records(initContainers).length > 0 ? without(initContainers) : undefined }),
    },
  };
}

/** Without the mark of a release before this one. */
function binding(original: KubernetesObject): Record<string, unknown> {
  const { [RESTORED_LABEL]: mark, ...labels } = original.metadata.labels ?? {};
  const { labels: all, ...metadata } = original.metadata;
  const kept = Object.keys(labels).length > 0 ? { ...metadata, labels } : metadata;
  return plainly({ ...original, metadata: kept });
}

/** What is made of a manifest: a binding says that it was restored. */
export function withRestoredLabel(manifest: Record<string, unknown>): Record<string, unknown> {
  if (manifest['kind'] !== 'RoleBinding') return manifest;
  const metadata = record(manifest['metadata']);
  return {
    ...manifest,
    metadata: { ...metadata, labels: { ...record(metadata['labels']), [RESTORED_LABEL]: 'true' } },
  };
}

const RBAC = 'rbac.authorization.k8s.io';
const made = (
  apiGroup: string,
  kind: string,
  step: ReleaseStepKey,
  manifest: Restoration['manifest'] = plainly,
): Restoration => ({ apiGroup, kind, step, manifest });
const changed =
  (step: ReleaseStepKey) =>
  (form: ContainmentForm): Restoration => ({
    apiGroup: form.apiGroup,
    kind: form.kind,
    step,
    form,
    manifest: plainly,
  });

/** Every kind that containment touches, in the order in which objects come back. */
const RESTORATIONS: readonly Restoration[] = [
  made('', 'ServiceAccount', 'restoreIdentity', account),
  made(RBAC, 'RoleBinding', 'restoreIdentity', binding),
  made(RBAC, 'ClusterRoleBinding', 'restoreIdentity'),
  ...NETWORK_FORMS.map(changed('restoreNetwork')),
  made('discovery.k8s.io', 'EndpointSlice', 'restoreNetwork'),
  made('', 'Endpoints', 'restoreNetwork'),
  ...[...WORKLOAD_FORMS].reverse().map(changed('restoreWorkloads')),
  made('autoscaling', 'HorizontalPodAutoscaler', 'restoreWorkloads'),
  made('', 'Pod', 'restoreWorkloads', pod),
];

/** What is asked to compare all of them with the snapshot. */
export const COMPARE_RIGHTS = rights(['get'], ...RESTORATIONS.map(resourceOf));

/** What a step asks and writes to bring its kinds back. */
export function restorationNeeds(step: ReleaseStepKey): Needs {
  const mine = RESTORATIONS.filter((each) => each.step === step);
  const change = mine.filter(({ form }) => form !== undefined);
  // Rights in the whole cluster are left to a person.
  const make = mine.filter(({ form, kind }) => form === undefined && kind !== 'ClusterRoleBinding');
  return {
    kubernetes: [
      ...rights(['get'], ...mine.map(resourceOf)),
      ...rights(['patch'], ...change.map(resourceOf)),
      ...rights(['create'], ...make.map(resourceOf)),
    ],
    // What has come into another namespace is taken away again, where that is allowed; else it is told.
    optional: rights(['delete'], ...make.map(resourceOf)),
  };
}

function resourceOf({ apiGroup, kind }: Restoration): string {
  const resource = pluralOf(kind);
  return apiGroup ? `${resource}.${apiGroup}` : resource;
}

export const restorationOf = ({ object: { apiVersion, kind } }: SnapshotObject): Restoration | undefined => {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return RESTORATIONS.find((each) => each.kind === kind && each.apiGroup === group);
};

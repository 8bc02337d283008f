/** What release restores from. */

import type { PodIdentityAssociation } from '../../clients/aws/pod-identity.ts';
import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import type { CONTAINMENT_SCHEMA_VERSION, Target } from '../../contract/containment.ts';

/** An object as it was, with the plural under which it is served. */
export interface SnapshotObject {
  resource: string;
  object: KubernetesObject & { apiVersion: string; kind: string };
}

/**
 * The namespace and all that is in it or gives it rights, before anything was changed. Not of one moment: the cluster
 * goes on while it is read. Without what the API server makes by itself (`managedFields`), and without Secrets, of which
 * only the names stand here that something refers to.
 */
export interface Snapshot {
  schemaVersion: typeof CONTAINMENT_SCHEMA_VERSION;
  target: Target;
  /** RFC 3339. */
  takenAt: string;
  /** The execution that took it. */
  execution: string;
  namespace: KubernetesObject;
  /** In the namespace, all kinds but Secrets, events and what is derived from others. */
  objects: SnapshotObject[];
  /** Bindings elsewhere that name an account or group of this namespace. */
  bindings: SnapshotObject[];
  podIdentity?: PodIdentityAssociation[];
  /** Secrets that pods, accounts and Ingresses refer to. */
  secretNames: string[];
  /** Kinds that could not be read, or not all of them, and why: release cannot restore them. */
  notRead: { kind: string; reason: string }[];
}

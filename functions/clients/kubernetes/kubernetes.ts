import type { Cluster } from '../../contract/finding.ts';

/** A Kubernetes object, as the API gives it. */
export interface KubernetesObject {
  apiVersion?: string;
  kind?: string;
  metadata: {
    name?: string;
    namespace?: string;
    uid?: string;
    creationTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string }[];
    managedFields?: { manager?: string; operation?: string; time?: string }[];
    [field: string]: unknown;
  };
  [field: string]: unknown;
}

/**
 * A listing. Pages are followed; `complete` is false when `max` ended it, or a limit of size, or changes in the cluster
 * that were faster than the pages.
 */
export interface KubernetesList {
  items: KubernetesObject[];
  complete: boolean;
  /** How many there are in all, as far as the API server tells; it does not with selectors. */
  total?: number;
}

/** What somebody would do, for a SubjectAccessReview. Empty strings and `*` mean what RBAC means by them. */
export interface AccessQuestion {
  user: string;
  /** All of them: a review without the groups lies. */
  groups: string[];
  verb: string;
  group?: string;
  resource: string;
  subresource?: string;
  namespace?: string;
  name?: string;
  /** Who the user is to the authenticator, and what else it knows: an authorizer beside RBAC may go by that. */
  uid?: string;
  extra?: Record<string, string[]>;
}

/** The authorizers' answer. */
export interface AccessAnswer {
  allowed: boolean;
  reason?: string;
  /** Why an authorizer could not decide: with it, a no is uncertain. */
  evaluationError?: string;
}

/** A kind that the cluster serves. */
export interface ServedKind {
  /** `apps/v1`, or `v1` of the core group. */
  apiVersion: string;
  kind: string;
  /** Plural. */
  resource: string;
  namespaced: boolean;
  verbs: string[];
}

/**
 * Reads a cluster. All calls honour the signal and throw what the API server answers: an error with `name`
 * `KubernetesError`, `code` (HTTP status; 0 where there was no answer) and `reason` (as `Forbidden`). Nothing here
 * writes but access reviews, which the API server does not store.
 */
export interface Kubernetes {
  /** @param path as `/api/v1/namespaces/team-a`; undefined where there is no such object or kind (404) */
  read(path: string, signal: AbortSignal): Promise<KubernetesObject | undefined>;
  /** @param path as `/apis/apps/v1/namespaces/team-a/deployments`; a kind that is not served has no items (404) */
  list(
    path: string,
    signal: AbortSignal,
    options?: { max?: number; labelSelector?: string; fieldSelector?: string },
  ): Promise<KubernetesList>;
  /** Names and metadata only: what is safe for kinds that may hold secrets. */
  listMetadata(path: string, signal: AbortSignal, options?: { max?: number }): Promise<KubernetesList>;
  may(question: AccessQuestion, signal: AbortSignal): Promise<AccessAnswer>;
  /** Every kind served, in the preferred version of its group. */
  kinds(signal: AbortSignal): Promise<ServedKind[]>;
}

/** Connects to a cluster as the function's own identity. */
export interface KubernetesAccess {
  /** @throws when the cluster cannot be described; whether it can be reached shows at the first call */
  connect(cluster: Cluster, signal: AbortSignal): Promise<Kubernetes>;
}

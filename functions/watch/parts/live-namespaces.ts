/** The namespaces of a cluster as the API server has them. */
import type { Kubernetes, KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import type { Finding } from '../../contract/finding.ts';
import type { UnexplainedNamespace } from '../../contract/unexplained.ts';
import { defined } from '../../kit/defined.ts';

/** Kubernetes is tested with ten thousand. */
const MAX_NAMESPACES = 100_000;

export interface LiveNamespaces {
  namespaces: UnexplainedNamespace[];
  /** Whether these are all. */
  complete: boolean;
}

/** Page by page, and of each its metadata alone. */
export async function liveNamespaces(kubernetes: Kubernetes, signal: AbortSignal): Promise<LiveNamespaces> {
  const { items, complete } = await kubernetes.listMetadata('/api/v1/namespaces', signal, { max: MAX_NAMESPACES });
  return { namespaces: items.flatMap(namespaceOf), complete };
}

/** What *kubectl apply* keeps of a whole manifest is not kept here for each of thousands. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

function namespaceOf({ metadata }: KubernetesObject): UnexplainedNamespace[] {
  const { name, uid, creationTimestamp: createdAt, labels, annotations } = metadata;
  if (name === undefined || uid === undefined) return [];
  const { [LAST_APPLIED]: _, ...rest } = annotations ?? {};
  const kept = Object.keys(rest).length > 0 ? rest : undefined;
  return [{ name, uid, ...defined({ createdAt, labels, annotations: kept }) }];
}

/**
 * Between the arrival of a request and the instant that the API server writes into the object: admission webhooks come first, and
 * a request ends after a minute (`--request-timeout`). Instants of objects are whole seconds.
 */
const MAX_REQUEST_MS = 90_000;
const SECOND_MS = 1_000;

/**
 * Whether a finding says otherwise of a namespace than the API server: then its record is forged. Name and instant of creation
 * never change. Labels do, and are not compared.
 */
export function saysOtherwise(finding: Finding, live: UnexplainedNamespace): boolean {
  const { namespace, request } = finding;
  if (finding.source.kind === 'coverage') return false;
  if (namespace.name !== undefined && !namespace.name.endsWith('*') && namespace.name !== live.name) return true;
  if (namespace.createdAt !== undefined && namespace.createdAt !== live.createdAt) return true;
  const [asked, created] = [Date.parse(request.at ?? ''), Date.parse(live.createdAt ?? '')];
  if (Number.isNaN(asked) || Number.isNaN(created)) return false;
  return created < asked - SECOND_MS || created > asked + MAX_REQUEST_MS;
}

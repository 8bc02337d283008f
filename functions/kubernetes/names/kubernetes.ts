/**
 * The grammars of Kubernetes' names, as its API server validates them
 * (k8s.io/apimachinery, `pkg/util/validation` and `pkg/api/validation/path`).
 */

/** `IsDNS1123Label`: the name of a namespace, and of whatever becomes part of a host name. At most 63 characters. */
export const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** `IsDNS1123Subdomain`: the names of most other objects. At most 253 characters. */
export const SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

/** The name of a qualified name without its prefix, and a label's value that is not empty. At most 63 characters. */
export const QUALIFIED_PART = /^[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/;

/** `metadata.uid`: a UUID in lower case, as the API server makes it. */
export const UID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * `IsValidPathSegmentName`: what every object's name is at least, and all that RBAC asks of the names of its roles and
 * bindings, as `system:controller:job-controller`.
 */
export const isPathSegment = (name: string): boolean => !['', '.', '..'].includes(name) && !/[/%]/.test(name);

/** The ServiceAccount that authenticated under this name, `system:serviceaccount:<namespace>:<name>`; undefined for another identity. */
export function serviceAccountOf(username = ''): { namespace: string; name: string } | undefined {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(username) ?? [];
  return namespace && name ? { namespace, name } : undefined;
}

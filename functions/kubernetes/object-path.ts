/** Where the Kubernetes API serves an object or a listing. */

/** Names an object. `resource` is the plural. */
export interface ObjectReference {
  /** `apps/v1`, or `v1` of the core group. */
  apiVersion: string;
  resource: string;
  /** Absent for cluster-scoped objects. */
  namespace?: string;
  name: string;
}

/** @param apiVersion `apps/v1`, or `v1` of the core group */
const apiPath = (apiVersion: string): string =>
  apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

/** The listing of a kind, in one namespace or in all. */
export const listPath = ({ apiVersion, resource, namespace }: Omit<ObjectReference, 'name'>): string =>
  [apiPath(apiVersion), ...(namespace ? ['namespaces', encodeURIComponent(namespace)] : []), resource].join('/');

/** One object; its subresources are below. */
export const objectPath = (reference: ObjectReference): string =>
  `${listPath(reference)}/${encodeURIComponent(reference.name)}`;

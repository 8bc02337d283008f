/** Where the Kubernetes API serves an object or a listing. */

import { isPathSegment } from './names/kubernetes.ts';

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
  [apiPath(apiVersion), ...(namespace ? ['namespaces', segment(namespace)] : []), resource].join('/');

/**
 * One object; its subresources are below.
 *
 * @throws where no object can have such a name: as a part of a path, `..` would lead to another one
 */
export function objectPath(reference: ObjectReference): string {
  return `${listPath(reference)}/${segment(reference.name)}`;
}

function segment(name: string): string {
  if (!isPathSegment(name)) throw new Error(`not the name of a Kubernetes object: ${JSON.stringify(name)}`);
  return encodeURIComponent(name);
}

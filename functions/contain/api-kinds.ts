/** Names of kinds, as RBAC and quotas write them. */
import type { ServedKind } from '../clients/kubernetes.ts';

/** Empty for the core group. @param apiVersion `apps/v1`, or `v1` */
export const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';

/** `deployments.apps`; `pods` of the core group. */
export function resourceName({ apiVersion, resource }: Pick<ServedKind, 'apiVersion' | 'resource'>): string {
  const group = groupOf(apiVersion);
  return group ? `${resource}.${group}` : resource;
}

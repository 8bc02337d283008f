import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../../functions/clients/kubernetes/kubernetes.ts';
import { PACKAGE_ROOT } from '../../package-root.ts';

/** The objects that `cluster/` ships, by kind. */
export interface Manifests {
  clusterRoles: KubernetesObject[];
  clusterRoleBindings: KubernetesObject[];
  policies: KubernetesObject[];
}

/** Wherever this program was put. */
export const FOLDER = join(PACKAGE_ROOT, 'cluster');

let shipped: Manifests | undefined;

/** Read once. @throws when the files that belong to this program are not there */
export function shippedManifests(): Manifests {
  shipped ??= readManifests();
  return shipped;
}

function readManifests(): Manifests {
  const objects = ['roles', 'policies'].flatMap((part) =>
    readdirSync(join(FOLDER, part))
      .filter((file) => file !== 'kustomization.yaml')
      .flatMap((file) => parseAllDocuments(readFileSync(join(FOLDER, part, file), 'utf8')))
      .map((document) => document.toJS() as KubernetesObject | null)
      .filter((object) => object !== null),
  );
  const of = (wanted: string) => objects.filter(({ kind }) => kind === wanted);
  return {
    clusterRoles: of('ClusterRole'),
    clusterRoleBindings: of('ClusterRoleBinding'),
    policies: of('ValidatingAdmissionPolicy'),
  };
}

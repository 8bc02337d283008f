import type { KubernetesObject } from '../../../../functions/clients/kubernetes/kubernetes.ts';
import { command } from '../../../../functions/contract/commands/command.ts';
import { listed } from '../../../../functions/kit/words.ts';
import { QUARANTINE_LABEL } from '../../../../functions/kubernetes/quarantine.ts';
import type { PreflightCheck, PreflightContext, Row } from '../check.ts';
import { FOLDER } from '../manifests.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const ADMISSION = '/apis/admissionregistration.k8s.io/v1';

/** Our identities in the cluster. They go when nobody is let in as them any more. */
export const clusterRoles: PreflightCheck = {
  name: 'cluster-roles',
  async run(context): Promise<Row[]> {
    const { clusterRoles, clusterRoleBindings } = context.manifests;
    const there = [
      ...(await present(context, `${RBAC}/clusterroles`, clusterRoles)),
      ...(await present(context, `${RBAC}/clusterrolebindings`, clusterRoleBindings)),
    ];
    if (there.length === 0) return [{ status: 'ok', says: 'None of our roles is in the cluster.' }];
    return [
      {
        status: 'note',
        says: `Our roles and bindings are in the cluster: ${listed(there, 4)}. Take them away when the stack is deleted.`,
        fix: [command('kubectl delete -k', [`${FOLDER}/roles`])],
      },
    ];
  },
};

/** Our admission policies: last of the cluster, as a quarantined namespace is frozen by them alone. */
export const clusterPolicies: PreflightCheck = {
  name: 'cluster-policies',
  async run(context): Promise<Row[]> {
    const there = [
      ...(await present(context, `${ADMISSION}/validatingadmissionpolicies`, context.manifests.policies)),
      ...(await present(context, `${ADMISSION}/validatingadmissionpolicybindings`, context.manifests.policies)),
    ];
    if (there.length === 0) return [{ status: 'ok', says: 'None of our policies is in the cluster.' }];
    const { items } = await context.kubernetes.list('/api/v1/namespaces', context.signal, {
      labelSelector: QUARANTINE_LABEL,
    });
    if (items.length > 0)
      return [
        {
          status: 'failed',
          says: `Our admission policies have to stay: without them ${listed(items.map(nameOf), 5)} ${items.length === 1 ? 'is' : 'are'} frozen no longer, and whoever works there can go on.`,
        },
      ];
    return [
      {
        status: 'note',
        says: `Our admission policies are in the cluster: ${listed(there, 4)}. Take them away last.`,
        fix: [command('kubectl delete -k', [`${FOLDER}/policies`])],
      },
    ];
  },
};

const nameOf = ({ metadata }: KubernetesObject): string => metadata.name ?? '';

/** The names of those that are in the cluster. */
async function present(
  { kubernetes, signal }: PreflightContext,
  collection: string,
  objects: readonly KubernetesObject[],
): Promise<string[]> {
  const seen = await Promise.all(objects.map((object) => kubernetes.read(`${collection}/${nameOf(object)}`, signal)));
  return seen.flatMap((object) => (object ? [nameOf(object)] : []));
}

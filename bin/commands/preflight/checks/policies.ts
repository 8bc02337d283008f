import { examinePolicy } from '../../../../functions/kubernetes/cluster-side.ts';
import { APPLY, type PreflightCheck, type Row } from '../check.ts';

const GROUP = '/apis/admissionregistration.k8s.io/v1';

/** Whether the admission policies are in force as they are shipped; what the cluster has set for itself is told. */
export const policies: PreflightCheck = {
  name: 'policies',
  async run({ kubernetes, manifests, signal }): Promise<Row[]> {
    const states = await Promise.all(
      manifests.policies.map(async (shipped) => {
        const name = shipped.metadata.name ?? '';
        const [policy, binding] = await Promise.all(
          ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'].map((resource) =>
            kubernetes.read(`${GROUP}/${resource}/${name}`, signal),
          ),
        );
        const { lists: usual } = examinePolicy(name, shipped, undefined);
        return { name, usual, ...examinePolicy(name, policy, binding) };
      }),
    );
    const wrong = states.flatMap(({ name, problems }) =>
      problems.length === 0
        ? []
        : [{ status: 'failed' as const, says: `${name}: ${problems.join('; ')}.`, fix: [APPLY] }],
    );
    const changed = states.flatMap(({ name, usual, lists, problems }) =>
      problems.length > 0
        ? []
        : Object.entries(lists)
            .filter(([variable, expression]) => usual[variable] !== expression)
            .map(([variable, expression]) => ({
              status: 'ok' as const,
              says: `${name}: changed: ${variable} is ${expression}.`,
            })),
    );
    const names = states.map(({ name }) => name).join(', ');
    return wrong.length > 0 ? [...wrong, ...changed] : [{ status: 'ok', says: `In force: ${names}.` }, ...changed];
  },
};

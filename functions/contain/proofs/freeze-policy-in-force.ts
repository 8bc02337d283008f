import { notProven, proven, some, type Verification } from './proof.ts';

const ADMISSION = 'admissionregistration.k8s.io/v1';

/**
 * Decisive: the attempts show that the probe is refused. That nobody else is let through shows only in the policies,
 * compared as a whole with what is shipped.
 */
export const freezePolicyInForce: Verification = {
  id: 'freeze-policy-in-force',
  claim: 'The admission policies that freeze it are there, as they are shipped.',
  decisive: true,
  async prove(look) {
    const shipped = look.context.clients.shippedPolicies;
    if (!shipped) return notProven('What is shipped is not known here, so nothing could be compared.');
    const [policies, bindings] = await Promise.all([
      look.list(ADMISSION, 'validatingadmissionpolicies', 'everywhere'),
      look.list(ADMISSION, 'validatingadmissionpolicybindings', 'everywhere'),
    ]);
    const problems: string[] = [];
    const settings: string[] = [];
    for (const name of shipped.names)
      for (const [kind, objects] of [
        ['ValidatingAdmissionPolicy', policies],
        ['ValidatingAdmissionPolicyBinding', bindings],
      ] as const) {
        const live = objects.find(({ metadata }) => metadata.name === name);
        if (!live) problems.push(`the ${kind} ${name} is missing`);
        else if (live.metadata['deletionTimestamp']) problems.push(`the ${kind} ${name} is being deleted`);
        else {
          problems.push(...shipped.differences({ ...live, kind, apiVersion: ADMISSION }));
          settings.push(...shipped.settings({ ...live, kind, apiVersion: ADMISSION }));
        }
      }
    if (problems.length > 0) return notProven(`Read and compared with what is shipped: ${some(problems)}.`);
    const own = settings.length > 0 ? ` Of this installation: ${some(settings)}.` : '';
    return proven(`Read and compared with what is shipped: ${some(shipped.names)}, each with its binding.${own}`);
  },
};

import { record } from '../../kit/json.ts';
import { examinePolicy, HOLDING_EVERYBODY } from '../../kubernetes/cluster-side.ts';
import { allNeeds, RECORD_NEEDS, rights } from '../framework/needs.ts';
import { fewNames, notProven, proven, type Verification } from './proof.ts';

const ADMISSION = 'admissionregistration.k8s.io/v1';

/**
 * Decisive: the attempts show that the probe is refused. That nobody else is let through shows only in the policies,
 * compared as a whole with what is shipped. What an installation may set for itself is told, because a person should
 * know who is exempt; only a change of it since the quarantine is a difference.
 */
export const freezePolicyInForce: Verification = {
  id: 'freeze-policy-in-force',
  claim: 'The admission policies that freeze it are there, as they are shipped.',
  decisive: true,
  shows: 'configuration',
  needs: allNeeds(RECORD_NEEDS, {
    kubernetes: rights(
      ['list'],
      'validatingadmissionpolicies.admissionregistration.k8s.io',
      'validatingadmissionpolicybindings.admissionregistration.k8s.io',
    ),
  }),
  async prove(look) {
    const [policies, bindings] = await Promise.all([
      look.list(ADMISSION, 'validatingadmissionpolicies', 'everywhere'),
      look.list(ADMISSION, 'validatingadmissionpolicybindings', 'everywhere'),
    ]);
    const noted = record(record((await look.record('disableNamespace'))?.details)['settings']);
    const problems: string[] = [];
    const settings: string[] = [];
    for (const name of HOLDING_EVERYBODY) {
      const of = (objects: typeof policies) => objects.find(({ metadata }) => metadata.name === name);
      const [policy, binding] = [of(policies), of(bindings)];
      const state = examinePolicy(name, policy, binding);
      problems.push(...state.problems.map((problem) => `${name}: ${problem}`));
      if (policy?.metadata['deletionTimestamp'] || binding?.metadata['deletionTimestamp'])
        problems.push(`${name}: it is being deleted`);
      for (const [list, before] of Object.entries(record(noted[name])))
        if (state.lists[list] !== before)
          problems.push(
            `${name}: its list "${list}" was changed since the namespace was quarantined: ${state.lists[list]}`,
          );
      settings.push(...Object.entries(state.lists).map(([list, value]) => `${name}: ${list} is ${value}`));
    }
    if (problems.length > 0) return notProven(`Read and compared with what is shipped: ${fewNames(problems)}.`);
    const own = settings.length > 0 ? ` Of this installation: ${fewNames(settings)}.` : '';
    return proven(`Read and compared with what is shipped: ${HOLDING_EVERYBODY.join(', ')}.${own}`);
  },
};

import { CHANGED_IN_FLIGHT } from '../framework/in-flight.ts';
import { allNeeds, RECORD_NEEDS } from '../framework/needs.ts';
import { REWRITING_RIGHTS, rewriting } from '../isolation/mutating-policies.ts';
import { fewNames, notProven, proven, type Verification } from './proof.ts';

const STEPS = ['disableNamespace', 'isolateNetwork', 'cutIdentity', 'cutConnections'] as const;

/**
 * Decisive: what was changed on its way is not what the other proofs expect to last. That a policy may do so is said and
 * decides nothing: what came back does.
 */
export const writesUnchanged: Verification = {
  id: 'writes-unchanged',
  claim: 'What containment wrote was stored as it was sent.',
  decisive: true,
  shows: 'effect',
  needs: allNeeds(RECORD_NEEDS, { kubernetes: ['get namespaces', ...REWRITING_RIGHTS] }),
  async prove(look) {
    const records = await Promise.all(STEPS.map((step) => look.record(step)));
    const actions = records.flatMap((record) => record?.actions ?? []);
    const changed = actions.filter(({ reason }) => reason?.startsWith(CHANGED_IN_FLIGHT));
    const { metadata } = await look.namespace();
    const policies = await rewriting(
      await look.kubernetes.kinds(look.signal),
      metadata.labels,
      (apiVersion, resource) => look.list(apiVersion, resource, 'everywhere'),
    );
    const may =
      policies.length > 0
        ? ` These may rewrite what is written there: MutatingAdmissionPolicy ${fewNames(policies.map(({ name }) => name))}.`
        : ' No MutatingAdmissionPolicy covers the namespace.';
    if (records.every((record) => record === undefined)) return notProven(`No step wrote down what came back.${may}`);
    const how = 'Compared each write with what the API server answered';
    if (changed.length > 0)
      return notProven(
        `${how}: ${fewNames(changed.map(({ kind, name, reason }) => `${kind} ${name}: ${reason}`))}.${may}`,
      );
    return proven(`${how}: they are the same.${may}`);
  },
};

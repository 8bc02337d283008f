import { command } from '../../contract/commands/command.ts';
import { POLICY_KIND, REWRITING_RIGHTS, rewriting } from '../isolation/mutating-policies.ts';
import { type DangerKind, nameList } from './danger.ts';

/** What an intruder may have left to undo our writes as they are made: the label, the quota, the policy that denies. */
export const mutatingPolicies: DangerKind = {
  about: 'admission policies that rewrite what is written in the namespace',
  needs: { kubernetes: ['list namespaces', ...REWRITING_RIGHTS] },
  async find(surroundings) {
    const { namespace } = surroundings.target;
    const namespaces = await surroundings.all('v1', 'namespaces');
    const labels = namespaces.find(({ metadata }) => metadata.name === namespace)?.metadata.labels;
    const policies = await rewriting(await surroundings.kinds(), labels, (apiVersion, resource) =>
      surroundings.all(apiVersion, resource),
    );
    return {
      dangers: policies.map(({ name, kinds }) => ({
        id: `mutating-policy/${name}`,
        what: `The MutatingAdmissionPolicy ${name} may rewrite what is written in the namespace: ${nameList(kinds)}.`,
        consequence:
          'It may change what containment writes before it is stored. Each write is compared with what came back, and the run is not whole where they differ. Look whose it is; without its binding it does nothing.',
        blocking: false,
        commands: [command('kubectl get', [POLICY_KIND, name], { '-o': 'yaml' })],
      })),
    };
  },
};

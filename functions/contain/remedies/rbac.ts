import { command } from '../../contract/commands/command.ts';
import type { Proposal } from '../../contract/containment.ts';
import type { ContainmentFacts } from '../framework/containment-facts.ts';
import type { Remedy } from './remedy.ts';

/** The bindings that allowed it, and those that are wider than anybody needs. */
export const rbac: Remedy = { name: 'rbac', aim: 'hardening', propose };

function propose({ details }: ContainmentFacts): Proposal[] {
  const { grantedBy } = details.permissions ?? {};
  const weak = details['cluster-weaknesses'];
  const proposals: Proposal[] = [];
  if (grantedBy?.binding && !grantedBy.bindingGone && !grantedBy.accessPolicyArn) {
    const { kind = 'ClusterRoleBinding', binding, role = 'its role', subject = 'its subjects' } = grantedBy;
    proposals.push({
      aim: 'access',
      text: `Does ${subject} need ${role}? This binding allowed the namespace. Check who is in it, then narrow it or delete it.`,
      commands: [look(kind, binding), remove(kind, binding)],
    });
  }
  for (const { binding, role } of weak?.anonymousBindings ?? [])
    if (binding)
      proposals.push({
        aim: 'access',
        text: `No unauthenticated identity should have ${role ?? 'a role'}: delete the binding ${binding}.`,
        commands: [look(kindOf(binding), binding), remove(kindOf(binding), binding)],
      });
  for (const { binding, role, subject } of weak?.wideBindings ?? [])
    if (binding && binding !== grantedBy?.binding)
      proposals.push({
        text: `${subject ?? 'A wide group'} has ${role ?? 'a wide role'} by ${binding}: name the people who need it instead.`,
        commands: [look(kindOf(binding), binding)],
      });
  return proposals;
}

/** A binding in a namespace is written `namespace/binding`. */
const kindOf = (binding: string): string => (binding.includes('/') ? 'RoleBinding' : 'ClusterRoleBinding');

const look = (kind: string, binding: string): string[] => {
  const [name = '', namespace] = binding.split('/').reverse();
  return command('kubectl get', [kind.toLowerCase(), name], { '--namespace': namespace, '-o': 'yaml' });
};
const remove = (kind: string, binding: string): string[] => {
  const [name = '', namespace] = binding.split('/').reverse();
  return command('kubectl delete', [kind.toLowerCase(), name], { '--namespace': namespace });
};

import type { Capability } from '../../clients/aws/capabilities.ts';
import { command } from '../../contract/commands/command.ts';
import type { Target } from '../../contract/containment.ts';
import { defined } from '../../kit/defined.ts';
import type { Danger, DangerKind } from './danger.ts';

/** What it is called, and what it does to a namespace, by the type that EKS gives it. */
const TYPES: Readonly<Record<string, { name: string; does: string }>> = {
  ARGOCD: { name: 'managed Argo CD', does: 'It puts objects back as they are in its repositories.' },
  ACK: {
    name: 'ACK, which makes resources of AWS from objects',
    does: 'What it made in AWS for objects of the namespace stays, and is changed by whoever may write these objects.',
  },
  KRO: { name: 'kro, which makes objects from definitions', does: 'It recreates objects that are deleted.' },
};

const OUTSIDE =
  'It runs outside the cluster, where only the freeze stops it. To stop it in the whole cluster, a person deletes the access entry of its role; check first who else needs it.';

/** What EKS runs for the cluster from outside: it may put back what is taken away, and no pod of it can be found. */
export const capabilities: DangerKind = {
  about: 'capabilities of EKS that act from outside (Argo CD, ACK, kro)',
  needs: { aws: ['eks:DescribeCluster', 'eks:ListCapabilities', 'eks:DescribeCapability'] },
  async find(surroundings) {
    const found = await surroundings.capabilities();
    if (!found) return { dangers: [], facts: { capabilities: 'EKS cannot be asked here' } };
    const acting = found.filter(({ status }) => status !== 'DELETING');
    return { dangers: acting.map((each) => dangerOf(each, surroundings.target)) };
  },
};

function dangerOf({ name, type, status, roleArn }: Capability, { cluster }: Target): Danger {
  const known = TYPES[type];
  const where = defined({ '--region': cluster.region, '--cluster-name': cluster.name });
  return {
    id: `capability/${name}`,
    what: `The cluster has the capability ${name} of EKS (${known?.name ?? type}; ${status})${roleArn ? `, which acts as ${roleArn}` : ''}.`,
    consequence: `${known?.does ?? 'What it does to the namespace is not known here.'} ${OUTSIDE}`,
    blocking: false,
    commands: [
      command('aws eks describe-capability', [], { ...where, '--capability-name': name }),
      ...(roleArn ? [command('aws eks delete-access-entry', [], { ...where, '--principal-arn': roleArn })] : []),
    ],
  };
}

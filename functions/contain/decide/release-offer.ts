import { command } from '../../contract/commands/command.ts';
import type { Proposal, Target } from '../../contract/containment.ts';
import { shortFindingId } from '../../contract/ids.ts';
import type { Folder } from '../framework/folder.ts';
import type { DecideContext } from './step.ts';

/** How to give the namespace back what it had, where it is contained. */
export async function releaseOffer(
  target: Target,
  findingId: string | undefined,
  folder: Folder,
  { settings }: DecideContext,
): Promise<Proposal[]> {
  if (!(await folder.isContained())) return [];
  const machine = machineOf(target.cluster.name, settings.release);
  const start = (mode: 'plan' | 'release'): string[] =>
    command('aws stepfunctions start-execution', [], {
      '--region': machine.split(':')[3],
      '--state-machine-arn': machine,
      '--input': JSON.stringify(
        findingId === undefined ? { ...target, mode } : { findingId: shortFindingId(findingId) ?? findingId, mode },
      ),
    });
  return [
    {
      text: 'The namespace was contained. The playbook release restores it: the first command shows what it would do, the second does it.',
      commands: [start('plan'), start('release')],
    },
  ];
}

function machineOf(name: string | undefined, { byDefault, clusters }: DecideContext['settings']['release']): string {
  return Object.entries(clusters).find(([, names]) => name !== undefined && names.includes(name))?.[0] ?? byDefault;
}

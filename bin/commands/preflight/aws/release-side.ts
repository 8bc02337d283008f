import { DescribeAccessEntryCommand } from '@aws-sdk/client-eks';
import { command } from '../../../../functions/contract/commands/command.ts';
import type { AwsContext } from './check.ts';
import type { Contained } from './contained.ts';

/** The machine and role of *release* in one network. */
export interface ReleaseSide {
  /** ARN of the state machine. */
  machine: string;
  /** ARN of the function's role. */
  role: string;
}

const ROLE = /^Release([0-9a-f]{8})?RoleArn$/;

/** One for each network, by the outputs of the stack; the first is for every cluster that no other is for. */
export const releaseSides = (outputs: ReadonlyMap<string, string>): ReleaseSide[] =>
  [...outputs]
    .flatMap(([output, role]) => {
      const [match, network = ''] = ROLE.exec(output) ?? [];
      const machine = outputs.get(`Release${network}PlaybookArn`);
      return match !== undefined && machine !== undefined ? [{ network, machine, role }] : [];
    })
    .toSorted((a, b) => (a.network < b.network ? -1 : 1))
    .map(({ machine, role }) => ({ machine, role }));

/** What starts *release* for a namespace; where its name is not known, what tells it. */
export function releaseCommands(
  { cluster, namespace, uid }: Contained,
  side: ReleaseSide | undefined,
  { region, account }: AwsContext,
): string[][] {
  if (namespace === undefined || side === undefined)
    return [
      command('kubectl get', ['namespaces'], { '--selector': `namespace-sentinel.io/quarantine=${uid}`, '-o': 'name' }),
    ];
  const target = { cluster: { name: cluster, region, account }, namespace, uid, mode: 'release' };
  return [
    command('aws stepfunctions start-execution', [], {
      '--region': region,
      '--state-machine-arn': side.machine,
      '--input': JSON.stringify(target),
    }),
  ];
}

/** Those of the sides whose role the cluster lets in. */
export async function sidesLetInto(
  { view: { clients }, signal }: AwsContext,
  clusterName: string,
  sides: readonly ReleaseSide[],
): Promise<ReleaseSide[]> {
  const found: ReleaseSide[] = [];
  for (const side of sides) {
    try {
      const entry = new DescribeAccessEntryCommand({ clusterName, principalArn: side.role });
      await clients.eks.send(entry, { abortSignal: signal });
      found.push(side);
    } catch (error) {
      // There is no such entry or cluster, or the cluster knows no access entries.
      if (!/^(ResourceNotFoundException|InvalidRequestException)$/.test((error as Error).name)) throw error;
    }
  }
  return found;
}

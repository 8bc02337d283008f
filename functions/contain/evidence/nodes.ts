/** What can be done about the nodes that its pods ran on. All of it hits pods of others, so that a person decides. */
import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { command } from '../../contract/commands/command.ts';
import type { Proposal } from '../../contract/containment.ts';
import { andMore, counted } from '../../kit/words.ts';
import type { PlaybookRun } from '../framework/step.ts';

/** A node that pods of the namespace are on. */
export interface UsedNode {
  name: string;
  /** Of the cloud: `aws:///eu-west-1a/i-0123456789abcdef0`. */
  providerId?: string;
  /** How its instance is run, as EKS marks it: `auto`, `fargate`, `hybrid`. */
  computeType?: string;
  /** How many pods of other namespaces are on it; absent where that could not be asked. */
  others?: number;
}

/** Proposals are for a person to read: of more nodes the first ones. */
const MAX_NODES = 20;

const INSTANCE = /^aws:\/\/\/[a-z0-9-]{1,30}\/(i-[0-9a-f]{8,17})$/;

const instanceOf = ({ providerId = '', computeType }: UsedNode): string | undefined =>
  // What EKS runs itself takes neither another security group nor a session.
  computeType === undefined ? INSTANCE.exec(providerId)?.[1] : undefined;

const COMPUTE_TYPE = 'eks.amazonaws.com/compute-type';

export const computeTypeOf = ({ metadata }: KubernetesObject): string | undefined => metadata.labels?.[COMPUTE_TYPE];

/** Marks what a run made outside of the cluster. */
export function tagsOf({ findingId, target }: Pick<PlaybookRun, 'findingId' | 'target'>, resource: string): string {
  const tags = [`{Key=namespace-sentinel-uid,Value=${target.uid}}`];
  if (findingId !== undefined) tags.push(`{Key=namespace-sentinel-finding,Value=${findingId}}`);
  return `ResourceType=${resource},Tags=[${tags.join(',')}]`;
}

export function nodeProposals(all: readonly UsedNode[], run: PlaybookRun): Proposal[] {
  const nodes = all.slice(0, MAX_NODES);
  if (nodes.length === 0) return [];
  const of = all.length > nodes.length ? ` These are the first ${nodes.length} of ${all.length} nodes.` : '';
  const instances = nodes.flatMap((node) => instanceOf(node) ?? []);
  return [
    {
      text: `An intruder who escaped from a pod is on its node: keep new pods away from ${andMore(nodes.map(shared), 5)}.${of}`,
      commands: nodes.map(({ name }) => command('kubectl cordon', [name])),
    },
    ...(instances.length > 0 ? [memoryOf(instances, run), isolationOf(instances, run)] : []),
  ];
}

const shared = ({ name, others }: UsedNode): string =>
  `${name} (${others === undefined ? 'number of other pods unknown' : counted(others, 'other pod')})`;

/** Before anything else changes: it is lost with the instance. */
function memoryOf(instances: readonly string[], { target, findingId }: PlaybookRun): Proposal {
  const file = `/var/tmp/${findingId ?? target.uid}.lime`;
  return {
    text:
      'Capture the memory of the instances before they are stopped. This runs avml, which the image of the node has to bring, through ' +
      'Systems Manager, and writes as much as the instance has memory; copy the file off the node, and note its hash.',
    commands: instances.map((id) =>
      command('aws ssm send-command', [], {
        '--region': target.cluster.region,
        '--document-name': 'AWS-RunShellScript',
        '--instance-ids': id,
        '--parameters': JSON.stringify({ commands: [`avml ${file}`, `sha256sum ${file}`] }),
      }),
    ),
  };
}

/** Ids that AWS makes up as the lines are run; it knows none of these, so that a line that was not completed is refused. */
const VPC = 'vpc-of-the-first-line';
const GROUP = 'sg-of-the-second-line';

function isolationOf([first = '', ...rest]: readonly string[], run: PlaybookRun): Proposal {
  const { target, findingId } = run;
  const region = { '--region': target.cluster.region };
  const move = (id: string) =>
    command('aws ec2 modify-instance-attribute', [], { ...region, '--instance-id': id, '--groups': GROUP });
  return {
    text:
      `Cut the instances off by a security group without rules: all pods on them lose their network, and the nodes stop answering. ` +
      `Put the VPC that the first line shows in place of ${VPC}, and the id that the second one prints in place of ${GROUP}; note the ` +
      'groups that the first line shows, to go back. Connections that a group tracks may continue for a while; the runbook ' +
      'AWSSupport-ContainEC2Instance of Systems Manager ends them as well.',
    commands: [
      command('aws ec2 describe-instances', [], { ...region, '--instance-ids': first }),
      command('aws ec2 create-security-group', [], {
        ...region,
        '--group-name': `namespace-sentinel-${findingId ?? target.uid}`,
        '--description': 'Isolates nodes by Namespace Sentinel',
        '--vpc-id': VPC,
        '--tag-specifications': tagsOf(run, 'security-group'),
      }),
      command('aws ec2 revoke-security-group-egress', [], {
        ...region,
        '--group-id': GROUP,
        '--protocol': 'all',
        '--cidr': '0.0.0.0/0',
      }),
      move(first),
      ...rest.flatMap((id) => [
        command('aws ec2 describe-instances', [], { ...region, '--instance-ids': id }),
        move(id),
      ]),
    ],
  };
}

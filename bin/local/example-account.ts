/** The names that a deployment has in AWS, of an account that nobody has: mails of the demo look like those of a deployment. */
import type { StateMachineArns } from '../../functions/alert/state-machine-arns.ts';
import type { AlertArchive } from '../../functions/clients/bucket/alert-archive.ts';
import { LocalAlertArchive } from '../../functions/clients/local/alert-archive.ts';
import { LocalEvidenceStore } from '../../functions/clients/local/evidence-store.ts';
import { partitionOf } from '../../functions/kubernetes/names/partition.ts';

export type ExamplePlaybook = 'contain' | 'release' | 'decide';

const STACK = 'NamespaceSentinel';
const BUCKET = 'namespace-sentinel-evidence-example';

export interface ExampleAccount {
  machine(playbook: ExamplePlaybook): string;
  execution(playbook: ExamplePlaybook, name: string): string;
  lambda(name: string): string;
  playbooks: StateMachineArns;
  /** ARN of the policy of those who may read reports. */
  readers: string;
}

export function exampleAccount({ region, account }: { region: string; account: string }): ExampleAccount {
  const arn = (service: string, resource: string): string =>
    `arn:${partitionOf(region)}:${service}:${region}:${account}:${resource}`;
  const machine = (playbook: ExamplePlaybook): string => arn('states', `stateMachine:${STACK}-${playbook}`);
  return {
    machine,
    execution: (playbook, name) => arn('states', `execution:${STACK}-${playbook}:${name}`),
    lambda: (name) => arn('lambda', `function:${STACK}-${name}`),
    playbooks: {
      default: { contain: machine('contain'), release: machine('release') },
      decide: machine('decide'),
    },
    readers: `arn:${partitionOf(region)}:iam::${account}:policy/${STACK}-Reader`,
  };
}

/** A folder that says that it is the evidence bucket. */
export class ExampleBucket extends LocalEvidenceStore {
  override place(key: string): string {
    return `s3://${BUCKET}/${key}`;
  }
}

/** The same for alerts. */
export class ExampleArchive extends LocalAlertArchive implements AlertArchive {
  override async store(key: string, body: string): Promise<string> {
    await super.store(key, body);
    return `s3://${BUCKET}/${key}`;
  }
}

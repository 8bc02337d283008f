import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from '../base/acknowledge.ts';
import type { Playbook } from './playbook.ts';
import { ANY_EXECUTION } from './playbook-arns.ts';

export interface PlaybookPoliciesProps {
  /** *contain* and *release*, in every network. */
  readonly containment: readonly Playbook[];
  readonly decide: Playbook;
}

/**
 * What the console of Step Functions calls to list state machines, to show one with its executions, and to draw the graph of an
 * execution: of the actions in AWS's policy `AWSStepFunctionsReadOnlyAccess`, those on state machines and executions, each on what
 * it can be confined to. There are no activities or map runs here.
 */
const SHOWN = {
  all: ['states:ListStateMachines'],
  machine: [
    'states:DescribeStateMachine',
    'states:ListExecutions',
    'states:ListStateMachineAliases',
    'states:ListStateMachineVersions',
    'states:ListTagsForResource',
  ],
  execution: ['states:DescribeExecution', 'states:DescribeStateMachineForExecution', 'states:GetExecutionHistory'],
} as const;

/**
 * For the people who respond, attached to nobody: the account's administrators give them to roles of theirs. They are two, so
 * that whoever starts a removal need not be the one who approves it.
 */
export class PlaybookPolicies extends Construct {
  /** Starts, watches and stops *contain* and *release*. */
  readonly starter: ManagedPolicy;
  /** Starts *decide*, and watches it. */
  readonly approver: ManagedPolicy;

  constructor(scope: Construct, id: string, { containment, decide }: PlaybookPoliciesProps) {
    super(scope, id);
    this.starter = policy(this, 'Starter', 'starts and stops contain and release', containment, [
      'states:StopExecution',
    ]);
    this.approver = policy(this, 'Approver', 'decides on findings and removals', [decide]);
  }
}

/** @param more what may be done with executions, beside watching them */
function policy(
  scope: Construct,
  id: string,
  what: string,
  playbooks: readonly Playbook[],
  more: readonly string[] = [],
): ManagedPolicy {
  const machines = playbooks.map(({ machine }) => machine.stateMachineArn);
  const executions = playbooks.map(({ executionsArn }) => executionsArn);
  const made = new ManagedPolicy(scope, id, {
    description: `Namespace Sentinel: ${what}`,
    statements: [
      new PolicyStatement({ actions: [...SHOWN.all], resources: ['*'] }),
      new PolicyStatement({ actions: ['states:StartExecution', ...SHOWN.machine], resources: machines }),
      new PolicyStatement({ actions: [...SHOWN.execution, ...more], resources: executions }),
    ],
  });
  acknowledgeWildcard(made, '*', 'The console lists the state machines of the account; that cannot be confined.');
  for (const resource of executions) acknowledgeWildcard(made, resource, ANY_EXECUTION);
  return made;
}

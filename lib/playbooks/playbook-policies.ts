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
 * For the people who respond, attached to nobody: the account's administrators give them to roles of theirs. They are two, so
 * that whoever starts a removal need not be the one who approves it.
 */
export class PlaybookPolicies extends Construct {
  /** Starts *contain* and *release*, and watches them. */
  readonly starter: ManagedPolicy;
  /** Starts *decide*, and watches it. */
  readonly approver: ManagedPolicy;

  constructor(scope: Construct, id: string, { containment, decide }: PlaybookPoliciesProps) {
    super(scope, id);
    this.starter = starting(this, 'Starter', 'starts contain and release', containment);
    this.approver = starting(this, 'Approver', 'decides on findings and removals', [decide]);
  }
}

function starting(scope: Construct, id: string, what: string, playbooks: readonly Playbook[]): ManagedPolicy {
  const machines = playbooks.map(({ machine }) => machine.stateMachineArn);
  const executions = playbooks.map(({ executionsArn }) => executionsArn);
  const policy = new ManagedPolicy(scope, id, {
    description: `Namespace Sentinel: ${what}`,
    statements: [
      new PolicyStatement({
        actions: ['states:StartExecution', 'states:DescribeStateMachine', 'states:ListExecutions'],
        resources: machines,
      }),
      new PolicyStatement({
        actions: ['states:DescribeExecution', 'states:GetExecutionHistory'],
        resources: executions,
      }),
    ],
  });
  for (const resource of executions) acknowledgeWildcard(policy, resource, ANY_EXECUTION);
  return policy;
}

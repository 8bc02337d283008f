import { Aws } from 'aws-cdk-lib';
import { EventField, type EventPattern, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Queues } from '../storage/queues.ts';
import type { Topics } from '../storage/topics.ts';
import type { Playbook } from './playbook.ts';

export interface PlaybookEndsProps {
  /** Whose executions are told. */
  readonly playbooks: readonly Playbook[];
  readonly topics: Topics;
  readonly queues: Queues;
}

/**
 * Tells the health topic of each execution that did not succeed, one message for each: whether it failed, took longer than it may
 * or was stopped by somebody. Events cost nothing, where three metrics a state machine would have to be looked at all month. Step
 * Functions sends both on a best-effort basis.
 *
 * What cannot be delivered within a day goes to the dead-letter queue.
 */
export class PlaybookEnds extends Construct {
  /** What is told. */
  readonly told: EventPattern;

  constructor(scope: Construct, id: string, { playbooks, topics, queues }: PlaybookEndsProps) {
    super(scope, id);
    const field = (path: string) => EventField.fromPath(path);
    const input = RuleTargetInput.fromMultilineText(
      [
        `Namespace Sentinel: an execution of ${field('$.detail.stateMachineArn')} ended as ${field('$.detail.status')}.`,
        'FAILED: its error says how (partly-contained or partly-released: something is open; refused: nothing was touched; anything else: it broke off), its cause why.',
        'TIMED_OUT: it took longer than it may; its history shows where it hung.',
        'ABORTED: somebody stopped it; CloudTrail (StopExecution) says who. If nobody of yours did, treat it as an attack.',
        'What it did stands. Every step may be repeated: fix the cause and start it again. After TIMED_OUT and ABORTED nobody was told how far it got.',
        `The execution: ${field('$.detail.executionArn')}`,
      ].join('\n'),
    );
    this.told = {
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: {
        status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
        stateMachineArn: playbooks.map(({ machine }) => machine.stateMachineArn),
      },
    };
    const rule = new Rule(this, 'Rule', {
      description: 'Namespace Sentinel: tells about playbooks that did not succeed',
      eventPattern: this.told,
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('events.amazonaws.com').withConditions({
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
      }),
      description: 'Namespace Sentinel: tells about playbooks that did not succeed',
    });
    topics.allowTelling(role);
    queues.takeUndelivered('UndeliveredEvents', rule);
    rule.addTarget({
      bind: () => ({
        arn: topics.health.topicArn,
        role,
        input,
        deadLetterConfig: { arn: queues.deadLetters.queueArn },
      }),
    });
    rule.node.addDependency(role);
  }
}

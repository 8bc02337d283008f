import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { Rule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/**
 * What a person has to look at. Encrypted under SQS's own key and not the stack's: should a mistake in that key stop
 * the functions, what they could not do still arrives here.
 */
export class Queues extends Construct {
  /** Events that *detect* or *alert* failed to handle in every attempt, and messages about playbooks that were not delivered. */
  readonly deadLetters: Queue;
  /** Log records that could not be read. */
  readonly rejectedRecords: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.deadLetters = this.#queue('DeadLetters');
    this.rejectedRecords = this.#queue('RejectedRecords');
  }

  /**
   * Lets EventBridge leave with the dead letters what it could not deliver to the targets of these rules.
   *
   * @param sid of the statement, which no other may have
   */
  takeUndelivered(sid: string, ...rules: readonly Rule[]): void {
    this.deadLetters.addToResourcePolicy(
      new PolicyStatement({
        sid,
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.deadLetters.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': rules.map(({ ruleArn }) => ruleArn) } },
      }),
    );
  }

  #queue(id: string): Queue {
    const queue = new Queue(this, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      maxMessageSizeBytes: 1024 * 1024, // the most there is: a dead letter holds a whole log delivery
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is itself where failures end: a person empties it, and an alarm says when there is something in it.',
    });
    return queue;
  }
}

import type { Duration } from 'aws-cdk-lib';
import { Rule, Schedule as RuleSchedule } from 'aws-cdk-lib/aws-events';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { SentinelFunction } from '../base/sentinel-function.ts';

export interface ScheduleProps {
  /** At most five: a rule of EventBridge takes no more. */
  readonly targets: readonly SentinelFunction[];
  readonly every: Duration;
  /** What it is for, in one sentence. */
  readonly description: string;
}

/** Runs functions again and again. A run that cannot be started is not tried again: the next one follows soon. */
export class Schedule extends Construct {
  readonly rule: Rule;

  constructor(scope: Construct, id: string, { targets, every, description }: ScheduleProps) {
    super(scope, id);
    const arns = targets.map(({ lambda }) => lambda.functionArn);
    this.rule = new Rule(this, 'Rule', {
      description,
      schedule: RuleSchedule.rate(every),
      targets: arns.map((arn) => ({ bind: () => ({ arn, retryPolicy: { maximumRetryAttempts: 0 } }) })),
    });
    for (const { node, lambda } of targets)
      new CfnPermission(this, node.id === targets[0]?.node.id ? 'MayInvoke' : `MayInvoke${node.id}`, {
        action: 'lambda:InvokeFunction',
        functionName: lambda.functionArn,
        principal: 'events.amazonaws.com',
        sourceArn: this.rule.ruleArn, // of this account
      });
  }
}

import type { Duration } from 'aws-cdk-lib';
import { Rule, Schedule as RuleSchedule } from 'aws-cdk-lib/aws-events';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { SentinelFunction } from '../base/sentinel-function.ts';

export interface ScheduleProps {
  readonly target: SentinelFunction;
  readonly every: Duration;
  /** What it is for, in one sentence. */
  readonly description: string;
}

/** Runs a function again and again. A run that cannot be started is not tried again: the next one follows soon. */
export class Schedule extends Construct {
  constructor(scope: Construct, id: string, { target, every, description }: ScheduleProps) {
    super(scope, id);
    const arn = target.lambda.functionArn;
    const rule = new Rule(this, 'Rule', {
      description,
      schedule: RuleSchedule.rate(every),
      targets: [{ bind: () => ({ arn, retryPolicy: { maximumRetryAttempts: 0 } }) }],
    });
    new CfnPermission(this, 'MayInvoke', {
      action: 'lambda:InvokeFunction',
      functionName: arn,
      principal: 'events.amazonaws.com',
      sourceArn: rule.ruleArn, // of this account
    });
  }
}

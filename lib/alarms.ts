import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { AlarmRule } from './alarm-rules.ts';

export interface AlarmsProps {
  readonly rules: readonly AlarmRule[];
  /** Told when an alarm goes off. */
  readonly health: ITopic;
}

/**
 * One alarm for each rule. Missing data never alarms: these metrics exist only while there is something to count.
 * (That nothing at all arrives any more cannot be seen in them.)
 */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, { rules, health }: AlarmsProps) {
    super(scope, id);
    this.all = rules.map(({ id: ruleId, metric, threshold = 1, description }) => {
      const alarm = new Alarm(this, ruleId, {
        metric,
        threshold,
        alarmDescription: description,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(new SnsAction(health));
      return alarm;
    });
  }
}

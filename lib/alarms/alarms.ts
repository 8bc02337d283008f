import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { AlarmRule } from './alarm-rule.ts';

export interface AlarmsProps {
  readonly rules: readonly AlarmRule[];
  /** Told when an alarm goes off. */
  readonly health: ITopic;
}

/**
 * One alarm for each rule. Missing data does not alarm: most metrics exist only while there is something to count.
 * Where something has to happen again and again, it does.
 */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, { rules, health }: AlarmsProps) {
    super(scope, id);
    this.all = rules.map(({ id: ruleId, metric, threshold = 1, mustHappen = false, periods = 1, description }) => {
      const alarm = new Alarm(this, ruleId, {
        metric,
        threshold,
        alarmDescription: description,
        evaluationPeriods: periods,
        comparisonOperator: mustHappen
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: mustHappen ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(new SnsAction(health));
      return alarm;
    });
  }
}

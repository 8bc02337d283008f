/**
 * The state of an alarm with a static threshold, by the rules of the CloudWatch user guide. SIMULATED: it is our reading of that guide,
 * whose pages are named beside each rule: *states* is
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html, *missing data* is
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

const COMPARISONS = {
  GreaterThanThreshold: (value: number, threshold: number) => value > threshold,
  GreaterThanOrEqualToThreshold: (value: number, threshold: number) => value >= threshold,
  LessThanThreshold: (value: number, threshold: number) => value < threshold,
  LessThanOrEqualToThreshold: (value: number, threshold: number) => value <= threshold,
} as const;

export type Comparison = keyof typeof COMPARISONS;
export type MissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

export interface StateRule {
  comparison: Comparison;
  threshold: number;
  /** N: of so many datapoints, the last ones. */
  evaluationPeriods: number;
  /** M: so many of them breach, one after the other or not (*states*, "Alarm evaluation settings"). */
  datapointsToAlarm: number;
  missingData: MissingData;
}

/**
 * CloudWatch looks at more datapoints than the evaluation periods, so that one that is late does not count as missing. How many
 * more is not published: by *missing data* it depends on the length of the period and the resolution of the metric, and its tables
 * look at five where three periods are evaluated. People who waited for an alarm on one period of a day saw three.
 */
export const evaluationRange = (evaluationPeriods: number): number => evaluationPeriods + 2;

/**
 * @param datapoints of the evaluation range, the oldest first; undefined where one is missing
 * @param before the state until now, which stays where the rules do not decide
 */
export function stateOf(datapoints: readonly (number | undefined)[], rule: StateRule, before: AlarmState): AlarmState {
  const { evaluationPeriods, datapointsToAlarm, missingData } = rule;
  const breaches = (value: number): boolean => COMPARISONS[rule.comparison](value, rule.threshold);
  const verdict = (breaching: number): AlarmState => (breaching >= datapointsToAlarm ? 'ALARM' : 'OK');
  const real = datapoints.filter((value) => value !== undefined);
  // *Missing data*, second item of the list: with enough real ones, those of before count, and the treatment does not matter.
  if (real.length >= evaluationPeriods) return verdict(real.slice(-evaluationPeriods).filter(breaches).length);
  const breaching = real.filter(breaches).length;
  // Third item: all real ones count, and no more is filled than N lacks.
  const filled = evaluationPeriods - real.length;
  switch (missingData) {
    case 'breaching':
      return verdict(breaching + filled);
    case 'notBreaching':
      return verdict(breaching);
    default: {
      // Third row of both tables.
      if (real.length === 0) return missingData === 'missing' ? 'INSUFFICIENT_DATA' : before;
      if (breaching >= datapointsToAlarm) return 'ALARM';
      if (breaching < real.length) return 'OK';
      // "Avoiding premature transitions to alarm state": all that there is breaches, and more might follow. Where the oldest is as old
      // as M, it is not waited for. The page leaves open what the state is while it is.
      const age = datapoints.length - datapoints.findIndex((value) => value !== undefined);
      return missingData === 'missing' && age >= datapointsToAlarm ? 'ALARM' : before;
    }
  }
}

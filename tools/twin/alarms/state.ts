/**
 * The state of an alarm with a static threshold, by the rules that CloudWatch documents (user guide, "Configuring how CloudWatch
 * alarms treat missing data" and "Evaluating an alarm"). SIMULATED: it is our reading of that guide.
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
  evaluationPeriods: number;
  datapointsToAlarm: number;
  missingData: MissingData;
}

/**
 * CloudWatch looks at more datapoints than the evaluation periods, so that one that is late does not count as missing. How many
 * more "depends on the length of the alarm period"; the guide's examples look at five where three periods are evaluated.
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
  // Enough of them: how missing data is treated does not matter.
  if (real.length >= evaluationPeriods) return verdict(real.slice(-evaluationPeriods).filter(breaches).length);
  const breaching = real.filter(breaches).length;
  const filled = evaluationPeriods - real.length;
  switch (missingData) {
    case 'breaching':
      return verdict(breaching + filled);
    case 'notBreaching':
      return verdict(breaching);
    default: {
      if (real.length === 0) return missingData === 'missing' ? 'INSUFFICIENT_DATA' : before;
      if (breaching >= datapointsToAlarm) return 'ALARM';
      if (breaching < real.length) return 'OK';
      // All that there is breaches, and more might follow: only where the oldest is old enough, it is not waited for.
      const age = datapoints.length - datapoints.findIndex((value) => value !== undefined);
      return missingData === 'missing' && age >= datapointsToAlarm ? 'ALARM' : before;
    }
  }
}

/** The state of an alarm, as it stands in a template or in the emulator. SIMULATED: by the rules of `state.ts` and `series.ts`. */
import { datapoints, evaluate, type Point, type Series } from './series.ts';
import { type AlarmState, type Comparison, evaluationRange, type MissingData, stateOf } from './state.ts';

interface Metric {
  Namespace: string;
  MetricName: string;
  Dimensions?: { Name: string; Value: string }[];
}

/** One entry of an alarm on metric math, as in a template. */
interface Query {
  Id: string;
  MetricStat?: { Metric: Metric; Period: number; Stat: string };
  Expression?: string;
  ReturnData?: boolean;
}

/** An alarm as the emulator has it. */
export interface Alarm extends Metric {
  AlarmName: string;
  StateValue: AlarmState;
  Metrics?: Query[];
  Period: number;
  Statistic: string;
  EvaluationPeriods: number;
  DatapointsToAlarm?: number;
  ComparisonOperator: Comparison;
  Threshold: number;
  TreatMissingData: MissingData;
}

export interface Written {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
  points: Point[];
}

const sorted = (dimensions: Record<string, string>): string => JSON.stringify(Object.entries(dimensions).sort());

function pointsOf(written: readonly Written[], { Namespace, MetricName, Dimensions = [] }: Metric): Point[] {
  const wanted = sorted(Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])));
  return written
    .filter(
      ({ namespace, name, dimensions }) =>
        namespace === Namespace && name === MetricName && sorted(dimensions) === wanted,
    )
    .flatMap(({ points }) => points);
}

/**
 * The state that an alarm has at an instant.
 *
 * @param minuteMs how long a minute is; periods are in its sixtieths
 * @throws for metric math or a statistic that the twin does not know
 */
export function evaluateAlarm(alarm: Alarm, written: readonly Written[], until: number, minuteMs: number): AlarmState {
  const { EvaluationPeriods: evaluationPeriods, Metrics: queries = [] } = alarm;
  const seriesOf = (metric: Metric, period: number, statistic: string): Series =>
    datapoints(pointsOf(written, metric), statistic, {
      periodMs: (period * minuteMs) / 60,
      count: evaluationRange(evaluationPeriods),
      until,
    });
  const metrics = new Map(
    queries.flatMap(({ Id, MetricStat: stat }) =>
      stat ? [[Id, seriesOf(stat.Metric, stat.Period, stat.Stat)] as const] : [],
    ),
  );
  const formula = queries.find(
    ({ Expression, ReturnData = true }) => Expression !== undefined && ReturnData,
  )?.Expression;
  const series = formula ? evaluate(formula, metrics) : seriesOf(alarm, alarm.Period, alarm.Statistic);
  const { DatapointsToAlarm: datapointsToAlarm = evaluationPeriods, ComparisonOperator: comparison } = alarm;
  const { Threshold: threshold, TreatMissingData, StateValue: before } = alarm;
  // "Alarms that evaluate metrics in the AWS/DynamoDB namespace always ignore missing data" (the page *missing data* of `state.ts`).
  const namespaces = [alarm.Namespace, ...queries.map(({ MetricStat: stat }) => stat?.Metric.Namespace)];
  const missingData = namespaces.includes('AWS/DynamoDB') ? 'ignore' : TreatMissingData;
  return stateOf(series, { comparison, threshold, evaluationPeriods, datapointsToAlarm, missingData }, before);
}

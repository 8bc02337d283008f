import type { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';

/** One reason to wake the people who run the sentinel. */
export interface AlarmRule {
  readonly id: string;
  readonly metric: Metric | MathExpression;
  /** Alarms at this value. @default 1 */
  readonly threshold?: number;
  /** Alarms below the threshold instead, and where there is no data at all. @default false */
  readonly mustHappen?: boolean;
  /** After so many periods in a row. @default 1 */
  readonly periods?: number;
  /** What it means, and what to do. */
  readonly description: string;
}

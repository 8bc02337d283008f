import type { LogGroup, SubscriptionFilter } from '@aws-sdk/client-cloudwatch-logs';

/** A metric of CloudWatch, summed over the minutes before an instant (epoch milliseconds). */
export interface MetricSum {
  namespace: string;
  metric: string;
  dimensions: Readonly<Record<string, string>>;
  minutes: number;
  until: number;
}

/** What AWS says of the way from the audit log to *detect*. Everything that is gone is undefined; a refusal is thrown. */
export interface Chain {
  logGroup(name: string, signal: AbortSignal): Promise<LogGroup | undefined>;
  hasTransformer(logGroup: string, signal: AbortSignal): Promise<boolean>;
  /** The filter of that name. */
  filter(logGroup: string, name: string, signal: AbortSignal): Promise<SubscriptionFilter | undefined>;
  /** What a function is, with its role. */
  function(
    name: string,
    signal: AbortSignal,
  ): Promise<{ roleArn: string | undefined; state: string | undefined } | undefined>;
  /** Concurrency set aside for it; undefined where none is. */
  concurrency(name: string, signal: AbortSignal): Promise<number | undefined>;
  /** Its resource policy as JSON text. */
  policy(name: string, signal: AbortSignal): Promise<string | undefined>;
  hasRole(roleArn: string, signal: AbortSignal): Promise<boolean>;
  sum(metric: MetricSum, signal: AbortSignal): Promise<number>;
}

import { FilterPattern, type LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';

/** Where failed invocations of all functions are counted; those of two stacks in an account and Region together. */
export const failuresMetric = { namespace: 'NamespaceSentinel', metricName: 'FailedInvocations' } as const;

/**
 * Lambda ends each invocation with a line of this type, which says how it went: `success`, or `error`, `failure` or `timeout`
 * (Lambda developer guide, "Lambda Telemetry API event schema"; the function's log is in JSON).
 */
export const FAILED_INVOCATION = '{ ($.type = "platform.report") && ($.record.status != "success") }';

/**
 * Counts the invocations of a function that failed, for whatever reason: an error, a crash, a timeout, a lack of memory. One metric
 * for all functions, which has data only where something failed: Lambda's own metric would have to be looked at for each.
 */
export function countFailures(logGroup: LogGroup): void {
  new MetricFilter(logGroup, 'Failures', {
    logGroup,
    filterPattern: FilterPattern.literal(FAILED_INVOCATION),
    metricNamespace: failuresMetric.namespace,
    metricName: failuresMetric.metricName,
  });
}

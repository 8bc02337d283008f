import { FilterPattern, type LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { FAILED_INVOCATION } from './failed-invocation.ts';

/** Where failed invocations of all functions are counted; those of two stacks in an account and Region together. */
export const failuresMetric = { namespace: 'NamespaceSentinel', metricName: 'FailedInvocations' } as const;

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

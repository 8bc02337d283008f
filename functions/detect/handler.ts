/**
 * *detect*: a subscription delivery of a cluster's audit log in, findings out. It also takes what *watch* reads of a log again, in
 * the same form, and the namespaces that no record explains, `{ unexplained }`.
 *
 * - Retried (by Lambda, twice, after one and two minutes): a delivery with a record that could not be handled, because
 *   the findings table, the invocation of *investigate* or the queue for rejected records failed, or because another
 *   invocation held the claim. Records already done are skipped then.
 * - Dropped: nothing. A record or payload that cannot be read goes to the queue for rejected records with the reason
 *   and its origin, and the others go on. After the retries the whole delivery goes to the dead-letter queue.
 * - Counted: each canary of *watch* that arrives in time (`CanaryArrived`), whose absence is an alarm of its cluster; and events of
 *   an account or Region that the configuration does not name (`Problem`, of `source-not-configured`), which are handled all the same.
 * - Alarms: failed invocations, events that wait too long, messages in either queue. What a delivery came to is in the log
 *   (`delivery handled`), which the dashboard sums up.
 */

import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { CANARY_METRIC } from '../contract/canary.ts';
import { PROBLEM_METRIC, type Problem } from '../contract/problems.ts';
import {
  type DetectClients,
  type DetectSettings,
  type DetectSummary,
  detect,
  type NotConfigured,
  takeUpUnexplained,
} from './detect.ts';
import { unexplainedFindings } from './unexplained.ts';

/** Thrown so that Lambda delivers again. */
class UnhandledRecordsError extends Error {
  override readonly name = 'UnhandledRecordsError';
}

/** The Lambda handler, with the clients and settings that it is to use. */
export function createHandler(
  clients: Omit<DetectClients, 'canaryArrived' | 'notConfigured'>,
  settings: DetectSettings,
): (event: unknown, context: Context) => Promise<DetectSummary> {
  const logger = new Logger({ serviceName: 'detect' });
  const metrics = new Metrics({ namespace: 'NamespaceSentinel', serviceName: 'detect', logger });
  const canaryArrived = (cluster: string): void => {
    metrics.singleMetric().addDimension('cluster', cluster).addMetric(CANARY_METRIC, MetricUnit.Count, 1);
  };
  const notConfigured = (source: NotConfigured): void => {
    logger.warn('events of an account or Region that the configuration does not name', { ...source });
    const problem: Problem = 'source-not-configured';
    metrics.singleMetric().addDimension('problem', problem).addMetric(PROBLEM_METRIC, MetricUnit.Count, source.events);
  };
  return middy()
    .use(injectLambdaContext(logger))
    .handler(async (event: unknown) => {
      const all = { ...clients, canaryArrived, notConfigured };
      const failed = (error: unknown): void => logger.error('record not handled', error as Error);
      const unexplained = unexplainedFindings(event);
      const summary = unexplained
        ? await takeUpUnexplained(unexplained, all, settings, failed)
        : await detect(event, all, settings, failed);
      logger.info('delivery handled', { ...summary });
      if (summary.failed > 0)
        throw new UnhandledRecordsError(`${summary.failed} of ${summary.records} records were not handled`);
      return summary;
    });
}

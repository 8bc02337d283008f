/**
 * *detect*: a subscription delivery of a cluster's audit log in, findings out.
 *
 * - Retried (by Lambda, twice, after one and two minutes): a delivery of which any record could not be handled, because
 *   the findings table, the invocation of *investigate* or the queue for rejected records failed, or because another
 *   invocation held the claim. Records already done are skipped then.
 * - Dropped: nothing. A record or payload that cannot be read goes to the queue for rejected records with the reason
 *   and its origin, and the others go on. After the retries the whole delivery goes to the dead-letter queue.
 * - Alarms: errors and throttles of this function, messages in either queue.
 */

import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { type DetectClients, type DetectSettings, type DetectSummary, detect } from './detect.ts';

/** The metrics of this function, in namespace `NamespaceSentinel`, and the count that each one shows. */
const METRICS: Record<string, keyof DetectSummary> = {
  Records: 'records',
  RejectedRecords: 'rejected',
  UnhandledRecords: 'failed',
  FindingsHandedOver: 'handedOver',
  FindingsRecorded: 'recorded',
  FindingsDigested: 'digested',
  DuplicateFindings: 'duplicates',
};

/** Thrown so that Lambda delivers again. */
class UnhandledRecordsError extends Error {
  override readonly name = 'UnhandledRecordsError';
}

/** The Lambda handler, with the clients and settings that it is to use. */
export function createHandler(
  clients: DetectClients,
  settings: DetectSettings,
): (event: unknown, context: Context) => Promise<DetectSummary> {
  const logger = new Logger({ serviceName: 'detect' });
  const metrics = new Metrics({ namespace: 'NamespaceSentinel', serviceName: 'detect' });
  return middy()
    .use(injectLambdaContext(logger))
    .use(logMetrics(metrics))
    .handler(async (event: unknown) => {
      const summary = await detect(event, clients, settings, (error) =>
        logger.error('record not handled', error as Error),
      );
      logger.info('delivery handled', { ...summary });
      for (const [name, count] of Object.entries(METRICS)) metrics.addMetric(name, MetricUnit.Count, summary[count]);
      if (summary.failed > 0)
        throw new UnhandledRecordsError(`${summary.failed} of ${summary.records} records were not handled`);
      return summary;
    });
}

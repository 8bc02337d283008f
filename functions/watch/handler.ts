/**
 * *watch*: runs on a schedule, and looks after what no event brings forward.
 *
 * - Takes findings up again whose claim did not end in an alert, and takes the further looks at those that were alerted.
 * - Retried: nothing by Lambda; the next run of the schedule does it. What is taken from the agenda comes back by itself
 *   after a pause, unless *alert* has said that it is done: a crash anywhere on the way loses nothing. A second
 *   investigation of the same look sends no second message, because *alert* holds a lease for each look.
 * - Dropped: a finding that was tried in vain for about a day and a half, and a look for two hours and a half; both are
 *   logged and counted (`GivenUp`).
 * - Bounded: so many a run; the rest waits (`AgendaLeft`).
 * - Alarms: errors of this function (a run that could not handle something fails at its end), a schedule that does not
 *   run, and the metric `GivenUp`.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { takeUpDue, type WatchClients, type WatchSettings, type WatchSummary } from './agenda.ts';

/** The metrics of this function, in namespace `NamespaceSentinel`, and the count that each one shows. */
const METRICS = {
  FindingsTakenUp: 'takenUp',
  LooksStarted: 'looks',
  GivenUp: 'givenUp',
  AgendaFailed: 'failed',
} as const satisfies Record<string, keyof WatchSummary>;

/** Something could not be handled: the run counts as failed, so that somebody is told. */
class AgendaFailedError extends Error {
  override readonly name = 'AgendaFailedError';
}

/** The Lambda handler, with the clients and settings that it is to use. */
export function createHandler(
  clients: WatchClients,
  settings: WatchSettings,
  now: () => number = Date.now,
): (event: unknown, context: Context) => Promise<WatchSummary> {
  const logger = new Logger({ serviceName: 'watch' });
  const metrics = new Metrics({ namespace: 'NamespaceSentinel', serviceName: 'watch', logger });
  return middy()
    .use(injectLambdaContext(logger))
    .use(logMetrics(metrics))
    .handler(async () => {
      const summary = await takeUpDue(clients, settings, now, (findingId, error) =>
        logger.error('finding not taken up', { findingId, error: error as Error }),
      );
      logger.info('agenda handled', { ...summary });
      for (const [name, count] of Object.entries(METRICS)) metrics.addMetric(name, MetricUnit.Count, summary[count]);
      metrics.addMetric('AgendaLeft', MetricUnit.Count, summary.more ? 1 : 0);
      if (summary.failed > 0) throw new AgendaFailedError(`${summary.failed} findings could not be taken up`);
      return summary;
    });
}

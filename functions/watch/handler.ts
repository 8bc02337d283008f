/**
 * *watch*: runs on a schedule, and looks after what no event brings forward.
 *
 * - Takes findings up again whose claim did not end in an alert, and takes the further looks at those that were alerted.
 * - Sends the digests whose hour has ended.
 * - Retried: nothing by Lambda; the next run of the schedule does it. What is taken from the agenda comes back by itself
 *   after a pause, unless *alert* has said that it is done: a crash anywhere on the way loses nothing. A second
 *   investigation of the same look sends no second message, because *alert* holds a lease for each look.
 * - Dropped: a finding or a digest that was tried in vain for about a day and a half, and a look for two hours and a half;
 *   they are counted (`Problem`, of `alert-missing`). What was deferred and not looked at within six hours: it was told in a
 *   digest.
 * - Bounded: so many a run, in fair shares of clusters and actors; the rest waits (`more` in the log).
 * - Alarms: failed invocations (a run that could not handle something fails at its end), a schedule that does not run, and
 *   what was given up.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { PROBLEM_METRIC, PROBLEMS, type Problem } from '../contract/problems.ts';
import * as agenda from './agenda.ts';
import * as digests from './digests.ts';

export type WatchClients = agenda.AgendaClients & digests.DueDigestClients;
export type WatchSettings = agenda.AgendaSettings;
export type WatchSummary = agenda.AgendaSummary & digests.DigestSummary;

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
  const missing: Problem = 'alert-missing';
  const metrics = new Metrics({ namespace: 'NamespaceSentinel', serviceName: PROBLEMS[missing], logger });
  return middy()
    .use(injectLambdaContext(logger))
    .handler(async () => {
      // Trouble with the one must not keep the other waiting.
      const sent = digests.sendDueDigests(clients, now, (digest, error) =>
        logger.error('digest not sent', { digest, error: error as Error }),
      );
      const takenUp = agenda.takeUpDue(clients, settings, now, (findingId, error) =>
        logger.error('finding not taken up', { findingId, error: error as Error }),
      );
      await Promise.allSettled([sent, takenUp]);
      const summary: WatchSummary = { ...(await sent), ...(await takenUp) };
      logger.info('agenda handled', { ...summary });
      const givenUp = summary.givenUp + summary.digestsGivenUp;
      if (givenUp > 0)
        metrics.singleMetric().addDimension('problem', missing).addMetric(PROBLEM_METRIC, MetricUnit.Count, givenUp);
      const failed = summary.failed + summary.digestsFailed;
      if (failed > 0) throw new AgendaFailedError(`${failed} findings or digests could not be taken up`);
      return summary;
    });
}

/**
 * *alert*: the record of an investigation in, one alert out. It is the destination of *investigate* for success and for
 * failure.
 *
 * - Retried (by Lambda, twice, after one and two minutes): an alert that the topic or the chat topic did not take, a
 *   findings table that failed, and a finding that another invocation was delivering. Channels that have had the alert
 *   are skipped then, so trouble with chat never repeats the mail. A second copy is possible only when the process dies
 *   between publish and record, and carries the same id; a table that refuses that one write for as long as it is
 *   attempted amounts to the same.
 * - Dropped: nothing. A record without a valid finding fails, and after the retries goes to the dead-letter queue like
 *   any other. A failed or unreadable investigation still makes an alert, which says so.
 * - A further look at a finding is told only where the severity rose. One whose investigation failed is not told; *watch*
 *   begins it again.
 * - Not fatal: an archive that fails; the alert says that it could not be stored.
 * - Alarms: errors and throttles of this function, messages in its dead-letter queue, and the metrics `AlertBare` and
 *   `ArchiveFailed`.
 */

import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { type Clients, type Sent, type Settings, send } from './alert.ts';
import { alertFrom, lookFrom } from './destination.ts';
import { gradeOf } from './headline.ts';
import { withUpdate } from './look.ts';

export type { Clients, Sent, Settings };

/** The Lambda handler, with the clients and settings that it is to use. */
export function createHandler(
  clients: Clients,
  settings: Settings,
): (event: unknown, context: Context) => Promise<Sent> {
  const logger = new Logger({ serviceName: 'alert' });
  const metrics = new Metrics({ namespace: 'NamespaceSentinel', serviceName: 'alert', logger });
  return middy()
    .use(injectLambdaContext(logger))
    .use(logMetrics(metrics))
    .handler(async (event: unknown) => {
      const look = lookFrom(event);
      const alert = look ? withUpdate(alertFrom(event), look) : alertFrom(event);
      const severity = gradeOf(alert);
      const { outcome } = alert.finding;
      if (look && alert.investigationFailed !== undefined) {
        logger.warn('further look failed', {
          findingId: alert.id,
          look: look.number,
          reason: alert.investigationFailed,
        });
        metrics.addMetric('LookFailed', MetricUnit.Count, 1);
        return { channels: [], duplicate: false };
      }
      const sent = await send(alert, clients, settings, look);
      const bare = alert.investigationFailed !== undefined;
      logger.info('alert handled', { findingId: alert.id, outcome, severity, bare, look: look?.number, ...sent });
      metrics.addMetric('DuplicateAlerts', MetricUnit.Count, sent.duplicate ? 1 : 0);
      metrics.addMetric('AlertBare', MetricUnit.Count, bare && sent.channels.includes('topic') ? 1 : 0);
      metrics.addMetric('ArchiveFailed', MetricUnit.Count, sent.archiveFailed === undefined ? 0 : 1);
      metrics.addMetric('UpdatesSent', MetricUnit.Count, alert.update && sent.channels.includes('topic') ? 1 : 0);
      if (sent.channels.includes('topic')) {
        const published = metrics.singleMetric();
        published.addDimensions({ outcome, severity });
        published.addMetric('AlertPublished', MetricUnit.Count, 1);
      }
      return sent;
    });
}

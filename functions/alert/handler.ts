/**
 * *alert*: the record of an investigation in, one alert out. It is the destination of *investigate* for success and for
 * failure. It also takes what the playbooks have to tell, `{ followUp }`, and publishes it under the finding's id, once
 * like an alert: by its `messageId`. And it takes the digest of what was not reported on its own, `{ digest }`.
 *
 * - Retried (by Lambda, twice, after one and two minutes): an alert that a destination did not take, a findings table that
 *   failed, and a finding that another invocation was delivering. Destinations that have had the alert are skipped then,
 *   so trouble with chat never repeats the mail. A second copy is possible only when the process dies
 *   between publish and record, and carries the same id; a table that refuses that one write for as long as it is
 *   attempted amounts to the same.
 * - Dropped: nothing. A record without a valid finding fails, and after the retries goes to the dead-letter queue like
 *   any other. A failed or unreadable investigation still makes an alert, which says so.
 * - What nobody could investigate, or not in full because of limits, is reported on its own for the first ones of an actor and of a cluster in an hour, then in the
 *   digest of that hour, and so is what a later look finds of it, unless it is HIGH or above.
 * - A further look at a finding is told only where something that matters is otherwise than was told (`later-look.ts`). One whose
 *   investigation failed is not told; *watch* begins it again.
 * - Not fatal: an archive that fails; the alert says that it could not be stored. An isolation that could not be started
 *   by itself; a follow-up says so.
 * - Alarms: failed invocations, events that wait too long, messages in its dead-letter queue, and the metric `Problem`
 *   (`contract/problems.ts`): an alert without investigation or without its copy in the bucket, a severity that
 *   limits keep unknown, an isolation that did not start.
 */

import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { gradeOf } from '../contract/grade.ts';
import { PROBLEM_METRIC, type Problem } from '../contract/problems.ts';
import { alertFrom, lookFrom } from './destination.ts';
import { MAIN_DESTINATION } from './destinations/index.ts';
import { digestFrom } from './digest/read.ts';
import { sendDigest } from './digest/send-digest.ts';
import { followUpFrom } from './follow-up/read.ts';
import { sendFollowUp } from './follow-up/send-follow-up.ts';
import { matterOf } from './follow-up/words.ts';
import { withUpdate } from './later-look.ts';
import { type AlertClients, type AlertResult, type AlertSettings, sendAlert } from './send-alert.ts';

export type { AlertClients, AlertResult, AlertSettings };

/** The Lambda handler, with the clients and settings that it is to use. @param now epoch milliseconds */
export function createHandler(
  clients: AlertClients,
  settings: AlertSettings,
  now: () => number = Date.now,
): (event: unknown, context: Context) => Promise<AlertResult> {
  const logger = new Logger({ serviceName: 'alert' });
  const metrics = new Metrics({ namespace: 'NamespaceSentinel', serviceName: 'alert', logger });
  const count = (problem: Problem): void => {
    metrics.singleMetric().addDimension('problem', problem).addMetric(PROBLEM_METRIC, MetricUnit.Count, 1);
  };
  return middy()
    .use(injectLambdaContext(logger))
    .handler(async (event: unknown) => {
      const followUp = followUpFrom(event);
      if (followUp) {
        const told = await sendFollowUp(followUp, clients, settings, now);
        const { id: findingId, playbook } = followUp;
        const matter = matterOf(followUp);
        logger.info('follow-up handled', { findingId, playbook, matter, ...told });
        if (told.archiveFailed !== undefined) count('alert-incomplete');
        return told;
      }
      const digest = digestFrom(event);
      if (digest) {
        const told = await sendDigest(digest, clients, settings, now);
        logger.info('digest handled', { digest: digest.id, findings: digest.total, ...told });
        if (told.archiveFailed !== undefined) count('alert-incomplete');
        return told;
      }
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
        return { destinations: [], duplicate: false };
      }
      const sent = await sendAlert(alert, clients, settings, look, now);
      const bare = alert.investigationFailed !== undefined;
      logger.info('alert handled', { findingId: alert.id, outcome, severity, bare, look: look?.number, ...sent });
      if ((bare && sent.destinations.includes(MAIN_DESTINATION)) || sent.archiveFailed !== undefined)
        count('alert-incomplete');
      if (alert.assessment?.limits) count('severity-limited');
      if (sent.autoStart?.state === 'failed') count('isolation-not-started');
      return sent;
    });
}

/**
 * *investigate*: a finding in, evidence and an assessment out, which Lambda hands to *alert* as this function's
 * destination.
 *
 * - Retried: nothing. A failed investigation goes to *alert* at once, so that the alert is out within two minutes of
 *   the claim; a check that fails is `not-checked`, and its client retries within its deadline.
 * - Dropped: nothing. An event that is not a request, a crash or a timeout goes to *alert* by the failure destination,
 *   and the alert stands on the finding alone.
 * - Limited: where limits keep weighty questions from being asked, the severity is unknown; *watch* has them asked again.
 * - Alarms: failed invocations; *alert* counts what goes out without investigation, and severities that are not known because of
 *   limits.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { CheckClients } from '../checks/check.ts';
import { type Investigation, requestSchema } from '../contract/investigation.ts';
import { read } from '../contract/read.ts';
import { type InvestigateSettings, investigate, PARTS } from './investigate.ts';

/** The Lambda handler, with the clients and settings that it is to use. @param now epoch milliseconds */
export function createHandler(
  clients: CheckClients,
  settings: InvestigateSettings,
  now: () => number = Date.now,
): (event: unknown, context: Context) => Promise<Investigation> {
  const logger = new Logger({ serviceName: 'investigate' });
  return middy()
    .use(injectLambdaContext(logger))
    .handler(async (event: unknown) => {
      const { finding, look, previous } = read(requestSchema, event, 'request to investigate');
      const isFirst = look === undefined || previous?.severity === undefined;
      const investigation = await investigate(finding, clients, settings, { ...PARTS, now }, isFirst);
      const { assessment, evidence } = investigation;
      for (const { check, status, reason } of evidence) {
        if (status !== 'not-checked') continue;
        logger.warn('check without answer', { findingId: finding.id, check, reason });
      }
      if (assessment.limits) {
        logger.warn('limits kept weighty questions from being asked', {
          findingId: finding.id,
          limits: assessment.limits,
          questions: assessment.couldChange?.filter(({ limits }) => limits),
        });
      }
      logger.info('investigation completed', {
        findingId: finding.id,
        score: assessment.score,
        severity: assessment.severity,
        indicators: assessment.indicators.map(({ id }) => id),
        checks: evidence.map(({ check, status, tookMs }) => ({ check, status, tookMs })),
      });
      return investigation;
    });
}

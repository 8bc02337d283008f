/**
 * *securityhub*: takes a finding from the bus and imports it into AWS Security Hub.
 *
 * - Retried (by Lambda, twice, after one and two minutes): whatever Security Hub did not take, also where it says so in an answer that is
 *   well otherwise, and a table that failed. To import a finding again does no harm.
 * - Dropped: nothing. What cannot be read or is not taken in all tries goes to the dead-letter queue, which has an alarm.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { SecurityHub } from '../clients/send/security-hub.ts';
import type { Closures } from '../clients/table/findings-table.ts';
import { read } from '../contract/read.ts';
import { type SecurityHubEvent, securityHubEventSchema } from '../contract/security-hub-event.ts';

export interface SecurityHubClients {
  hub: SecurityHub;
  table: Pick<Closures, 'read'>;
}

export interface SecurityHubSettings {
  /** Of the account that the function runs in: no other may import under its default product. */
  account: string;
  /** ARN of the account's default product. */
  product: string;
}

/** The Lambda handler. @param now epoch milliseconds */
export function createHandler(
  { hub, table }: SecurityHubClients,
  { account, product }: SecurityHubSettings,
  now: () => number = Date.now,
): (event: unknown, context: Context) => Promise<{ finding: string; closed: boolean }> {
  const logger = new Logger({ serviceName: 'securityhub' });
  return middy()
    .use(injectLambdaContext(logger))
    .handler(async (event: unknown) => {
      const { finding, closes = false } = read(securityHubEventSchema, event, 'finding for Security Hub');
      const at = new Date(now()).toISOString();
      const whole = {
        ...finding,
        ProductArn: product,
        AwsAccountId: account,
        CreatedAt: finding.CreatedAt ?? (await createdAt(finding, table)) ?? at,
        // Of two states Security Hub keeps the one with the later instant: that of sending, as what is told later is newer.
        UpdatedAt: at,
      } as AwsSecurityFinding;
      await hub.importFinding(whole);
      if (closes) await hub.resolve(whole);
      logger.info('finding imported', { finding: finding.Id, closed: closes });
      return { finding: finding.Id, closed: closes };
    });
}

/** When the finding was made; undefined where the table does not hold it: a playbook was started without one. */
async function createdAt(
  { Id }: SecurityHubEvent['finding'],
  table: SecurityHubClients['table'],
): Promise<string | undefined> {
  const { namespace, request } = (await table.read(Id))?.finding ?? {};
  const epoch = Date.parse(namespace?.createdAt ?? request?.at ?? '');
  return Number.isNaN(epoch) ? undefined : new Date(epoch).toISOString();
}

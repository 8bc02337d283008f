/** A marked alert without a namespace: it shows the way from *alert* to those who are told, and nothing before it. */
import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { Cluster, Finding } from '../../../functions/contract/finding.ts';
import { idOf } from '../../../functions/contract/finding-id.ts';
import { SCHEMA_VERSION, SEVERITY_THRESHOLDS, type Severity } from '../../../functions/contract/vocabulary.ts';
import type { AwsClients } from '../preflight/aws/clients.ts';

/** What the alert of a drill does not show. */
export const NOT_PROVEN =
  'the audit log, its subscription, detect, the findings table before alert, investigate, and every playbook: hold the drill without --alert-only for those';

/**
 * The record with which Lambda hands an investigation to *alert*. The namespace is said to have been rejected, so that nobody is
 * offered to contain what is not there.
 */
export function syntheticRecord(
  { cluster, namespace, nonce, caller, severity }: Synthetic,
  now: number,
): { finding: Finding; record: object } {
  const at = new Date(now).toISOString();
  const finding: Finding = {
    schemaVersion: SCHEMA_VERSION,
    id: idOf(cluster, ['drill', nonce]),
    outcome: 'rejected',
    cluster,
    namespace: { name: namespace },
    actor: { kind: 'unknown', ...(caller !== undefined && { username: caller }) },
    request: { at, userAgent: 'sentinel drill --alert-only' },
    source: { kind: 'audit-log' },
    drill: 'registered',
  };
  const score = severity === 'LOW' ? 0 : SEVERITY_THRESHOLDS[severity];
  const reason =
    'sentinel drill --alert-only has sent this alert with a severity of its choice: nothing was investigated.';
  const indicators = [{ id: 'drill', weight: score, reason }];
  return {
    finding,
    record: {
      version: '1.0',
      timestamp: at,
      requestContext: { requestId: nonce, condition: 'Success', approximateInvokeCount: 1 },
      requestPayload: { finding },
      responseContext: { statusCode: 200 },
      responsePayload: {
        schemaVersion: SCHEMA_VERSION,
        findingId: finding.id,
        startedAt: at,
        finishedAt: at,
        evidence: [],
        assessment: { score, severity, indicators },
      },
    },
  };
}

export interface Synthetic {
  cluster: Cluster;
  namespace: string;
  nonce: string;
  /** Who sends it, as AWS names them. */
  caller?: string;
  severity: Severity;
}

/** @throws what Lambda answers */
export async function hand(
  lambda: AwsClients['lambda'],
  alert: string,
  record: object,
  signal: AbortSignal,
): Promise<void> {
  await lambda.send(
    new InvokeCommand({ FunctionName: alert, InvocationType: 'Event', Payload: Buffer.from(JSON.stringify(record)) }),
    { abortSignal: signal },
  );
}

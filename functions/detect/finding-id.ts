import { createHash } from 'node:crypto';
import { type AuditEvent, metadataOf } from '../kubernetes/audit-event.ts';
import { stringOf } from './audit-event.ts';
import { outcomeOf } from './creation.ts';
import type { LogRecord } from './record.ts';

/**
 * The finding's id: the same at each delivery of an event, and different for any two creations.
 *
 * It rests on what the server decides. A namespace's UID is made by the API server and never comes twice, so cluster
 * and UID are enough. Where there is none (refused, or the body was cut off) all that the event holds of time, actor
 * and request goes in, with the id that CloudWatch Logs gave the log event: `auditID` alone will not do, because a
 * client chooses it with an `Audit-ID` header. A cut line outside CloudWatch has no such id; there the text itself
 * goes in, and two lines equal to the last byte are taken for one event.
 */
export function findingId(event: AuditEvent, record: LogRecord): string {
  const { cluster } = record;
  // Of what was stored alone: another line with this UID in it, forged or not, must not stand for the creation.
  const uid = outcomeOf(event) === 'created' ? stringOf(metadataOf(event.responseObject)['uid']) : undefined;
  const identity = uid
    ? ['uid', uid]
    : [
        'request',
        event.requestReceivedTimestamp,
        event.stageTimestamp,
        event.user.username,
        event.user.uid,
        event.sourceIps,
        event.verb,
        event.code,
        event.stage,
        event.requestUri,
        event.objectRef?.name,
        event.auditId,
        record.logStream,
        record.eventId,
        event.requestReceivedTimestamp || record.eventId ? undefined : record.text,
      ];
  const hash = createHash('sha256').update(
    JSON.stringify([cluster.account, cluster.region, cluster.name, ...identity]),
  );
  return `nsf-${hash.digest('hex').slice(0, 32)}`;
}

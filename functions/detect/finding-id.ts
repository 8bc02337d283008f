import { idOf, idOfNamespace } from '../contract/finding-id.ts';
import { type AuditEvent, metadataOf } from '../kubernetes/audit-event.ts';
import { stringOf } from './audit-event.ts';
import { outcomeOf } from './creation.ts';
import type { LogRecord } from './record.ts';

/**
 * The finding's id: the same at each delivery of an event, and different for any two creations.
 *
 * It rests on what the server decides: of what was stored, cluster and UID. Where there is none (refused, or the body was
 * cut off) all that the event holds of time, actor and request goes in, with the id that CloudWatch Logs gave the log
 * event: `auditID` alone will not do, because a client chooses it with an `Audit-ID` header.
 */
export function findingId(event: AuditEvent, record: LogRecord): string {
  // Of what was stored alone: another line with this UID in it, forged or not, must not stand for the creation.
  const uid = outcomeOf(event) === 'created' ? stringOf(metadataOf(event.responseObject)['uid']) : undefined;
  return uid ? idOfNamespace(record.cluster, uid) : idOfRecord(event, record);
}

/**
 * An id that rests on the record alone. A cut line outside CloudWatch has no id of a log event; there the text itself goes
 * in, and two lines equal to the last byte are taken for one event.
 */
const idOfRecord = (event: AuditEvent, record: LogRecord): string =>
  idOf(record.cluster, [
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
  ]);

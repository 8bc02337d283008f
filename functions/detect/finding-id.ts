import { sha256 } from '../kit/sha256.ts';
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
  const parts = [cluster.account, cluster.region, cluster.name, ...identity].map(short);
  return `nsf-${sha256(JSON.stringify(parts)).slice(0, 32)}`;
}

/** Longer texts stand in the id by their hash, which the finding needs as well where it cuts them. In characters. */
const LONG = 4_096;

const short = (part: unknown): unknown =>
  typeof part === 'string' && part.length > LONG ? { length: part.length, sha256: sha256(part) } : part;

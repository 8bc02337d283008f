import type { Deletion } from '../contract/deletion.ts';
import { idOfNamespace } from '../contract/finding-id.ts';
import { fit } from '../contract/sizes.ts';
import { MAX_DELETION_BYTES } from '../contract/vocabulary.ts';
import { defined } from '../kit/defined.ts';
import { isRecord } from '../kit/json.ts';
import { type AuditEvent, metadataOf } from '../kubernetes/audit-event.ts';
import { isDryRun } from '../kubernetes/request-query.ts';
import { actorOf } from './actor.ts';
import { stringOf } from './audit-event.ts';
import type { LogRecord } from './record.ts';

/** The deletion that an event tells of, or why it is none; undefined where it is another request. */
export function deletionOf(event: AuditEvent, { cluster }: LogRecord): Deletion | string | undefined {
  const { verb, stage, code = 0, objectRef } = event;
  if (verb !== 'delete' || objectRef?.resource !== 'namespaces' || objectRef.apiGroup || objectRef.subresource)
    return undefined;
  if (stage !== 'ResponseComplete') return `deletion at stage ${stage}`;
  if (code < 200 || code >= 300) return `deletion answered with ${code}`;
  if (isDryRun(event)) return 'dry run of a deletion';
  const uid = deletedUid(event);
  if (uid === undefined) return 'deletion without the UID of what was deleted';
  const deletion: Deletion = {
    findingId: idOfNamespace(cluster, uid),
    actor: actorOf(event),
    ...defined({
      at: event.requestReceivedTimestamp,
      auditId: event.auditId,
      userAgent: event.userAgent,
      sourceIps: event.sourceIps,
    }),
  };
  return fit(deletion, MAX_DELETION_BYTES, ['findingId', 'actor.kind', 'actor.principalArn', 'at']).value;
}

/** The answer is the namespace, which is Terminating; or, where it was gone at once, a Status that names it. */
function deletedUid({ responseObject }: AuditEvent): string | undefined {
  if (responseObject?.['kind'] !== 'Status') return stringOf(metadataOf(responseObject)['uid']);
  const details = responseObject['details'];
  return isRecord(details) ? stringOf(details['uid']) : undefined;
}

import { type CanarySighting, nonceIn } from '../contract/canary.ts';
import type { AuditEvent } from '../kubernetes/audit-event.ts';
import { GROUPS } from '../kubernetes/quarantine.ts';
import { parameter } from '../kubernetes/request-query.ts';
import { actorOf } from './actor.ts';

/**
 * What may be a canary of *watch*: the attempt to create a namespace as a dry run that the API server refused with 403, asked by
 * a member of its group as itself, with a nonce. Whether the nonce is one that *watch* has stored, for this cluster and this
 * identity, decides the table. Anything else is an event like any other.
 */
export function canaryIn(event: AuditEvent): CanarySighting | undefined {
  const { verb, code, stage, user, impersonatedUser, objectRef, requestUri, auditId, truncated } = event;
  if (verb !== 'create' || code !== 403 || stage !== 'ResponseComplete' || truncated || impersonatedUser)
    return undefined;
  if (objectRef?.resource !== 'namespaces' || objectRef.subresource || objectRef.apiGroup) return undefined;
  if (!user.groups?.includes(GROUPS.watch)) return undefined;
  const nonce = nonceIn(parameter(requestUri, 'fieldManager'));
  const { principalArn: principal } = actorOf(event);
  return nonce && principal && auditId ? { nonce, principal, auditId } : undefined;
}

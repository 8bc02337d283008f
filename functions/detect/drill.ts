import { DRILL_LABEL, type DrillSighting, drillNonceIn } from '../contract/drill.ts';
import type { Finding } from '../contract/finding.ts';
import type { AuditEvent } from '../kubernetes/audit-event.ts';
import { parameter } from '../kubernetes/request-query.ts';

/**
 * What may be the namespace of a drill: one that was created, by an IAM identity as itself, with a nonce. Whether the nonce is
 * registered for it, the table decides.
 */
export function drillIn(event: AuditEvent, finding: Finding): DrillSighting | undefined {
  const { outcome, actor, namespace, request } = finding;
  if (outcome !== 'created' || actor.impersonated || finding.source.truncated) return undefined;
  const nonce = drillNonceIn(parameter(event.requestUri, 'fieldManager'));
  const [principal, name, { auditId, at = '' }] = [actor.principalArn, namespace.name, request];
  const time = Date.parse(at);
  if (!nonce || !principal || !name || !auditId || Number.isNaN(time)) return undefined;
  return { nonce, namespace: name, principal, auditId, at: time };
}

/** Whether a namespace says of itself that it belongs to a drill, or who asked for it does. */
export const saysDrill = (event: AuditEvent, { namespace }: Finding): boolean =>
  namespace.labels?.[DRILL_LABEL] !== undefined ||
  drillNonceIn(parameter(event.requestUri, 'fieldManager')) !== undefined;

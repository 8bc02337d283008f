import type { Alert } from '../../contract/alert.ts';
import { followUpOf } from '../../contract/fit-follow-up.ts';
import type { FollowUp } from '../../contract/follow-up.ts';
import { shownSeverity } from '../../contract/grade.ts';
import { defined } from '../../kit/defined.ts';

/**
 * The follow-up of an alert that said that isolation is being started, when it could not be.
 *
 * @param now epoch milliseconds
 */
export function notStarted(alert: Alert, { name }: NonNullable<Alert['autoStart']>, now: number): FollowUp {
  const at = new Date(now).toISOString();
  const { id, finding } = alert;
  const { cluster, namespace } = finding;
  return followUpOf({
    findingId: id,
    messageId: `not-started-${name}`,
    playbook: 'contain',
    target: { cluster, namespace: namespace.name ?? 'unknown', uid: namespace.uid ?? 'unknown' },
    ...defined({ severity: shownSeverity(alert), drill: finding.drill === 'registered' || undefined }),
    mode: 'isolate',
    execution: name,
    startedAt: at,
    at,
    outcome: 'refused',
    notStarted: true,
    summary: 'The logs of the function alert say why it could not be started.',
  });
}

/** Alerts as the investigation makes them, for the steps that read them. */
import type { Alert } from '../../functions/contract/alert.ts';
import type { Actor } from '../../functions/contract/finding.ts';
import type { Evidence } from '../../functions/contract/investigation.ts';
import { RUN } from './stage.ts';

export const ROLE = 'arn:aws:iam::111122223333:role/ci-deploy';

export function alertOf(details: Record<string, object>, actor: Partial<Actor> = {}): Alert {
  const evidence = Object.entries(details).map(
    ([check, each]): Evidence => ({
      check,
      question: '?',
      status: 'found',
      summary: '',
      details: { ...each },
      tookMs: 1,
    }),
  );
  return {
    schemaVersion: 1,
    id: RUN.findingId ?? '',
    finding: {
      schemaVersion: 1,
      id: RUN.findingId ?? '',
      outcome: 'created',
      cluster: RUN.target.cluster,
      namespace: { name: 'evil', uid: RUN.target.uid },
      actor: { kind: 'iam-role', principalArn: ROLE, ...actor },
      request: { sourceIps: ['198.51.100.7'] },
      source: { kind: 'audit-log' },
    },
    evidence,
  };
}

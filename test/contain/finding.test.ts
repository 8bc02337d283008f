/** The finding that somebody names is held against the target: its messages and its question are not for anybody to take. */
import { describe, expect, test } from '@jest/globals';
import { checkSnapshot } from '../../functions/contain/release/check-snapshot.ts';
import { askOnCall } from '../../functions/contain/steps/ask-on-call.ts';
import { checkTarget } from '../../functions/contain/steps/check-target.ts';
import { reportStep } from '../../functions/contain/steps/report.ts';
import type { Alert } from '../../functions/contract/alert.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import { alertOf } from './alerts.ts';
import { RUN, stage, UID } from './run-context.ts';

const FINDING_ID = RUN.findingId ?? '';
const { cluster: CLUSTER } = RUN.target;
const target = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'evil', uid: UID } };
const about = (finding: Partial<Finding>): Alert => {
  const alert = alertOf({});
  return {
    ...alert,
    finding: { ...alert.finding, cluster: CLUSTER, namespace: { name: 'evil', uid: UID }, ...finding },
  };
};

const scene = (alert: Alert | Error | undefined) => {
  const asked: (string | undefined)[] = [];
  const made = stage([target], {
    findings: {
      alert: async () => {
        if (alert instanceof Error) throw alert;
        return alert;
      },
    },
  });
  made.clients.register.ask = async ({ question }) => void asked.push(question.findingId);
  return { ...made, asked };
};

describe.each<[string, Alert]>([
  ['another UID', about({ namespace: { name: 'evil', uid: '99999999-2222-3333-4444-555555555555' } })],
  ['another name', about({ namespace: { name: 'innocent' } })],
  ['another cluster', about({ cluster: { ...CLUSTER, name: 'test' } })],
  ['a cluster of that name in another Region', about({ cluster: { ...CLUSTER, region: 'us-east-1' } })],
  ['a cluster of that name in another account', about({ cluster: { ...CLUSTER, account: '444455556666' } })],
])('a finding about %s', (_, alert) => {
  test.each(['isolate', 'plan'] as const)('refuses a start in the mode %s', async (mode) => {
    const { status, open } = await checkTarget.run(scene(alert).context({ mode }));
    expect(status).toBe('refused');
    expect(open?.join()).toMatch(/The finding is about another .*Leave "findingId" out/);
  });

  test('refuses a release', async () => {
    const made = scene(alert);
    const context = made.context({ mode: 'release' });
    const snapshot = { target: RUN.target, objects: [], bindings: [], notRead: [], secretNames: [] };
    await context.folder.addSnapshot(
      { ...snapshot, takenAt: '', execution: '', namespace: target, schemaVersion: 1 },
      (key, sha256) => context.clients.register.noteHash('snapshot', key, sha256),
    );
    const { status, open } = await checkSnapshot.run(context);
    expect(status).toBe('refused');
    expect(open?.join()).toMatch(/finding is about another/);
  });
});

test.each<[string, Alert | Error | undefined, string]>([
  ['the alert is about the target', about({}), FINDING_ID],
  ['the alert does not tell the UID', about({ namespace: { name: 'evil' } }), FINDING_ID],
  ['the alert is about another namespace', about({ namespace: { name: 'innocent' } }), `containment-${UID}`],
  ['the alert was not kept', undefined, `containment-${UID}`],
  ['the alert cannot be read', new Error('AccessDenied'), `containment-${UID}`],
])('where %s, the question and the end go out under the id that fits', async (_, alert, id) => {
  const made = scene(alert);
  await askOnCall.run(made.context({ mode: 'remove' }, { taskToken: 'token' }));
  await reportStep('contain').run(made.context({ mode: 'remove' }));
  expect(made.told.map((followUp) => followUp.id)).toEqual([id, id]);
  expect(made.asked).toEqual([id === FINDING_ID ? FINDING_ID : undefined]);
});

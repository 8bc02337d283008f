/** The finding that somebody names is held against the target: its messages and its question are not for anybody to take. */
import { describe, expect, test } from '@jest/globals';
import { checkSnapshot } from '../../functions/contain/release/check-snapshot.ts';
import { askOnCall } from '../../functions/contain/steps/ask-on-call.ts';
import { checkTarget } from '../../functions/contain/steps/check-target.ts';
import { reportStep } from '../../functions/contain/steps/report.ts';
import type { Alert } from '../../functions/contract/alert.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import { alertOf } from './alerts.ts';
import { namespace, RUN, Stage, UID } from './stage.ts';

const FINDING_ID = RUN.findingId ?? '';
const { cluster: CLUSTER } = RUN.target;
const about = (finding: Partial<Finding>): Alert => {
  const alert = alertOf({});
  return {
    ...alert,
    finding: { ...alert.finding, cluster: CLUSTER, namespace: { name: 'evil', uid: UID }, ...finding },
  };
};

const stage = (alert: Alert | Error | undefined): Stage =>
  new Stage([namespace()], {
    findings: {
      alert: async () => {
        if (alert instanceof Error) throw alert;
        return alert;
      },
    },
  });

describe.each<[string, Alert]>([
  ['another UID', about({ namespace: { name: 'evil', uid: '99999999-2222-3333-4444-555555555555' } })],
  ['another name', about({ namespace: { name: 'innocent' } })],
  ['another cluster', about({ cluster: { ...CLUSTER, name: 'test' } })],
  ['a cluster of that name in another Region', about({ cluster: { ...CLUSTER, region: 'us-east-1' } })],
  ['a cluster of that name in another account', about({ cluster: { ...CLUSTER, account: '444455556666' } })],
])('a finding about %s', (_, alert) => {
  test.each(['isolate', 'plan'] as const)('refuses a start in the mode %s', async (mode) => {
    const { status, open } = await checkTarget.run(stage(alert).context({ mode }));
    expect(status).toBe('refused');
    expect(open?.join()).toMatch(/The finding is about another .*Leave "findingId" out/);
  });

  test('refuses a release', async () => {
    const on = stage(alert);
    await on.snapshot([]);
    const context = on.context({ mode: 'release' });
    const { status, open } = await checkSnapshot.run(context);
    expect(status).toBe('refused');
    expect(open?.join()).toMatch(/finding is about another/);
  });
});

test.each<[string, Alert | Error | undefined, string]>([
  ['the alert is about the target', about({}), FINDING_ID],
  ['the alert does not give the UID', about({ namespace: { name: 'evil' } }), FINDING_ID],
  ['the alert is about another namespace', about({ namespace: { name: 'innocent' } }), `containment-${UID}`],
  ['the alert was not kept', undefined, `containment-${UID}`],
  ['the alert cannot be read', new Error('AccessDenied'), `containment-${UID}`],
])('where %s, the question and the end go out under the id that fits', async (_, alert, id) => {
  const on = stage(alert);
  await askOnCall.run(on.context({ mode: 'remove' }, { taskToken: 'token' }));
  await reportStep('contain').run(on.context({ mode: 'remove' }));
  expect(on.told.map((followUp) => followUp.id)).toEqual([id, id]);
  expect(on.questions.map(({ question }) => question.findingId)).toEqual([id === FINDING_ID ? FINDING_ID : undefined]);
});

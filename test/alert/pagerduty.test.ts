/** Alert events of PagerDuty, held against what PagerDuty publishes of them: `test/samples/pagerduty/`. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pagerduty } from '../../functions/alert/destinations/pagerduty.ts';
import type { Message } from '../../functions/clients/send/sender.ts';
import type { FollowUp } from '../../functions/contract/follow-up.ts';
import { about, BARE, FINDING, HIGH } from './examples.ts';
import { PARTLY, QUESTION } from './follow-up-samples.ts';
import { hostileAlert } from './hostile-alerts.ts';
import { pagerDutySchema, ROUTING_KEY } from './outside-schemas.ts';

const eventOf = ({ body }: Message) => JSON.parse(body);
const requestOf = (message: Message) => ({ ...eventOf(message), routing_key: ROUTING_KEY });

describe('the schema', () => {
  const request = requestOf(pagerduty.alert(HIGH));
  const payload = request.payload;
  test.each<[string, object]>([
    ['no key', eventOf(pagerduty.alert(HIGH))],
    ['another action', { ...request, event_action: 'open' }],
    ['a severity of ours', { ...request, payload: { ...payload, severity: 'HIGH' } }],
    ['a summary of 1,025 characters', { ...request, payload: { ...payload, summary: 'a'.repeat(1025) } }],
    ['an alert without what is the matter', { ...request, payload: undefined }],
    ['details that are text', { ...request, payload: { ...payload, custom_details: 'a' } }],
    ['a field that it does not know', { ...request, severity: 'error' }],
    ['a resolution of nothing', { routing_key: ROUTING_KEY, event_action: 'resolve' }],
  ])('objects to %s', (_, wrong) => {
    expect(pagerDutySchema(JSON.parse(JSON.stringify(wrong)))).toBe(false);
  });
});

test('a finding triggers an alert under its id, and says what, how severe, where, who and why', () => {
  const event = eventOf(pagerduty.alert({ ...HIGH, report: 's3://evidence/alerts/report.html' }));
  expect(event).toMatchObject({
    event_action: 'trigger',
    dedup_key: FINDING.id,
    payload: {
      summary: 'HIGH: namespace payments was created in cluster prod by the IAM role ci-deployer.',
      source: '111122223333/us-east-1/prod/payments',
      severity: 'error',
      component: 'payments',
      group: 'prod',
      class: 'created',
      custom_details: { finding: FINDING.id, severity: 'HIGH', audience: 'HIGH', score: 60 },
    },
    links: [{ href: expect.stringMatching(/^https:\/\/us-east-1\.console\.aws\.amazon\.com\/s3\/object\/evidence/) }],
  });
  const { who, reasons } = event.payload.custom_details;
  expect(who).toContain('IAM role ci-deployer');
  expect(reasons.length).toBeGreaterThan(0);
});

test.each([
  ['LOW', 'info'],
  ['MEDIUM', 'warning'],
  ['HIGH', 'error'],
  ['CRITICAL', 'critical'],
] as const)('%s is %s', (severity, theirs) => {
  const assessment = { score: 1, indicators: [], ...HIGH.assessment, severity };
  expect(eventOf(pagerduty.alert({ ...HIGH, assessment })).payload.severity).toBe(theirs);
});

test('what nobody has investigated is an error, and says so', () => {
  const { payload } = eventOf(pagerduty.alert(BARE));
  expect(payload).toMatchObject({ severity: 'error', custom_details: { severity: 'UNKNOWN', audience: 'UNKNOWN' } });
  expect(payload.custom_details.notKnown.join()).toContain('nothing was investigated');
});

test('an update that takes back what was told reaches whoever was told about it', () => {
  const update = { look: 1, newIndicators: [], reach: 'CRITICAL' as const };
  const { dedup_key: key, payload } = eventOf(pagerduty.alert({ ...HIGH, update }));
  expect(key).toBe(FINDING.id);
  expect(payload).toMatchObject({ severity: 'error', custom_details: { audience: 'CRITICAL' } });
});

test('a name that is not valid is named nowhere', () => {
  const named = about({ namespace: { name: 'a"b<c>' }, cluster: { name: '{{x}}' } });
  expect(eventOf(pagerduty.alert(named)).payload).toMatchObject({ component: '(invalid)', group: '(invalid)' });
});

const decided = (decision: 'approve' | 'refuse' | 'legitimate'): FollowUp => ({
  ...PARTLY,
  playbook: 'decide',
  outcome: 'decided',
  decision: { decision, reason: 'planned', decidedBy: 'ada' },
});

test.each<[string, FollowUp]>([
  ['a release', { ...PARTLY, playbook: 'release', outcome: 'released' }],
  ['the word that it was meant', decided('legitimate')],
  ['a removal of all that ran in it', { ...PARTLY, mode: 'remove', outcome: 'contained' }],
])('%s resolves the alert', (_, followUp) => {
  expect(eventOf(pagerduty.followUp(followUp, {}, {}))).toEqual({ event_action: 'resolve', dedup_key: FINDING.id });
});

test.each<[string, FollowUp, string, string]>([
  ['a containment that is not whole', PARTLY, 'error', 'UNKNOWN'],
  ['a question', QUESTION, 'error', 'UNKNOWN'],
  ['a refusal to touch it', { ...PARTLY, outcome: 'refused' }, 'error', 'UNKNOWN'],
  ['a release that is not whole', { ...PARTLY, playbook: 'release', outcome: 'partly-released' }, 'info', 'HIGH'],
  ['an isolation', { ...PARTLY, mode: 'isolate', outcome: 'contained' }, 'info', 'HIGH'],
  ['an end of its pods alone', { ...PARTLY, mode: 'remove', scope: 'pods', outcome: 'contained' }, 'info', 'HIGH'],
  ['a removal that was refused', decided('refuse'), 'info', 'HIGH'],
  ['an approval', decided('approve'), 'info', 'HIGH'],
])('%s leaves it open', (_, followUp, severity, audience) => {
  const event = eventOf(pagerduty.followUp({ ...followUp, severity: 'HIGH' }, {}, {}));
  expect(event).toMatchObject({ event_action: 'trigger', dedup_key: followUp.id });
  expect(event.payload).toMatchObject({ severity, custom_details: { audience } });
});

test('whatever somebody wrote is text on one line, and no link', () => {
  fc.assert(
    fc.property(hostileAlert, (alert) => {
      const { payload } = eventOf(pagerduty.alert(alert));
      for (const text of texts(payload)) {
        expect(text).not.toMatch(/[\n\r\u2028\u202e]/);
        expect(text).not.toMatch(/https?:\/\//);
      }
    }),
    { numRuns: 100 },
  );
});

function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
}

/**
 * Events as Detection Findings of OCSF, held against the JSON Schema that the package `ocsf-json-schema` 1.2.0 (PyPI) makes of the
 * published schema 1.6.0 with the profile `cloud`: `test/samples/ocsf/`.
 */
import { describe, expect, test } from '@jest/globals';
import { ocsf } from '../../functions/alert/destinations/ocsf.ts';
import type { Message } from '../../functions/clients/send/sender.ts';
import type { FollowUp } from '../../functions/contract/follow-up.ts';
import { BARE, FINDING, HIGH } from './examples.ts';
import { PARTLY, QUESTION } from './follow-up-samples.ts';
import { objectionsTo, ocsfSchema } from './outside-schemas.ts';

const eventOf = ({ body }: Message) => JSON.parse(body) as Record<string, unknown>;

describe('the schema', () => {
  const event = eventOf(ocsf.alert(HIGH));
  test.each<[string, object]>([
    ['a field that it does not know', { ...event, severityId: 4 }],
    ['a severity that it does not know', { ...event, severity_id: 7 }],
    ['a class of another kind', { ...event, class_uid: 2001 }],
    ['a cloud without a provider', { ...event, cloud: {} }],
    ['a finding without an id', { ...event, finding_info: {} }],
    ['a time that is text', { ...event, time: '2026-11-23T07:02:18Z' }],
    ['an address that is not one', { ...event, evidences: [{ src_endpoint: { ip: 'somewhere' } }] }],
  ])('objects to %s', (_, wrong) => {
    expect(ocsfSchema(wrong)).toBe(false);
  });
});

test('a finding says what, how severe, who, from where and by which techniques', () => {
  const event = eventOf(ocsf.alert(HIGH));
  expect(event).toMatchObject({
    activity_id: 1,
    type_uid: 200_401,
    severity_id: 4,
    status_id: 1,
    risk_score: 60,
    message: 'HIGH: namespace payments was created in cluster prod by the IAM role ci-deployer.',
    cloud: { provider: 'AWS', account: { uid: '111122223333', type_id: 10 }, region: 'us-east-1' },
    finding_info: { uid: FINDING.id, types: ['created'], created_time: Date.parse('2026-11-23T07:02:18Z') },
    resources: [
      { type: 'Kubernetes namespace', name: 'payments', uid: FINDING.namespace.uid },
      { type: 'Amazon EKS cluster', name: 'prod' },
    ],
  });
  const [request] = event['evidences'] as object[];
  expect(request).toMatchObject({
    actor: { user: { name: FINDING.actor.username, uid: FINDING.actor.principalArn } },
    src_endpoint: { ip: '198.51.100.7' },
    api: { operation: 'create', request: { uid: FINDING.request.auditId }, response: { code: 201 } },
  });
  expect(ocsf.alert(HIGH).subject).toBe('OCSF Detection Finding');
});

test('an unknown severity is Unknown, and a later look an update', () => {
  expect(eventOf(ocsf.alert(BARE))).toMatchObject({
    severity_id: 0,
    unmapped: { investigation_failed: expect.any(String) },
  });
  const update = { look: 1, newIndicators: [] };
  expect(eventOf(ocsf.alert({ ...HIGH, update }))).toMatchObject({ activity_id: 2, type_uid: 200_402 });
});

const RELEASED: FollowUp = { ...PARTLY, playbook: 'release', outcome: 'released' };
const decided = (decision: 'approve' | 'refuse' | 'legitimate'): FollowUp => ({
  ...PARTLY,
  playbook: 'decide',
  outcome: 'decided',
  decision: { decision, reason: 'planned', decidedBy: 'ada' },
});

test.each<[string, FollowUp, number, number]>([
  ['a containment that is not whole', PARTLY, 2, 2],
  ['a question', QUESTION, 2, 2],
  ['a release', RELEASED, 3, 4],
  ['the word that it was meant', decided('legitimate'), 3, 4],
  ['an approval, after which the removal follows', decided('approve'), 2, 2],
  ['a refusal, which leaves it isolated', decided('refuse'), 2, 2],
  ['a removal of all that ran in it', { ...PARTLY, mode: 'remove', outcome: 'contained' }, 3, 4],
  ['an isolation', { ...PARTLY, mode: 'isolate', outcome: 'contained' }, 2, 2],
  ['an end of its pods alone', { ...PARTLY, mode: 'remove', scope: 'pods', outcome: 'contained' }, 2, 2],
])('%s: activity and status', async (_, followUp, activity, status) => {
  const message = ocsf.followUp(followUp, {}, {});
  expect(await objectionsTo.ocsf(message)).toEqual([]);
  expect(eventOf(message)).toMatchObject({
    activity_id: activity,
    status_id: status,
    finding_info: { uid: followUp.id },
  });
});

/**
 * Events as Detection Findings of OCSF, held against the JSON Schema that the package `ocsf-json-schema` 1.2.0 (PyPI) makes of the
 * published schema 1.6.0 with the profile `cloud`: `test/samples/ocsf/`.
 */
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { describe, expect, jest, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { LocalPipeline } from '../../bin/local/pipeline.ts';
import { readRecording } from '../../bin/local/recorded-cluster.ts';
import { ocsf } from '../../functions/alert/destinations/ocsf.ts';
import { bodies } from '../../functions/clients/local/sender.ts';
import type { Message } from '../../functions/clients/send/sender.ts';
import { type Alert, alertSchema } from '../../functions/contract/alert.ts';
import { digestSchema } from '../../functions/contract/digest-message.ts';
import type { FollowUp } from '../../functions/contract/follow-up.ts';
import { readJson } from '../../functions/contract/read.ts';
import { BARE, FINDING, HIGH } from './examples.ts';
import { FOLLOW_UPS, PARTLY, QUESTION } from './follow-up-samples.ts';
import { hostileAlert } from './hostile-alerts.ts';
import { hostileDigest } from './hostile-digests.ts';
import { hostileFollowUp } from './hostile-follow-ups.ts';

jest.setTimeout(180_000);

const SCHEMA = 'test/samples/ocsf/detection_finding-1.6.0.json.gz';
const valid = new Ajv2020({ strict: false, allErrors: true }).compile(
  JSON.parse(gunzipSync(readFileSync(SCHEMA)).toString()),
);

const eventOf = ({ body }: Message) => JSON.parse(body) as Record<string, unknown>;

/** What the schema objects to. */
function objections(message: Message): string[] {
  valid(JSON.parse(message.body));
  return (valid.errors ?? []).map(({ instancePath, message: why }) => `${instancePath} ${why}`);
}

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
    expect(valid(wrong)).toBe(false);
  });
});

test('every alert and update of the corpus validates', async () => {
  const alerts: Alert[] = [];
  const folders = ['test/corpus/incidents', 'test/corpus/situations'];
  for (const folder of folders)
    for (const name of await readdir(folder)) alerts.push(...(await alertsOf(join(folder, name, 'audit.jsonl.gz'))));
  expect(alerts.length).toBeGreaterThan(20);
  expect(alerts.some(({ update }) => update)).toBe(true);
  expect(alerts.flatMap((alert) => objections(ocsf.alert(alert)).map((why) => `${alert.id}: ${why}`))).toEqual([]);
});

async function alertsOf(file: string): Promise<Alert[]> {
  const recording = await readRecording(file, Readable.from([]));
  const out = await mkdtemp(join(tmpdir(), 'ocsf-'));
  try {
    const pipeline = new LocalPipeline({ ...recording, folder: out });
    await pipeline.deliver(recording.lines);
    await pipeline.lookAgain();
    return pipeline.sender.sent
      .filter(({ destination }) => destination === 'topic')
      .map(({ message }) => bodies(message).default)
      .filter((json) => !digestSchema.safeParse(JSON.parse(json)).success)
      .map((json) => readJson(alertSchema, json, 'alert'));
  } finally {
    await rm(out, { recursive: true });
  }
}

test('whatever the alert, the follow-up or the digest, the event validates and keeps its size', () => {
  const message = fc.oneof(
    hostileAlert.map((alert) => ocsf.alert(alert)),
    hostileFollowUp.map((followUp) => ocsf.followUp(followUp, {}, {})),
    hostileDigest.map((digest) => ocsf.digest(digest, {})),
  );
  fc.assert(
    fc.property(message, (each) => {
      expect(objections(each)).toEqual([]);
      expect(Buffer.byteLength(`namespace-sentinel${each.subject}${each.body}`)).toBeLessThanOrEqual(262_144);
    }),
    { numRuns: 100 },
  );
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
])('%s: activity and status', (_, followUp, activity, status) => {
  const message = ocsf.followUp(followUp, {}, {});
  expect(objections(message)).toEqual([]);
  expect(eventOf(message)).toMatchObject({
    activity_id: activity,
    status_id: status,
    finding_info: { uid: followUp.id },
  });
});

test('every sample of a follow-up validates', () => {
  for (const followUp of Object.values(FOLLOW_UPS)) expect(objections(ocsf.followUp(followUp, {}, {}))).toEqual([]);
});

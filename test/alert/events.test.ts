import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DETAIL_TYPES, events } from '../../functions/alert/destinations/events.ts';
import { alertSchema } from '../../functions/contract/alert.ts';
import { followUpSchema } from '../../functions/contract/follow-up.ts';
import { readJson } from '../../functions/contract/read.ts';
import { about, BARE, FINDING, HIGH } from './examples.ts';
import { PARTLY, QUESTION } from './follow-up-samples.ts';
import { hostileAlert } from './hostile-alerts.ts';
import { hostileDigest } from './hostile-digests.ts';

/** For patterns and input transformers. */
const FIELDS = [
  'schemaVersion',
  'id',
  'severity',
  'audience',
  'outcome',
  'headline',
  'drill',
  'account',
  'region',
  'cluster',
  'namespace',
];

const detailOf = ({ body }: { body: string }) => JSON.parse(body) as Record<string, unknown>;

describe('the event of a finding', () => {
  test('has what rules look at on top, and the whole alert', () => {
    const { alert, ...fields } = detailOf(events.alert(HIGH));
    expect(fields).toEqual({
      schemaVersion: 1,
      id: FINDING.id,
      severity: 'HIGH',
      audience: 'HIGH',
      outcome: 'created',
      headline: 'HIGH: namespace payments was created in cluster prod by the IAM role ci-deployer.',
      drill: false,
      account: '111122223333',
      region: 'us-east-1',
      cluster: 'prod',
      namespace: 'payments',
    });
    expect(readJson(alertSchema, JSON.stringify(alert), 'alert')).toEqual(HIGH);
    expect(events.alert(HIGH).subject).toBe('Namespace Sentinel Finding');
  });

  test('has another type where a later look found something new', () => {
    const update = { look: 1, newIndicators: [] };
    expect(events.alert({ ...HIGH, update }).subject).toBe('Namespace Sentinel Finding Update');
  });

  test('says that its severity is unknown where the investigation failed', () => {
    expect(detailOf(events.alert(BARE))).toMatchObject({ severity: 'UNKNOWN', alert: { id: BARE.id } });
  });

  test('names nothing by a name that is not valid', () => {
    const named = about({ namespace: { name: 'a"b' }, cluster: {} });
    expect(detailOf(events.alert(named))).toMatchObject({
      namespace: '(invalid)',
      cluster: '(unknown)',
      account: '(unknown)',
      region: '(unknown)',
    });
  });

  test('names what had to be left out for its size', () => {
    const evidence = (HIGH.evidence ?? []).map((each) => ({ ...each, summary: 'é'.repeat(100_000) }));
    const message = events.alert({ ...HIGH, evidence });
    expect(Buffer.byteLength(message.body)).toBeLessThanOrEqual(events.maxBytes);
    expect(detailOf(message)['alert']).toMatchObject({
      id: HIGH.id,
      cut: expect.arrayContaining([expect.any(String)]),
    });
  });

  test('has all the fields, and keeps its size, whatever the alert or digest', () => {
    const message = fc.oneof(
      hostileAlert.map((alert) => events.alert(alert)),
      hostileDigest.map((digest) => events.digest(digest, {})),
    );
    fc.assert(
      fc.property(message, (each) => {
        const detail = detailOf(each);
        for (const field of FIELDS) expect(detail[field]).toBeDefined();
        // An input transformer puts values into its template as they are: these can end no string of it.
        for (const field of FIELDS) expect(String(detail[field])).toMatch(/^[^"\\\p{Cc}]*$/u);
        const entry = `namespace-sentinel${each.subject}${each.body}`;
        expect(Buffer.byteLength(entry)).toBeLessThanOrEqual(262_144);
      }),
      { numRuns: 50 },
    );
  });
});

test('the end of a playbook and a question are events of their own type, with the whole record', () => {
  const places = { archive: 's3://evidence/a.json' };
  const end = events.followUp(PARTLY, {}, places);
  expect(end.subject).toBe(DETAIL_TYPES.end);
  const { followUp, ...fields } = detailOf(end);
  expect(Object.keys(fields).toSorted()).toEqual([...FIELDS, 'playbook', 'closes'].toSorted());
  expect(fields).toMatchObject({ id: PARTLY.id, outcome: PARTLY.outcome, playbook: PARTLY.playbook, closes: false });
  expect(followUp).toMatchObject(places);
  expect(readJson(followUpSchema, JSON.stringify(followUp), 'follow-up')).toEqual({ ...PARTLY, ...places });
  expect(fields['audience']).toBe('UNKNOWN');
  const removed = events.followUp({ ...PARTLY, mode: 'remove', outcome: 'contained' }, {}, {});
  expect(detailOf(removed)).toMatchObject({ closes: true, audience: PARTLY.severity });
  const question = events.followUp(QUESTION, {}, {});
  expect(question.subject).toBe(DETAIL_TYPES.question);
  expect(detailOf(question)).toMatchObject({ outcome: 'question', severity: QUESTION.severity ?? 'UNKNOWN' });
});

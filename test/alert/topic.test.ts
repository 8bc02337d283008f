import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { envelopeBytes, MAX_ENVELOPE_BYTES, topic } from '../../functions/alert/destinations/topic.ts';
import { bodies } from '../../functions/clients/local/sender.ts';
import type { Message } from '../../functions/clients/send/sender.ts';
import type { Alert } from '../../functions/contract/alert.ts';
import { about, BARE, EVIDENCE, FINDING, HIGH } from './examples.ts';
import { hostileAlert } from './hostile-alerts.ts';

/** Bytes counted in the plainest way, apart from the code under test. */
function bytes({ subject = '', body, attributes }: Message): number {
  const attributeText = Object.entries(attributes)
    .map(([name, value]) => `${name}String${value}`)
    .join('');
  return new TextEncoder().encode(subject + body + attributeText).length;
}

const jsonOf = (message: Message): Alert => JSON.parse(bodies(message).default) as Alert;

describe('the envelope', () => {
  test('carries the alert as JSON and as prose', () => {
    const message = topic.alert(HIGH);
    expect(message.byProtocol).toBe(true);
    expect(Object.keys(JSON.parse(message.body) as object)).toEqual(['default', 'email']);
    expect(jsonOf(message)).toEqual(HIGH);
    expect(bodies(message)['email']).toContain('=== NOT KNOWN ===');
    const moment = { now: Date.parse('2026-11-23T07:06:30Z'), timeZone: 'Europe/Zurich' };
    expect(bodies(topic.alert(HIGH, moment))['email']).toContain(
      '4 min ago: 2026-11-23 07:02:18 UTC (08:02:18 Europe/Zurich)',
    );
    expect(message.subject).toContain('HIGH: ');
  });

  test.each<[string, Alert, Record<string, string>]>([
    ['of an assessed alert', HIGH, { severity: 'HIGH', outcome: 'created', cluster: 'prod', namespace: 'payments' }],
    ['of a bare one', BARE, { severity: 'UNKNOWN', outcome: 'created', cluster: 'prod', namespace: 'payments' }],
    [
      'of a name that is not one',
      about({ namespace: { name: 'a\u0001b' }, cluster: { name: 'x y' } }),
      { severity: 'HIGH', outcome: 'created', cluster: '(invalid)', namespace: '(invalid)' },
    ],
    [
      'of what is not known',
      about({ namespace: {}, cluster: {}, outcome: 'attempt-denied' }),
      { severity: 'HIGH', outcome: 'attempt-denied', cluster: '(unknown)', namespace: '(unknown)' },
    ],
  ])('has the attributes %s', (_, alert, attributes) => {
    expect(topic.alert(alert).attributes).toEqual(attributes);
  });

  const control = '\u0001'.repeat(256 * 1024);
  const quotes = '"\\'.repeat(128 * 1024);
  const detailed = { ...EVIDENCE[0], details: { log: control } } as (typeof EVIDENCE)[0];
  test.each<[string, Alert]>([
    [
      'an annotation of 256 KiB of control characters',
      about({ namespace: { name: 'x', annotations: { a: control } } }),
    ],
    ['an annotation of quotation marks', about({ namespace: { name: 'x', annotations: { a: quotes } } })],
    [
      'an annotation of four-byte characters',
      about({ namespace: { name: 'x', annotations: { a: '🦊'.repeat(70_000) } } }),
    ],
    [
      'hostile evidence',
      {
        ...HIGH,
        evidence: [
          {
            ...detailed,
            summary: control,
            reason: quotes,
            question: control,
            link: quotes,
            command: [control, quotes],
          },
        ],
      },
    ],
    [
      'much evidence',
      { ...HIGH, evidence: Array.from({ length: 5_000 }, () => ({ ...detailed, details: { a: 'b' } })) },
    ],
    [
      'many labels',
      about({ namespace: { labels: Object.fromEntries(Array.from({ length: 30_000 }, (_, i) => [`k${i}`, 'v'])) } }),
    ],
    [
      'long names',
      about({ actor: { kind: 'user', username: quotes, sessionName: control }, cluster: { name: control } }),
    ],
    ['a long reason', { ...BARE, investigationFailed: control }],
  ])('fits with %s, and says what was left out', (_, alert) => {
    const message = topic.alert(alert);
    expect(bytes(message)).toBeLessThanOrEqual(MAX_ENVELOPE_BYTES);
    expect(envelopeBytes(message)).toBe(bytes(message));
    const json = jsonOf(message);
    expect(json.id).toBe(FINDING.id);
    expect(json.cut?.length).toBeGreaterThan(0);
    expect(json.archive).toBe(alert.archive);
  });

  test('gives up the details of the evidence first, and uses the room that there is', () => {
    const evidence = [{ ...detailed, details: { log: 'a'.repeat(200_000) } }];
    const annotations = { note: 'b'.repeat(100_000) };
    const json = jsonOf(topic.alert({ ...about({ namespace: { ...FINDING.namespace, annotations } }), evidence }));
    expect(json.cut).toEqual(['evidence[].details']);
    expect(json.finding.namespace.annotations).toEqual(annotations);
    const larger = about({ namespace: { ...FINDING.namespace, annotations: { note: '"'.repeat(200_000) } } });
    const message = topic.alert(larger);
    expect(jsonOf(message).cut).toEqual(['evidence[].details', 'finding.namespace.annotations.note (200000 bytes)']);
    expect(bytes(message)).toBeGreaterThan(MAX_ENVELOPE_BYTES * 0.7);
  });

  test('fits, whatever the alert', () => {
    fc.assert(
      fc.property(hostileAlert, fc.nat(3_000), (alert, times) => {
        const name = `${alert.finding.namespace.name}`.repeat(times);
        const message = topic.alert({ ...alert, finding: { ...alert.finding, namespace: { name } } });
        expect(bytes(message)).toBeLessThanOrEqual(MAX_ENVELOPE_BYTES);
        expect(jsonOf(message).id).toBe(FINDING.id);
      }),
      { numRuns: 100 },
    );
  });
});

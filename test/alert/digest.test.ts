/** A digest: how it is read, worded and sent, and which alert is told in one. */
import { describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import fc from 'fast-check';
import { DeliveryHeldError } from '../../functions/alert/delivery.ts';
import { digestNotification } from '../../functions/alert/destinations/chat.ts';
import { envelopeBytes, topic } from '../../functions/alert/destinations/topic.ts';
import { digestEmail } from '../../functions/alert/digest/email.ts';
import { digestFrom } from '../../functions/alert/digest/read.ts';
import { digestReason } from '../../functions/alert/digest/route.ts';
import { digestHeadline, digestSubject } from '../../functions/alert/digest/words.ts';
import { type AlertClients, createHandler } from '../../functions/alert/handler.ts';
import { localDigests } from '../../functions/clients/local/digest-store.ts';
import { LocalFindingsTable } from '../../functions/clients/local/findings-table.ts';
import { bodies, LocalSender } from '../../functions/clients/local/sender.ts';
import type { Alert } from '../../functions/contract/alert.ts';
import { digestOf, digestSeverity, entryOf, windowOf } from '../../functions/contract/digest.ts';
import type { Digest } from '../../functions/contract/digest-message.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import type { DigestFrequency, Severity } from '../../functions/contract/vocabulary.ts';
import { BARE, FINDING, HIGH, TOPICS } from './examples.ts';
import { hostileDigest } from './hostile-digests.ts';
import { linkIn } from './hostility.ts';

const NOW = Date.parse('2026-11-23T07:30:00Z');
const WINDOW = windowOf(FINDING.cluster, NOW);
const row = (finding: Partial<Finding>, count: number, reason: Parameters<typeof entryOf>[1], severity?: Severity) => {
  const { about, sample } = entryOf({ ...FINDING, ...finding }, reason, severity);
  return { ...about, count, first: sample, latest: { ...sample, findingId: 'nsf-latest' } };
};
const REFUSED = row({ outcome: 'attempt-denied' }, 9_998, 'refused');
const UNKNOWN = row({ outcome: 'outcome-unknown', actor: { kind: 'anonymous' } }, 2, 'outcome-unknown');
const DIGEST = digestOf(WINDOW, [REFUSED, UNKNOWN], true);

describe('the mail of a digest', () => {
  test('says what it is, the worst first, with counts and with what to do', () => {
    const mail = digestEmail(DIGEST, { archive: 's3://evidence/alerts/x/digest.json' });
    expect(mail).toMatch(
      /^UNKNOWN \(digest\): 10,000 findings in prod, us-east-1\. .*^ {2}When .*ago: 2026-11-23 07:00 to 08:00 UTC$/ms,
    );
    expect(mail).toContain('1. 2 requests may have created a namespace each');
    expect(mail).toContain('2. 9,998 attempts to create a namespace were denied');
    expect(mail).toContain('arn:aws:iam::111122223333:role/ci-deployer');
    expect(mail).toContain('finding nsf-latest');
    expect(mail).toContain('kubectl get namespaces');
    expect(mail).toContain('aws s3 cp s3://evidence/alerts/x/digest.json -');
  });

  test('counts what it does not show', () => {
    const rows = Array.from({ length: 100 }, (_, index) =>
      row({ outcome: 'attempt-denied', actor: { kind: 'user', username: `u-${index}` } }, 3, 'refused'),
    );
    const mail = digestEmail(digestOf(WINDOW, rows, true), {});
    const shown = mail.match(/attempts to create/g)?.length ?? 0;
    expect(shown).toBeGreaterThan(10);
    expect(mail).toContain(`And ${300 - shown * 3} more, in ${100 - shown} groups like these.`);
    const atLeast = digestEmail(digestOf(WINDOW, rows, false), {});
    expect(atLeast).toContain('(digest): at least 300 findings');
    expect(atLeast).toMatch(/And at least 2\d\d more/);
  });

  test('whatever is in it: no control character, no link, no heading but ours', () => {
    fc.assert(
      fc.property(hostileDigest, (digest) => {
        const lines = digestEmail(digest, {}).split('\n');
        for (const text of lines) {
          expect(text).toMatch(/^[ -~\p{L}\p{M}]*$/u);
          // A path in a command of ours, which nobody takes for a host.
          expect(linkIn(text.replace('metadata.creationTimestamp', ''))).toBeUndefined();
        }
        for (const text of lines.filter((line) => line.startsWith('===')))
          expect(text).toMatch(/^=== (?:WHAT HAPPENED, THE WORST FIRST|WHAT HAPPENED, CONTINUED|RECORD) ===$/);
        const subject = digestSubject(digest);
        expect(subject).toMatch(/^[A-Z]+ \(digest\): [ -~]*$/);
        expect(subject.length).toBeLessThan(100);
        expect(linkIn(subject)).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });
});

describe('the chat message of a digest', () => {
  test('says the same in short', () => {
    const { content, metadata } = digestNotification(DIGEST, {});
    expect(content.title).toMatch(/^UNKNOWN \(digest\): 10,000 findings in prod/);
    expect(content.description).toContain('*9,998 attempts to create a namespace were denied*');
    expect(metadata).toMatchObject({ eventType: 'NamespaceSentinelDigest', threadId: DIGEST.id });
  });

  test('whatever is in it: mentions nobody, links nothing, formats nothing, and keeps its size', () => {
    fc.assert(
      fc.property(hostileDigest, (digest) => {
        const { content } = digestNotification(digest, {});
        for (const text of [content.title, content.description, ...content.nextSteps]) {
          expect(text).not.toMatch(/[<>&|]|@(?!\])|https?:\/\/|www\./i);
          for (const line of text.split('\n')) expect(line.split('`').length % 2).toBe(1);
        }
        expect(content.description.length).toBeLessThanOrEqual(2_800);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the message for the topic', () => {
  test('is marked as a digest, for people and for machines', () => {
    const message = topic.digest(DIGEST, {});
    expect(message.subject).toBe('UNKNOWN (digest): 10,000 findings in prod [2026-11-23 07:00]');
    expect(message.attributes).toEqual({
      severity: 'UNKNOWN',
      outcome: 'digest',
      cluster: 'prod',
      namespace: '(several)',
    });
    expect(JSON.parse(bodies(message).default)).toEqual(DIGEST);
  });

  test.each([
    ['LOW', [REFUSED]],
    ['MEDIUM', [REFUSED, row({ outcome: 'rejected', namespace: { name: 'kube-systern' } }, 1, 'refused')]],
    ['UNKNOWN', [REFUSED, UNKNOWN]],
    ['UNKNOWN', [row({}, 1, 'not-investigated')]],
    ['LOW', [row({}, 1, 'looked-at', 'LOW')]],
    ['MEDIUM', [row({}, 1, 'looked-at', 'MEDIUM')]],
  ])('has the severity %s by its gravest row', (severity, rows) => {
    expect(digestSeverity(digestOf(WINDOW, rows, true))).toBe(severity);
  });
});

describe('a digest of a day or a week', () => {
  const NAMES = ['topic', 'chat', '@0123456789', '@9876543210'];
  const ACCEPTED = row({}, 12, 'accepted', 'HIGH');
  const of = (frequency: DigestFrequency, rows = [REFUSED]): Digest =>
    digestOf(windowOf(FINDING.cluster, NOW, 'refused', { frequency, to: NAMES }), rows, true);

  test.each<[DigestFrequency, string, string]>([
    ['hourly', 'LOW (digest): 9,998 findings in prod [2026-11-23 07:00]', 'from 2026-11-23 07:00 to 08:00 UTC'],
    ['daily', 'LOW (daily digest): 9,998 findings in prod [2026-11-23 00:00]', 'on 2026-11-23 (UTC)'],
    ['weekly', 'LOW (weekly digest): 9,998 findings in prod [2026-11-23 00:00]', 'from 2026-11-23 to 2026-11-30 (UTC)'],
  ])('%s says so', (frequency, subject, time) => {
    expect(digestSubject(of(frequency))).toBe(subject);
    expect(digestHeadline(of(frequency))).toContain(time);
  });

  test('names in its attributes whom it is for, by which their filter policies choose', () => {
    const { attributes } = topic.digest(of('daily'), {});
    expect(attributes['digest']).toEqual(['daily', '@0123456789', '@9876543210']);
    expect(topic.digest(DIGEST, {}).attributes).not.toHaveProperty('digest');
  });

  test('counts its attributes into the size of the message', () => {
    const message = topic.digest(of('weekly'), {});
    const without = { ...message, attributes: { ...message.attributes, digest: [] } };
    expect(envelopeBytes(message) - envelopeBytes(without)).toBe('"weekly","@0123456789","@9876543210"'.length);
  });

  test('tells what was accepted from the rest', () => {
    const words = (rows: Digest['rows']) => digestEmail(of('daily', rows), {}).replaceAll(/\s+/g, ' ');
    expect(words([REFUSED, ACCEPTED])).toContain('A person has accepted some of them. The others were like');
    expect(words([REFUSED, ACCEPTED])).toContain('For what a person has accepted nothing has to be done.');
    expect(words([ACCEPTED])).toContain('Nothing has to be done. What was accepted');
    expect(words([ACCEPTED])).not.toContain('None was found to be HIGH');
    expect(words([REFUSED])).toContain('None was found to be HIGH or above');
  });

  test('is read as it was sent', () => {
    expect(digestFrom({ digest: JSON.parse(JSON.stringify(of('weekly'))) })).toEqual(of('weekly'));
  });
});

describe('reading', () => {
  test('takes what watch sends as it is, and nothing else for a digest', () => {
    expect(digestFrom({ digest: JSON.parse(JSON.stringify(DIGEST)) })).toEqual(DIGEST);
    for (const event of [undefined, 'digest', { followUp: {} }, []]) expect(digestFrom(event)).toBeUndefined();
  });

  test.each([{}, { ...DIGEST, id: '../x' }, { ...DIGEST, total: 'many' }, { ...DIGEST, kind: 'alert' }])(
    'refuses one without what it is about: %j',
    (digest) => {
      expect(() => digestFrom({ digest })).toThrow('not a valid digest');
    },
  );

  test('leaves out a row that cannot be read', () => {
    expect(digestFrom({ digest: { ...DIGEST, rows: [REFUSED, { reason: 'x' }] } })?.rows).toEqual([REFUSED]);
  });
});

describe('sending', () => {
  const world = () => {
    const table = new LocalFindingsTable(() => NOW);
    const digests = localDigests(() => NOW);
    const sender = new LocalSender();
    const stored: string[] = [];
    const archive = { store: async (key: string) => `s3://evidence/${stored[stored.push(key) - 1]}` };
    const closed: string[] = [];
    digests.close = async (id) => void closed.push(id);
    const settings = { destinations: TOPICS, leaseMs: 45_000, archiveMs: 50, recordPausesMs: [0] };
    const invoke = (digest: Digest, clients: Partial<AlertClients> = {}) =>
      createHandler({ table, digests, senders: { sns: sender, eventbridge: sender }, archive, ...clients }, settings)(
        { digest },
        {
          functionName: 'alert',
          awsRequestId: '1',
        } as Context,
      );
    return { sender, stored, closed, invoke };
  };

  test('goes to every destination once, is stored, and is closed, however often it comes', async () => {
    const { sender, stored, closed, invoke } = world();
    await expect(invoke(DIGEST)).resolves.toEqual({ destinations: ['topic', 'chat'], duplicate: false });
    await expect(invoke(DIGEST)).resolves.toEqual({ destinations: [], duplicate: true });
    expect(sender.sent.map(({ destination }) => destination)).toEqual(['topic', 'chat']);
    expect(stored).toEqual([`alerts/111122223333/us-east-1/prod/${DIGEST.id}/digest.json`]);
    expect(bodies(sender.sent[0]?.message as never)['email']).toContain(stored[0]);
    expect(closed).toEqual([DIGEST.id, DIGEST.id]);
  });

  test('that a destination did not take is not closed, and is not repeated at the others', async () => {
    const { sender, closed, invoke } = world();
    const sns: AlertClients['senders']['sns'] = {
      send: (id, message) => (id === 'topic' ? Promise.reject(new Error('down')) : sender.send(id, message)),
    };
    await expect(invoke(DIGEST, { senders: { sns, eventbridge: sns } })).rejects.toThrow('down');
    expect(closed).toEqual([]);
    await expect(invoke(DIGEST)).resolves.toMatchObject({ destinations: ['topic'] });
    expect(sender.sent.map(({ destination }) => destination)).toEqual(['chat', 'topic']);
  });

  test.each<[string[] | undefined, string[]]>([
    [undefined, ['topic', 'chat']],
    [['topic', '@0123456789'], ['topic']],
    [['chat'], ['chat']],
    [['gone'], []],
  ])('goes to whom it is for: %j', async (to, expected) => {
    const { sender, closed, invoke } = world();
    await invoke({ ...DIGEST, ...(to && { to, frequency: 'daily' as const }) });
    expect(sender.sent.map(({ destination }) => destination)).toEqual(expected);
    expect(closed).toEqual([DIGEST.id]);
  });

  test('is done by one at a time', async () => {
    const { invoke } = world();
    const results = await Promise.allSettled([invoke(DIGEST), invoke(DIGEST)]);
    expect(results.filter(({ status }) => status === 'rejected')).toMatchObject([
      { reason: expect.any(DeliveryHeldError) },
    ]);
  });
});

describe('an alert is told', () => {
  const never = { autoStart: { from: 'never', maxPerHour: 0 } } as const;
  const assessed = (severity: Severity, finding: Partial<Finding> = {}): Alert => ({
    ...HIGH,
    finding: { ...FINDING, ...finding },
    assessment: { score: 30, severity, indicators: [] },
  });
  /** Of an hour in which there were enough. */
  const crowded = { isSingle: async () => false, followsRefusal: async () => false };
  const digested = { number: 1, previous: { indicators: {}, digested: true } };

  test.each<[string, Alert, typeof digested | undefined, typeof never | { autoStart: object }, string | undefined]>([
    ['in the digest where so many were created, and it is LOW', assessed('LOW'), undefined, never, 'flood'],
    ['in the digest where so many were created, and it is MEDIUM', assessed('MEDIUM'), undefined, never, 'flood'],
    ['by itself where so many were created, and it is HIGH', assessed('HIGH'), undefined, never, undefined],
    [
      'by itself where it was refused and investigated',
      assessed('LOW', { outcome: 'attempt-denied' }),
      undefined,
      never,
      undefined,
    ],
    ['by itself where it is HIGH', assessed('HIGH'), digested, never, undefined],
    ['in the digest where nobody could look', BARE, undefined, never, 'not-investigated'],
    [
      'in the digest where not one check answered',
      { ...assessed('LOW'), evidence: [{ check: 'c', question: 'q', status: 'not-checked', summary: 's' }] },
      undefined,
      never,
      'not-investigated',
    ],
    ['in the digest where a digest told about it before', assessed('MEDIUM'), digested, never, 'looked-at'],
    [
      'by itself where isolation would start',
      assessed('MEDIUM'),
      digested,
      { autoStart: { from: 'MEDIUM', maxPerHour: 1 } },
      undefined,
    ],
    [
      'by itself where the one before it was',
      assessed('MEDIUM'),
      { ...digested, previous: { indicators: {} } as never },
      never,
      undefined,
    ],
  ])('%s', async (_, alert, look, settings, expected) => {
    await expect(digestReason(alert, look, crowded, settings as never, NOW)).resolves.toBe(expected);
  });

  test('by itself where it is a success after refusals', async () => {
    const digests = { ...crowded, followsRefusal: async () => true };
    await expect(digestReason(BARE, undefined, digests, never, NOW)).resolves.toBeUndefined();
  });
});

describe('what a person has accepted', () => {
  const accepted = { by: 'alice', why: 'previews', namePattern: 'team-*' };
  const alert = (changes: object = {}): Alert => ({
    ...HIGH,
    assessment: { score: 15, severity: 'LOW', indicators: [], accepted, ...changes },
  });
  const gates = { isSingle: async () => true, followsRefusal: async () => false };

  test.each<[string, Alert, object, Parameters<typeof digestReason>[1], string | undefined]>([
    ['goes into the digest', alert(), {}, undefined, 'accepted'],
    ['also above MEDIUM, where the threat is named', alert({ severity: 'HIGH' }), {}, undefined, 'accepted'],
    [
      'is reported on its own where isolation starts for it',
      alert({ severity: 'HIGH' }),
      { autoStart: { from: 'HIGH', maxPerHour: 3 } },
      undefined,
      undefined,
    ],
    [
      'is reported on its own where something is outside of it',
      alert({ accepted: undefined }),
      {},
      undefined,
      undefined,
    ],
    [
      'is reported in full where a later look breaks it',
      alert({ accepted: undefined }),
      {},
      { number: 1, previous: { indicators: {}, digested: true, accepted: true } },
      undefined,
    ],
  ])('%s', async (_, subject, settings, look, expected) => {
    await expect(digestReason(subject, look, gates, settings, NOW)).resolves.toBe(expected);
  });

  test('is reported on its own where it follows refusals', async () => {
    const after = { ...gates, followsRefusal: async () => true };
    await expect(digestReason(alert(), undefined, after, {}, NOW)).resolves.toBeUndefined();
  });

  test('has a digest of the day, which says what it is', () => {
    const window = windowOf(FINDING.cluster, NOW, 'accepted');
    expect([window.until - window.from, window.id]).toEqual([86_400_000, expect.stringMatching(/^accepted-20261123-/)]);
    const digest = digestOf(window, [row({}, 12, 'accepted', 'LOW')], true);
    const mail = digestEmail(digest, {});
    expect(mail).toMatch(/^LOW \(digest\): 12 findings in prod, us-east-1\. /);
    expect(mail).toContain('2026-11-23 00:00 to 2026-11-24 00:00 UTC');
    expect(mail.replaceAll(/\s+/g, ' ')).toContain('12 namespaces were created as a person has accepted: LOW');
    expect(mail.replaceAll(/\s+/g, ' ')).toContain('A person has accepted each of them');
    expect(mail).not.toContain('None was found to be HIGH');
    expect(digestSeverity(digest)).toBe('LOW');
  });
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DetailsByCheck } from '../../functions/checks/index.ts';
import { owner } from '../../functions/checks/owner.ts';
import { plain } from '../../functions/checks/parts/plain-line.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import { anyText } from '../any-text.ts';
import { type Asking, evidenceOf } from './audit-log.ts';
import { finding, role, serviceAccount } from './examples.ts';

const run = async (subject: Finding, asking: Asking = {}) => {
  const evidence = await evidenceOf(owner, { subject, ...asking });
  return { ...evidence, details: evidence.details as unknown as DetailsByCheck['owner'] };
};
const labelled = (labels: Record<string, string>, annotations: Record<string, string> = {}) =>
  finding({ namespace: { name: 'shop', labels, annotations } });

describe('whom to ask', () => {
  const contacts = [
    { pattern: 'arn:aws:iam::111122223333:role/ci*', contact: '#release-team' },
    { pattern: 'system:serviceaccount:argocd:*', contact: 'gitops@example.com' },
    { pattern: '*', contact: 'platform@example.com' },
  ];

  test('whom the configuration names, in its order', async () => {
    const { details, summary } = await run(finding(), { settings: { contacts } });
    expect(details.contacts).toEqual([
      { contact: '#release-team', why: 'the configuration names it for arn:aws:iam::111122223333:role/ci*' },
      { contact: 'platform@example.com', why: 'the configuration names it for *' },
    ]);
    expect(summary).toBe(
      'Likely contact: #release-team (the configuration names it for arn:aws:iam::111122223333:role/ci*); 1 more in the report.',
    );
    const other = await run(finding({ actor: serviceAccount() }), { settings: { contacts } });
    expect(other.details.contacts.map(({ contact }) => contact)).toEqual(['platform@example.com']);
  });

  test.each<[string, Finding, string[]]>([
    [
      'the session, where it is an address',
      finding({ actor: role({ sessionName: 'alice@example.com' }) }),
      ['alice@example.com'],
    ],
    ['not an invalid session', finding({ actor: role({ sessionName: 'botocore-session-1' }) }), []],
    ['not a session with more in it', finding({ actor: role({ sessionName: 'a@b.c\nBcc: x@y.z' }) }), []],
    [
      'labels',
      labelled({ owner: 'a', 'example.com/team': 'b', 'app.kubernetes.io/managed-by': 'Helm', app: 'c' }),
      ['a', 'b', 'Helm'],
    ],
    [
      'annotations',
      labelled({}, { 'example.com/contact-email': 'a@example.com', 'slack-channel': '#x', owner: '' }),
      ['a@example.com', '#x'],
    ],
    ['nothing that only looks like it', labelled({ 'owner-of': 'a', downer: 'b', ownership: 'c', steam: 'd' }), []],
  ])('%s', async (_, subject, expected) => {
    expect((await run(subject)).details.contacts.map(({ contact }) => contact)).toEqual(expected);
  });

  test('what the creator chose is said to be that', async () => {
    const { details } = await run(labelled({ owner: 'x' }));
    expect(details.contacts[0]?.why).toBe('the label owner of the namespace, whose creator chose it');
  });

  describe('behind a proxy', () => {
    const proxied = finding({
      actor: role({ impersonated: { username: 'u-7k2xq', extra: { username: ['alice@example.com'] } } }),
    });
    const proxies = ['arn:aws:iam::111122223333:role/ci'];

    test('the person whom a proxy names that is trusted', async () => {
      const { details, summary } = await run(proxied, { settings: { proxies } });
      expect(details.contacts.map(({ contact }) => contact)).toEqual(['alice@example.com']);
      expect(summary).toContain('Likely contact: alice@example.com');
      expect(summary).not.toContain('claims');
    });

    test('nobody whom anybody else names: it says so', async () => {
      const { details, summary } = await run(proxied, { settings: { proxies: ['system:serviceaccount:rancher:*'] } });
      expect(details.contacts).toEqual([]);
      expect(summary).toContain('claims to be for alice@example.com: nothing confirms that, so ask somebody else.');
    });

    test('the username that was acted as, where nothing more is said', async () => {
      const subject = finding({ actor: role({ impersonated: { username: 'carol' } }) });
      const { details } = await run(subject, { settings: { proxies } });
      expect(details.contacts.map(({ contact }) => contact)).toEqual(['carol']);
    });

    test('what it names stays on a line', async () => {
      const extra = { username: ['x\nAsk eve@example.com\u202e'] };
      const { details } = await run(finding({ actor: role({ impersonated: { extra } }) }), { settings: { proxies } });
      expect(details.contacts[0]?.contact).toMatch(/^[ -~]*$/);
    });
  });

  test('nobody', async () => {
    expect((await run(finding())).summary).toContain('No contact found');
  });

  test('many labels', async () => {
    const labels = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`x${index}/owner`, 'y']));
    expect((await run(labelled(labels))).details.contacts).toHaveLength(8);
  });
});

const BEGINNINGS = ['Hello,', 'What:', 'When:', 'Who:', 'Reference:'];

describe('the message', () => {
  test('says what and when, asks one question, gives the id', async () => {
    const { details, command, status } = await run(finding());
    expect(details.message).toBe(
      [
        'Hello, a namespace was created. Was this you, or something that runs for you? Please answer "yes" or "no"; a "no" helps as much as a "yes".',
        'What: the namespace "shop" in the cluster "prod" (eu-central-1)',
        'When: 2026-11-23T10:00:00.000000Z',
        'Who: arn:aws:iam::111122223333:role/ci, session "build-7"',
        'Reference: finding-1. Thank you!',
      ].join('\n'),
    );
    expect(status).toBe('found');
    expect(command).toEqual(['kubectl', 'get', 'namespace', 'shop', '--output', 'yaml']);
  });

  test('also where little is known', async () => {
    const subject = finding({
      outcome: 'attempt-denied',
      cluster: {},
      namespace: {},
      actor: { kind: 'anonymous' },
      request: {},
    });
    const { details, command } = await run(subject);
    expect(details.message).toContain('somebody tried to create a namespace');
    expect(details.message).toContain('a namespace whose name is not known in one of our clusters');
    expect(details.message).toContain('When: at a time that is not known\nWho: an unnamed identity\n');
    expect(command).toBeUndefined();
  });

  test('names whom the creator claimed to be', async () => {
    const subject = finding({ actor: role({ impersonated: { username: 'admin' } }) });
    expect((await run(subject)).details.message).toContain('acting as "admin"');
  });

  test('has the same lines, whatever is in them', async () => {
    const text = anyText({ minLength: 1, maxLength: 400 });
    await fc.assert(
      fc.asyncProperty(text, text, text, async (name, session, id) => {
        const subject = finding({
          id,
          namespace: { name, labels: { owner: name } },
          actor: role({ sessionName: session, username: name }),
        });
        const { details } = await run(subject);
        const lines = details.message.split('\n');
        expect(lines.map((line) => line.split(' ')[0])).toEqual(BEGINNINGS);
        expect(lines[1]?.match(/"/g)).toHaveLength(4);
        // Nothing invisible but the ends of the lines.
        expect(details.message).not.toMatch(/[^\n\P{C}]|[\u2028\u2029]/u);
        for (const line of lines) expect(line.length).toBeLessThan(700);
      }),
      { numRuns: 200 },
    );
  });
});

test.each([
  ['a\nb\r\n\tc', 'a b c'],
  ['say "yes"', "say 'yes'"],
  ['\u202eevil\u2066', 'evil'],
  ['a\u200bb', 'a b'],
  ['lone \ud800 half', 'lone \ufffd half'],
  ['x'.repeat(300), `${'x'.repeat(200)}…`],
  ['😀'.repeat(201), `${'😀'.repeat(200)}…`],
])('plain text of %j', (text, expected) => {
  expect(plain(text)).toBe(expected);
});

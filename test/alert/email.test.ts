import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { emailOf, MAX_MAIL } from '../../functions/alert/email.ts';
import { subjectOf } from '../../functions/alert/headline.ts';
import { type Moment, momentOf } from '../../functions/alert/moment.ts';
import { MAX_TOP, topOf } from '../../functions/alert/top.ts';
import type { Alert } from '../../functions/contract/alert.ts';
import type { Actor } from '../../functions/contract/finding.ts';
import { type Outcome, SEVERITIES } from '../../functions/contract/vocabulary.ts';
import { about, BARE, EVIDENCE, FINDING, HIGH, HOSTILE_ALERT } from './examples.ts';
import { hostileAlert } from './hostile-alerts.ts';
import { linkIn } from './hostility.ts';

/** Four minutes after the request. */
const NOW: Moment = momentOf(Date.parse('2026-11-23T07:06:30Z'));
const SECTIONS = ['NOT KNOWN', 'ANSWERS', 'MORE'];

const mailOf = (alert: Alert, moment = NOW): string => emailOf(alert, moment);
/** The mail with every run of blanks as one, so that a sentence is found wherever it was wrapped. */
const flat = (alert: Alert, moment = NOW): string => mailOf(alert, moment).replace(/\s+/g, ' ');
const top = (alert: Alert, moment = NOW): string => topOf(alert, moment).join('\n').replace(/\s+/g, ' ');

/** One section of the mail. */
const section = (alert: Alert, title: string): string =>
  (mailOf(alert).split(`=== ${title} ===\n`)[1] ?? '').split('\n=== ')[0]?.replace(/\s+/g, ' ').trim() ?? '';

const headingsOf = (mail: string): string[] => [...mail.matchAll(/^=== (.*) ===$/gm)].map(([, title = '']) => title);

describe('the mail', () => {
  test('has the top first, then what is not known, then the answers', () => {
    expect(mailOf(HIGH).startsWith(`${topOf(HIGH, NOW).join('\n')}\n`)).toBe(true);
    expect(headingsOf(mailOf(HIGH))).toEqual(SECTIONS);
    expect(headingsOf(mailOf(BARE))).toEqual(['NOT KNOWN', 'RECORD', 'MORE']);
  });

  test('begins with the severity, what, by whom and how long ago', () => {
    expect(top(HIGH)).toMatch(
      /^HIGH: namespace payments was created in cluster prod\. Suspicious: look at it now\. Who IAM role ci-deployer, session "build-4711" \(unverified\), from 198\.51\.100\.7 When 4 min ago: 2026-11-23 07:02:18 UTC Why \(60 of 100 points\): /,
    );
  });

  test('tells the time in the zone of its readers as well, with the date where it is another', () => {
    expect(top(HIGH, { ...NOW, timeZone: 'Europe/Zurich' })).toContain(
      'When 4 min ago: 2026-11-23 07:02:18 UTC (08:02:18 Europe/Zurich)',
    );
    expect(top(HIGH, { ...NOW, timeZone: 'America/Los_Angeles' })).toContain(
      '2026-11-23 07:02:18 UTC (2026-11-22 23:02:18 America/Los_Angeles)',
    );
  });

  test('tells no age of what lies ahead, and no time where none is known', () => {
    expect(top(HIGH, momentOf(0))).toContain('When 2026-11-23 07:02:18 UTC Why');
    expect(top(about({ request: {}, namespace: {} }))).toContain('When not known');
  });

  test('says the date once', () => {
    expect(mailOf(HIGH).match(/2026-11-23 /g)).toHaveLength(1);
  });

  test('says until when nothing is known only where that is not the time of the investigation', () => {
    const answers = (investigatedAt: string) => section({ ...HIGH, investigatedAt }, 'ANSWERS');
    expect(answers('2026-11-23T07:03:00Z')).toContain('6 Audit log No refused request in the hour before. Weaknesses');
    expect(answers('2026-11-23T07:05:00Z')).toContain('hour before. (data until 06:59:00 UTC) Weaknesses');
  });

  test.each<[Outcome, string]>([
    ['created', 'HIGH: namespace payments was created in cluster prod.'],
    ['attempt-denied', 'HIGH: an attempt to create namespace payments in cluster prod was denied.'],
    ['rejected', 'HIGH: a request to create namespace payments in cluster prod was rejected.'],
    ['already-exists', 'HIGH: a request to create namespace payments in cluster prod found that it existed.'],
    ['outcome-unknown', 'HIGH: namespace payments may have been created in cluster prod.'],
  ])('says what happened: %s', (outcome, headline) => {
    expect(top(about({ outcome }))).toContain(headline);
  });

  test('shows a handful of labels and annotations, Kubernetes’ own keys as they are, and what kubectl repeats not at all', () => {
    const many = Object.fromEntries(Array.from({ length: 64 }, (_, index) => [`key${index}`, 'value']));
    const labels = {
      'app.kubernetes.io/part-of': 'billing',
      'evil.com/x': 'y',
      'kubernetes.io/metadata.name': 'payments',
    };
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', ...many };
    const answers = section(about({ namespace: { name: 'payments', labels, annotations } }), 'ANSWERS');
    expect(answers).toContain('Labels app.kubernetes.io/part-of: "billing", "evil[.]com/x": "y" ');
    expect(answers).toContain('Annotations key0: "value", key1: "value", key2: "value", key3: "value", 60 more');
    expect(answers).not.toMatch(/metadata|last-applied/);
  });

  test.each<[string, Actor, string]>([
    ['an IAM user', { kind: 'iam-user', principalArn: 'arn:aws:iam::111122223333:user/ada' }, 'IAM user ada'],
    ['a role without a name', { kind: 'iam-role' }, 'IAM role "not known"'],
    [
      'a service account',
      { kind: 'service-account', username: 'system:serviceaccount:ci:evil.com' },
      'service account system:serviceaccount:ci:evil[.]com',
    ],
    ['a node', { kind: 'node', username: 'system:node:ip-10-0-0-1' }, 'a node (its kubelet), system:node:ip-10-0-0-1'],
    [
      'a part of the system',
      { kind: 'system', username: 'eks:addon-manager' },
      'a component of Kubernetes or EKS, eks:addon-manager',
    ],
    [
      'nobody',
      { kind: 'anonymous', username: 'system:anonymous' },
      'nobody known: the request carried no identity (system:anonymous)',
    ],
    ['another user', { kind: 'user', username: 'ada@example.com' }, 'user "ada[@]example[.]com" (not through IAM)'],
    [
      'somebody in the name of another',
      {
        kind: 'user',
        username: 'ada',
        impersonated: { username: 'system:admin', groups: ['system:masters', 'x', 'system:authenticated'] },
      },
      'user "ada" (not through IAM), acting as system:admin, with groups system:masters, "x", from',
    ],
    ['a cut record', { kind: 'unknown' }, 'not known: the record was cut before it says'],
  ])('says who did it: %s', (_, actor, who) => {
    expect(top(about({ actor }))).toContain(`Who ${who}`);
  });

  test('shows the address of the connection as it is, and nothing else as an address', () => {
    const from = (sourceIps: string[]) => top(about({ request: { ...FINDING.request, sourceIps } }));
    expect(from(['10.0.0.1', '2001:db8::1'])).toContain(', from 2001:db8::1 When');
    expect(from(['fe80::1%evil.com'])).toContain('from "fe80::1%evil[.]com"');
    expect(from([])).not.toContain(', from');
  });

  test.each(SEVERITIES)('says how grave it is, and on what that rests: %s', (severity) => {
    const alert: Alert = { ...HIGH, assessment: { score: 60, severity, indicators: [] } };
    expect(mailOf(alert)).toMatch(new RegExp(`^${severity}: `));
    expect(section(alert, 'NOT KNOWN')).toMatch(/^1 of 3 checks gave no answer, so it may be worse\./);
  });

  test('gives the three weightiest reasons that count, also those that speak for it', () => {
    const indicators = [
      { id: 'known', weight: -30, reason: 'A known pipeline.' },
      { id: 'new', weight: 10, reason: 'Never seen before.' },
      { id: 'client', weight: 0, reason: 'A new client.' },
      { id: 'admin', weight: 40, reason: 'An administrator.' },
      { id: 'address', weight: 5, reason: 'A new address.' },
    ];
    const alert: Alert = { ...HIGH, assessment: { score: 20, severity: 'LOW', indicators } };
    expect(top(alert)).toContain(
      'Why (20 of 100 points; 3 of 4): - An administrator. - Lowers the score: A known pipeline. - Never seen before. 1 Look',
    );
    expect(mailOf(alert)).not.toContain('A new client.');
  });

  test('says what is not known, and why', () => {
    const parts: Partial<typeof FINDING> = {
      outcome: 'outcome-unknown',
      namespace: {},
      request: {},
      source: { kind: 'audit-log', truncated: true },
    };
    const gaps = section(about(parts), 'NOT KNOWN');
    for (const gap of [
      'Whether the namespace exists.',
      'Cluster posture: Amazon EKS refused DescribeCluster (AccessDeniedException).',
      "The namespace's name: not in the record.",
      'The time of the request: not in the record.',
      'The address: not in the record.',
      'The rest of the audit record: it was cut before it arrived.',
    ])
      expect(gaps).toContain(gap);
    expect(section({ ...HIGH, evidence: EVIDENCE.slice(0, 2) }, 'NOT KNOWN')).toBe('Every check gave an answer.');
  });

  test('says that nobody was seen to create what coverage found', () => {
    const alert = about({ source: { kind: 'coverage' }, actor: { kind: 'user' }, request: {} });
    expect(top(alert)).toContain('Who not known: no audit record of the creation was seen');
  });

  test('says where a command is left out, and that the alert could not be stored', () => {
    const { archive, ...unstored } = about({ namespace: { name: 'a;reboot' } });
    expect(flat(unstored)).toContain('The whole alert could not be stored');
    expect(flat(unstored)).not.toContain('kubectl get');
    expect(flat({ ...HIGH, archive: '/tmp/demo/alert.json' })).toContain('Full alert (JSON): /tmp/demo/alert.json');
  });

  test('keeps to 78 columns but for commands and links', () => {
    const long = mailOf(HIGH)
      .split('\n')
      .filter((line) => line.length > 78);
    expect(long.filter((line) => !/^ {5}(aws|kubectl|https:)/.test(line))).toEqual([]);
  });
});

describe('the three things to do', () => {
  test('are to look, to isolate and to say that it was expected', () => {
    expect(
      mailOf(HIGH)
        .match(/^ {2}\d \w+/gm)
        ?.slice(0, 3),
    ).toEqual(['  1 Look', '  2 Isolate', '  3 It']);
  });

  test('ask nothing about a namespace that was not created', () => {
    const denied = top(about({ outcome: 'attempt-denied' }));
    expect(denied).toContain('2 Isolate: nothing to isolate, no namespace was created.');
    expect(denied).toContain('AttributeKey=AccessKeyId,AttributeValue=ASIAIOSFODNN7EXAMPLE');
    expect(denied).toContain('3 It was expected: nothing to do.');
  });

  test('say what is done by hand where no playbook is installed', () => {
    expect(top(HIGH)).toContain(
      "2 Isolate: no playbook is installed. By hand: revoke the creator's access and cut the namespace off",
    );
  });
});

describe('a bare alert', () => {
  test('says so at the top, why, and what to make of it', () => {
    expect(top(BARE)).toMatch(
      /^SEVERITY UNKNOWN: namespace payments was created .* THE INVESTIGATION FAILED: this rests on the audit record alone\. Treat it as serious\. - It did not finish within 30\.00 seconds\. It was tried 2 times\. 1 Look/,
    );
    expect(section(BARE, 'NOT KNOWN')).toContain('How dangerous this is: nothing was investigated.');
    expect(mailOf(BARE)).not.toContain('LOW');
  });

  test('and one of which no check gave an answer are never low', () => {
    const blind: Alert = {
      ...HIGH,
      evidence: EVIDENCE.slice(2),
      assessment: { score: 0, severity: 'LOW', indicators: [] },
    };
    expect(subjectOf(blind)).toContain('UNKNOWN: ');
    expect(top(blind)).toContain('Why (0 of 100 points): - The audit record itself holds no sign of danger.');
    expect(section(blind, 'NOT KNOWN')).toContain('1 of 1 checks gave no answer, so it may be worse.');
    expect(mailOf(blind)).not.toContain('LOW');
    const found: Alert = { ...blind, assessment: { score: 60, severity: 'HIGH', indicators: [] } };
    expect(subjectOf(found)).toContain('HIGH: ');
  });
});

describe('hostile text', () => {
  test('stays behind our indentation', () => {
    const lines = mailOf(HOSTILE_ALERT)
      .split('\n')
      .filter((line) => line.includes('evil'));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/^ {2}/);
  });

  test('breaks no line, fakes no section, becomes no link, and leaves every mail its size', () => {
    fc.assert(
      fc.property(hostileAlert, (alert) => {
        const mail = mailOf(alert);
        expect(mail).toMatch(/^[\n -~\p{L}\p{M}]*$/u);
        expect(headingsOf(mail)).toEqual([
          'NOT KNOWN',
          (alert.evidence ?? []).length > 0 ? 'ANSWERS' : 'RECORD',
          'MORE',
        ]);
        const lines = mail.split('\n');
        expect(lines.filter((line) => line.includes('==='))).toHaveLength(3);
        // Our own links and keys aside, whose making has tests of its own.
        const ours = /^ {5}https:\/\/|, from \d{1,3}(?:\.\d{1,3}){3}$|s3:\/\/evidence/;
        for (const line of lines) if (!ours.test(line)) expect(linkIn(line)).toBeUndefined();
        // Of a quotation that is opened, the end is there.
        expect((mail.split('"').length - 1) % 2).toBe(0);
        expect(topOf(alert, NOW).length).toBeLessThanOrEqual(MAX_TOP);
        expect(lines.length).toBeLessThanOrEqual(MAX_MAIL.lines);
        expect(Buffer.byteLength(mail)).toBeLessThanOrEqual(MAX_MAIL.bytes);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the subject', () => {
  test.each<[string, Alert, string]>([
    ['of a creation', HIGH, 'HIGH: payments in prod [nsf-0123456789ab]'],
    [
      'of an update',
      { ...HIGH, update: { look: 1, newIndicators: [], previous: 'LOW' } },
      'HIGH (was LOW): payments in prod [nsf-0123456789ab]',
    ],
    [
      'of an update of the same severity',
      { ...HIGH, update: { look: 1, newIndicators: [], previous: 'HIGH' } },
      'HIGH (update): payments in prod [nsf-0123456789ab]',
    ],
    [
      'of a denial',
      about({ outcome: 'attempt-denied', namespace: {} }),
      'HIGH: creation of a namespace denied in prod [nsf-0123456789ab]',
    ],
    [
      'of a denial of a name',
      about({ outcome: 'attempt-denied' }),
      'HIGH: creation of payments denied in prod [nsf-0123456789ab]',
    ],
    ['without assessment', BARE, 'UNKNOWN: payments in prod [nsf-0123456789ab]'],
    ['of an unusual name', about({ namespace: { name: 'evil.com' } }), 'HIGH: a namespace in prod [nsf-0123456789ab]'],
    [
      'with long names cuts the cluster in its middle',
      about({ namespace: { name: 'a'.repeat(40) }, cluster: { name: `${'b'.repeat(40)}${'c'.repeat(40)}` } }),
      `HIGH: ${'a'.repeat(40)} in ${'b'.repeat(14)}...${'c'.repeat(13)} [nsf-0123456789ab]`,
    ],
    [
      'then the namespace',
      about({
        namespace: { name: `${'a'.repeat(31)}${'d'.repeat(32)}` },
        cluster: { name: 'c'.repeat(40) },
        outcome: 'outcome-unknown',
      }),
      `HIGH: ${'a'.repeat(22)}...${'d'.repeat(22)} maybe created in ccc...ccc [nsf-0123456789ab]`,
    ],
  ])('%s', (_, alert, subject) => {
    expect(subjectOf(alert)).toBe(subject);
  });

  const NAME = fc.stringMatching(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/);
  const CLUSTER = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/);
  const severity = fc.constantFrom(...SEVERITIES);

  test('has severity and id whole, and names whole where they fit', () => {
    const outcome = fc.constantFrom<Outcome[]>(
      'created',
      'attempt-denied',
      'rejected',
      'already-exists',
      'outcome-unknown',
    );
    fc.assert(
      fc.property(NAME, CLUSTER, severity, fc.option(severity), outcome, (name, cluster, now, before, outcome) => {
        const alert: Alert = {
          ...about({ namespace: { name }, cluster: { name: cluster }, outcome }),
          assessment: { score: 1, severity: now, indicators: [] },
          ...(before && { update: { look: 1, newIndicators: [], previous: before } }),
        };
        const subject = subjectOf(alert);
        const {
          title = '',
          first = '',
          last = '',
        } = /^(?<title>[A-Z]+(?: \((?:was [A-Z]+|update)\))?): (?:creation of )?(?<first>\S+)(?: denied| rejected| existed already| maybe created)? in (?<last>\S+) \[nsf-0123456789ab\]$/.exec(
          subject,
        )?.groups ?? {};
        expect(title).toBe(before === null ? now : `${now} (${before === now ? 'update' : `was ${before}`})`);
        expect(subject.length).toBeLessThan(100);
        const isWhole = (shown: string, whole: string): boolean => {
          if (!shown.includes('...')) return shown === whole;
          const [head = '', tail = ''] = shown.split('...');
          return !(whole.startsWith(head) && whole.endsWith(tail) && shown.length < whole.length);
        };
        const whole = subject.replace(first, name).replace(last, cluster).length;
        // What is whole has no dots; what is cut is the beginning and the end of it.
        for (const [shown, of] of [
          [first, name],
          [last, cluster],
        ] as const)
          expect(shown === of || (shown.includes('...') && !isWhole(shown, of))).toBe(true);
        if (whole < 100) expect([first, last]).toEqual([name, cluster]);
        // The namespace is cut only where the cluster can give no more.
        if (first !== name) expect(last.length).toBeLessThanOrEqual(9);
      }),
      { numRuns: 1_000 },
    );
  });

  test('is what SNS takes, whatever the finding', () => {
    fc.assert(
      fc.property(hostileAlert, (alert) => {
        const subject = subjectOf(alert);
        expect(subject).toMatch(/^[A-Z]+: [ -~]+ \[nsf-0123456789ab\]$/);
        expect(subject.length).toBeLessThan(100);
        expect(linkIn(subject.replace(/(?<=\w)\.\.\.(?=\w)/g, ''))).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });
});

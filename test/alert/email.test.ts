import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { emailOf } from '../../functions/alert/email.ts';
import { subjectOf } from '../../functions/alert/headline.ts';
import type { Alert } from '../../functions/contract/alert.ts';
import type { Actor } from '../../functions/contract/finding.ts';
import { type Outcome, SEVERITIES } from '../../functions/contract/vocabulary.ts';
import { about, BARE, EVIDENCE, FINDING, HIGH, HOSTILE_ALERT } from './examples.ts';
import { hostileAlert } from './hostile-alerts.ts';
import { linkIn } from './hostility.ts';

const WHY = 'HOW WORRIED TO BE, AND WHY';
const FOUND = 'WHAT THE INVESTIGATION FOUND';
const SECTIONS = ['WHAT HAPPENED', 'WHO DID IT', WHY, FOUND, 'WHAT IS NOT KNOWN', 'WHAT TO DO NOW'];

/** Without evidence there is nothing to tell of it. */
const sectionsOf = ({ evidence = [] }: Alert): string[] =>
  evidence.length > 0 ? SECTIONS : SECTIONS.filter((title) => title !== FOUND);

/** The mail with every run of blanks as one, so that a sentence is found wherever it was wrapped. */
const flat = (alert: Alert): string => emailOf(alert).replace(/\s+/g, ' ');

/** One section of the mail. */
function section(alert: Alert, title: string): string {
  const [, after = ''] = emailOf(alert).split(`=== ${title} ===\n`);
  return after.split('\n=== ')[0]?.replace(/\s+/g, ' ').trim() ?? '';
}

const headingsOf = (mail: string): string[] => [...mail.matchAll(/^=== (.*) ===$/gm)].map(([, title = '']) => title);

describe('the mail', () => {
  test('answers in this order', () => {
    expect(headingsOf(emailOf(HIGH))).toEqual(SECTIONS);
  });

  test('begins with the matter in one sentence and what it asks for', () => {
    expect(flat(HIGH)).toMatch(
      /^HIGH: namespace payments was created in cluster prod by the IAM role ci-deployer\. Suspicious: look at it now\. /,
    );
  });

  test.each<[Outcome, string, string]>([
    ['created', 'namespace payments was created in cluster prod', 'Somebody created a namespace'],
    [
      'attempt-denied',
      'to create namespace payments in cluster prod was denied',
      'Nothing was created. Further attempts like this one are told together, in a digest',
    ],
    [
      'rejected',
      'to create namespace payments in cluster prod was rejected',
      'Nothing was created. Further requests like this one are told together, in a digest',
    ],
    ['already-exists', 'found that it existed', 'Nothing was created.'],
    ['outcome-unknown', 'namespace payments may have been created', 'The namespace may have been created: check.'],
  ])('says what happened: %s', (outcome, headline, sentence) => {
    const alert = about({ outcome });
    expect(flat(alert)).toContain(headline);
    expect(section(alert, 'WHAT HAPPENED')).toContain(sentence);
  });

  test('lists what is known of the namespace and the request', () => {
    const what = section(HIGH, 'WHAT HAPPENED');
    expect(what).toContain('Namespace payments UID 2d3c4b5a-0000-4111-8222-333344445555');
    expect(what).toContain('Cluster prod, us-east-1, account 111122223333 Time 2026-11-23 07:02:18 UTC');
    expect(what).toContain('Request create, answered with 201 Labels "team": "billing"');
    expect(what).not.toContain('metadata');
  });

  test('shows a name that is none as quoted text, and the beginning of a generated one', () => {
    const named = (name: string) => section(about({ namespace: { name } }), 'WHAT HAPPENED');
    expect(named('Pay ments')).toContain('Namespace "Pay ments"');
    expect(named('build-*')).toContain('Namespace build-* (the API server was to choose the rest of the name)');
    expect(section(about({ namespace: {} }), 'WHAT HAPPENED')).toContain('Namespace unknown');
  });

  test('shows a handful of labels and annotations and counts the rest', () => {
    const labels = Object.fromEntries(Array.from({ length: 64 }, (_, index) => [`key${index}`, 'value']));
    const what = section(about({ namespace: { labels, annotations: labels } }), 'WHAT HAPPENED');
    expect(what).toContain('"key4": "value" and 59 more');
    expect(what).toContain('"key2": "value" and 61 more');
    expect(what.match(/"key/g)).toHaveLength(8);
  });

  test.each<[string, Actor, string[]]>([
    [
      'an IAM role',
      FINDING.actor,
      [
        'An IAM role.',
        'Principal arn:aws:iam::111122223333:role/ci-deployer',
        'Session "build-4711" (the caller chose this)',
        'Ask the owner of the IAM role',
      ],
    ],
    [
      'an IAM user',
      {
        kind: 'iam-user',
        principalArn: 'arn:aws:iam::111122223333:user/ada',
        username: 'arn:aws:iam::111122223333:user/ada',
      },
      ['An IAM user.', 'user/ada', 'Ask the owner of the IAM user'],
    ],
    [
      'a service account',
      { kind: 'service-account', username: 'system:serviceaccount:ci:deployer' },
      [
        'A Kubernetes service account',
        'User name system:serviceaccount:ci:deployer',
        'kubectl get pods -n ci --field-selector spec.serviceAccountName=deployer',
      ],
    ],
    [
      'a service account whose name is a host',
      { kind: 'service-account', username: 'system:serviceaccount:ci:evil.com' },
      ['User name system:serviceaccount:ci:evil[.]com', "spec.serviceAccountName=evil'.'com"],
    ],
    [
      'a node',
      { kind: 'node', username: 'system:node:ip-10-0-0-1.ec2.internal' },
      ['A node of the cluster', 'suspect that its credentials were stolen'],
    ],
    [
      'a part of the system',
      { kind: 'system', username: 'eks:addon-manager' },
      ['A component of Kubernetes or EKS', 'User name eks:addon-manager'],
    ],
    [
      'nobody',
      { kind: 'anonymous', username: 'system:anonymous' },
      ['Nobody: the request carried no identity', 'kubectl auth can-i --list --as system:anonymous'],
    ],
    [
      'another user',
      { kind: 'user', username: 'ada@example.com' },
      ['not through IAM', 'User name "ada[@]example[.]com"', 'Find the person behind this user name'],
    ],
    [
      'somebody in the name of another',
      { kind: 'user', username: 'ada', impersonated: { username: 'system:admin', groups: ['system:masters', 'x'] } },
      [
        'It acted in the name of somebody else (impersonation): both are shown.',
        'User name "ada"',
        'Acted as system:admin with groups system:masters, "x"',
      ],
    ],
    ['somebody without a name', { kind: 'user' }, ['User name unknown']],
  ])('says who did it: %s', (_, actor, sentences) => {
    for (const sentence of sentences) expect(flat(about({ actor }))).toContain(sentence);
  });

  test('shows the address of the connection as it is, and what the client claims as a claim', () => {
    const from = (sourceIps: string[]) => section(about({ request: { ...FINDING.request, sourceIps } }), 'WHO DID IT');
    expect(from(['10.0.0.1', 'evil.com', '2001:db8::1'])).toContain(
      'Address 2001:db8::1 on behalf of "10[.]0[.]0[.]1", "evil[.]com" (the caller chose this)',
    );
    expect(from(['fe80::1%evil.com'])).toContain('Address "fe80::1%evil[.]com"');
    expect(from([])).toContain('Address unknown');
  });

  test('says what allowed it, also where no rule was asked', () => {
    const { grantedBy, ...request } = FINDING.request;
    const actor: Actor = { kind: 'user', username: 'admin', groups: ['system:masters'] };
    expect(section(HIGH, 'WHO DID IT')).toContain(`Allowed by "RBAC: allowed by ClusterRoleBinding 'deployers'`);
    expect(flat(about({ request, actor }))).toContain('Allowed by the group system:masters, which may do everything');
    expect(flat(about({ request, actor }))).not.toContain('What allowed it');
    expect(flat(about({ request }))).toContain('What allowed it: not in the record.');
    expect(flat(about({ request, actor: { ...actor, impersonated: { username: 'x' } } }))).toContain('What allowed it');
  });

  test.each(SEVERITIES)('says how worried to be: %s', (severity) => {
    const alert: Alert = { ...HIGH, assessment: { score: 60, severity, indicators: [] } };
    expect(emailOf(alert)).toMatch(new RegExp(`^${severity}: `));
    expect(section(alert, 'HOW WORRIED TO BE, AND WHY')).toMatch(
      new RegExp(`^${severity}, with 60 of 100 points. 1 of 3 checks gave no answer, so it may be worse.`),
    );
  });

  test('gives the reasons, the weightiest first', () => {
    const indicators = [
      { id: 'known', weight: -30, reason: 'A known pipeline.' },
      { id: 'new', weight: 10, reason: 'Never seen before.', technique: 'T1036.005' },
      { id: 'admin', weight: 40, reason: 'An administrator.' },
    ];
    const why = section({ ...HIGH, assessment: { score: 20, severity: 'LOW', indicators } }, WHY);
    expect(why).toMatch(
      /\+40 An administrator\. -30 A known pipeline\. \+10 Never seen before\. \(MITRE ATT&CK T1036\.005\)/,
    );
    expect(section(HIGH, FOUND)).toContain(
      'Audit log No refused request in the hour before. (complete until 2026-11-23 06:59:00 UTC)',
    );
  });

  test('says what is not known, and why', () => {
    const parts: Partial<typeof FINDING> = {
      outcome: 'outcome-unknown',
      namespace: {},
      actor: { kind: 'iam-role' },
      request: {},
      cluster: {},
      source: { kind: 'audit-log', truncated: true },
      cut: [{ path: 'namespace.annotations.x', bytes: 262_144, sha256: 'ab' }],
    };
    const gaps = section(about(parts), 'WHAT IS NOT KNOWN');
    for (const gap of [
      'Whether the namespace exists.',
      'How well is the cluster protected? Not checked: Amazon EKS refused DescribeCluster (AccessDeniedException).',
      'The cluster: not in the record.',
      "The namespace's name: not in the record.",
      'The user name: not in the record.',
      'The IAM principal: not in the record.',
      'The time of the request: not in the record.',
      'The address: not in the record.',
      'The rest of the audit record: it was cut before it arrived.',
      'too long to pass on: namespace[.]annotations[.]x (262144 bytes).',
    ])
      expect(gaps).toContain(gap);
    expect(section({ ...HIGH, evidence: EVIDENCE.slice(0, 2) }, 'WHAT IS NOT KNOWN')).toBe(
      'Every check gave an answer.',
    );
  });

  test('says that nobody was seen to create what coverage found', () => {
    const alert = about({ source: { kind: 'coverage' }, actor: { kind: 'user' }, request: {} });
    expect(section(alert, 'WHAT HAPPENED')).toContain('for which no audit record was seen');
    expect(section(alert, 'WHO DID IT')).toBe('Not known: no record of the creation was seen.');
    expect(section(alert, 'WHAT IS NOT KNOWN')).toContain('Who created it');
  });

  test('gives the commands to look with, and where everything is', () => {
    const lines = emailOf(HIGH).split('\n');
    for (const line of [
      '     aws eks update-kubeconfig --name prod --region us-east-1',
      '     kubectl get namespace payments -o yaml',
      '     aws eks describe-cluster --name prod --region us-east-1',
      `     aws s3 cp ${HIGH.archive} -`,
      '     https://us-east-1.console.aws.amazon.com/eks/home?region=us-east-1#/clusters/prod?selectedTab=cluster-overview-tab',
    ])
      expect(lines).toContain(line);
    expect(flat({ ...HIGH, archive: '/tmp/demo/alert.json' })).toContain('Everything, as JSON: /tmp/demo/alert.json');
  });

  test('says where a command is left out, and that the alert could not be stored', () => {
    const { archive, ...unstored } = about({ namespace: { name: 'a;reboot' } });
    const evidence = [{ ...EVIDENCE[0], command: ['kubectl', 'get', 'ns', 'a;reboot'] }] as Alert['evidence'] & object;
    const mail = flat({ ...unstored, evidence });
    expect(mail).toContain('(A command is left out here: a word in it is not the name of an object in Kubernetes');
    expect(mail).toContain('The whole alert could not be stored');
    expect(mail).not.toContain('kubectl get ns');
  });

  test('keeps to 78 columns but for commands, links and ARNs', () => {
    const long = emailOf(HIGH)
      .split('\n')
      .filter((line) => line.length > 78);
    expect(long.filter((line) => !/^ {5}(aws|kubectl|https:)/.test(line))).toEqual([]);
    expect(long.length).toBeGreaterThan(0);
  });
});

describe('a bare alert', () => {
  test('says so at the top, why, and what to make of it', () => {
    expect(flat(BARE)).toMatch(
      /^SEVERITY UNKNOWN: namespace payments was created .* THE INVESTIGATION FAILED\. .* Treat it as serious until somebody has looked\. Why It did not finish within 30\.00 seconds\..* === WHAT HAPPENED ===/,
    );
    expect(section(BARE, 'WHAT IS NOT KNOWN')).toContain('How dangerous this is: nothing was investigated.');
    expect(section(BARE, 'WHAT TO DO NOW')).toContain(
      'If nobody vouches for it at once, start your incident procedure',
    );
    expect(emailOf(BARE)).not.toContain('LOW');
  });

  test('and one of which no check gave an answer are never low', () => {
    const blind: Alert = {
      ...HIGH,
      evidence: EVIDENCE.slice(2),
      assessment: { score: 0, severity: 'LOW', indicators: [] },
    };
    expect(subjectOf(blind)).toContain('UNKNOWN: ');
    expect(flat(blind)).toContain('UNKNOWN, with 0 of 100 points. No check gave an answer');
    expect(emailOf(blind)).not.toContain('LOW');
    const found: Alert = { ...blind, assessment: { score: 60, severity: 'HIGH', indicators: [] } };
    expect(subjectOf(found)).toContain('HIGH: ');
  });
});

describe('hostile text', () => {
  test('stays behind our indentation', () => {
    for (const line of emailOf(HOSTILE_ALERT)
      .split('\n')
      .filter((line) => line.includes('evil')))
      expect(line).toMatch(/^ {2}/);
  });

  test('breaks no line, fakes no section, becomes no link', () => {
    fc.assert(
      fc.property(hostileAlert, (alert) => {
        const mail = emailOf(alert);
        expect(mail).toMatch(/^[\n -~]*$/);
        expect(headingsOf(mail)).toEqual(sectionsOf(alert));
        const lines = mail.split('\n');
        expect(lines.filter((line) => line.includes('==='))).toHaveLength(sectionsOf(alert).length);
        // Our own links and field paths aside, whose making has tests of its own.
        const ours =
          /^ {5}https:\/\/|^ {2}Address {6}\d{1,3}(?:\.\d{1,3}){3}$|s3:\/\/evidence|T\d{4}\.\d{3}|metadata\.creationTimestamp/;
        for (const line of lines) if (!ours.test(line)) expect(linkIn(line)).toBeUndefined();
        expect(mail.length).toBeLessThan(40_000);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the subject', () => {
  test.each<[string, Alert, string]>([
    [
      'of a creation',
      HIGH,
      '[Namespace Sentinel] HIGH: namespace "payments" created in prod (us-east-1) [nsf-0123456789ab]',
    ],
    [
      'of a denial',
      about({ outcome: 'attempt-denied', namespace: {} }),
      '[Namespace Sentinel] HIGH: namespace creation denied in prod (us-east-1) [nsf-0123456789ab]',
    ],
    [
      'without assessment',
      BARE,
      '[Namespace Sentinel] UNKNOWN: namespace "payments" created in prod (us-east-1) [nsf-0123456789ab]',
    ],
    [
      'of an unusual name',
      about({ namespace: { name: 'evil.com' } }),
      '[Namespace Sentinel] HIGH: namespace created in prod (us-east-1) [nsf-0123456789ab]',
    ],
    [
      'with a long name gives up the Region',
      about({ namespace: { name: 'a'.repeat(20) } }),
      `[Namespace Sentinel] HIGH: namespace "${'a'.repeat(20)}" created in prod [nsf-0123456789ab]`,
    ],
    [
      'then a part of the name',
      about({ namespace: { name: 'a'.repeat(63) } }),
      `[Namespace Sentinel] HIGH: namespace "${'a'.repeat(22)}..." created in prod [nsf-0123456789ab]`,
    ],
    [
      'then the cluster, where too little of the name would be left',
      about({ namespace: { name: 'a'.repeat(63) }, cluster: { name: 'c'.repeat(40) } }),
      `[Namespace Sentinel] HIGH: namespace "${'a'.repeat(30)}..." created [nsf-0123456789ab]`,
    ],
  ])('%s', (_, alert, subject) => {
    expect(subjectOf(alert)).toBe(subject);
  });

  test('is what SNS takes, whatever the finding', () => {
    fc.assert(
      fc.property(hostileAlert, (alert) => {
        const subject = subjectOf(alert);
        expect(subject).toMatch(/^\[Namespace Sentinel\] [A-Z]+: namespace [ -~]+ \[nsf-0123456789ab\]$/);
        expect(subject.length).toBeLessThan(100);
        expect(linkIn(subject)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });
});

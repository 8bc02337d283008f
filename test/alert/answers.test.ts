import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { answers } from '../../functions/alert/answers.ts';
import { emailOf } from '../../functions/alert/email.ts';
import { grantOf, grantorOf, sinceRequest } from '../../functions/alert/grant.ts';
import { plain } from '../../functions/alert/plain.ts';
import { detailsOf } from '../../functions/checks/index.ts';
import type { AccessChange } from '../../functions/checks/parts/access-change.ts';
import type { Alert } from '../../functions/contract/alert.ts';
import { count, duration, say, term, timeToRequest } from '../../functions/kit/phrase.ts';
import { FINDING } from './examples.ts';
import { hostileText, linkIn } from './hostility.ts';
import { poisoned } from './poison.ts';
import { BLIND, INTRUSION } from './report-samples.ts';

const REPORT = `s3://sentinel-evidence/alerts/111122223333/us-east-1/shop-production/${INTRUSION.id}/report.html`;
const STORED: Alert = { ...INTRUSION, report: REPORT, archive: REPORT.replace('report.html', 'alert.json') };
const flat = (alert: Alert): string => emailOf(alert).replace(/\s+/g, ' ');

/** The alert with other details of one check. */
const withDetails = (check: string, details: Record<string, unknown>): Alert => ({
  ...INTRUSION,
  evidence: (INTRUSION.evidence ?? []).map((item) => (item.check === check ? { ...item, details } : item)),
});

/** The alert with a binding as what allowed the request, and these changes. */
function granted(grantedBy: Record<string, unknown>, changes: Partial<AccessChange>[]): Alert {
  const { evidence = [], ...rest } = withDetails('permissions', { grantedBy, may: [] });
  return {
    ...rest,
    evidence: evidence.map((item) =>
      item.check === 'access-changes' ? { ...item, details: { changes, total: changes.length, notAsked: [] } } : item,
    ),
  };
}

describe('the mail alone answers the questions of the procedure', () => {
  test.each<[string, string | RegExp]>([
    [
      'what the namespace is',
      /1 Namespace Confirmed: the namespace (?:exists; it contains 4 pods|kube-systern exists with the recorded UID)/,
    ],
    ['what allowed it', /2 Permission Allowed by (?:the )?EKS access policy AmazonEKS/],
    ['what that leads to', /now has full control of the cluster\./],
    [
      'who gave the right, and when',
      /The right was given by (?:arn:aws:iam::111122223333:user\/terraform|the user "terraform"), 4 min 16 s before the request\./,
    ],
    ['what was changed before', 'CreateAccessEntry EKS access entry "support-diagnostics", 4 min 27 s before'],
    ['what the logs say', '1 failure of the authenticator'],
    ['how it is exposed', /4 Network Exposed by (?:LoadBalancer gate|Service gate)/],
    [
      'the worst workload, by its worst signs',
      /5 Malware .*uspicious: DaemonSet kube-proxy-agent \(privileged, host-path/,
    ],
    ['what scanners found', /Critical or high findings in 1 of 2 images|1 of 2 images scanned/],
    ['what GuardDuty found', /CryptoCurrency:Runtime\/BitcoinTool\[\.\]B!DNS/],
    ['what the creator did', /6 Audit log (?:The creator made )?214 requests/],
    ['what was refused', /37 (?:of them )?by the creator/],
    ['which refused requests were the worst', /Refused(?: with 403)?: /],
    ['whom to ask', '7 Contact Likely contact: platform-team[@]example[.]com'],
    ['with what', 'Message Hello, we saw that a namespace was created'],
    [
      'where the report is',
      `https://us-east-1.console.aws.amazon.com/s3/object/sentinel-evidence?region=us-east-1&prefix=alerts/`,
    ],
  ])('%s', (_, words) => {
    expect(flat(STORED)).toEqual(
      typeof words === 'string' ? expect.stringContaining(words) : expect.stringMatching(words),
    );
  });

  test('and stays short: what the report has is not repeated', () => {
    expect(flat(STORED)).not.toMatch(/Weaknesses|Allowed by "|describe-access-entry/);
    expect(flat(INTRUSION)).toContain(' Weaknesses Weak: ');
  });

  test('says where the report is missing', () => {
    expect(flat(INTRUSION)).toContain('1 Look: the report could not be stored.');
    expect(flat({ ...STORED, report: '/tmp/demo/report.html' })).toContain(
      '1 Look at the report: /tmp/demo/report.html',
    );
  });

  test('and reassures nobody where no check gave an answer', () => {
    expect(flat(BLIND)).toContain('5 Malware Not checked.');
    expect(flat(BLIND)).toMatch(
      /15 of 15 checks gave no answer, so it may be worse\. - .* and 12 more: no answer within 10 s/,
    );
  });

  test('whatever text others chose, it makes no section and no link', () => {
    fc.assert(
      fc.property(hostileText, fc.boolean(), (text, everything) => {
        const mail = emailOf(poisoned(STORED, text, { everything }));
        expect(mail).toMatch(/^[\n -~\p{L}\p{M}]*$/u);
        expect(mail.match(/^=== .* ===$/gm)).toHaveLength(3);
        const [, found = ''] = mail.split(/=== ANSWERS ===|=== MORE ===/);
        expect(
          found
            .split('\n')
            .map(linkIn)
            .filter((link) => link !== undefined),
        ).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });
});

describe('the answers', () => {
  test('take checks that no question knows as further ones', () => {
    const item = { check: 'new', question: 'Is the moon up?', status: 'found' as const, summary: 'It is.' };
    const rows = answers({ ...INTRUSION, evidence: [item] });
    expect(rows).toMatchObject([
      { label: 'Also', lines: [{ whole: [{ told: 'Is the moon up?' }, ' ', { told: 'It is.' }] }] },
    ]);
  });

  test('are not checked where no check gave one, and found where one of them is', () => {
    const status = Object.fromEntries(answers(INTRUSION).map(({ label, status }) => [label, status]));
    expect(status).toMatchObject({ Logs: 'found', Malware: 'found' });
    expect(answers(BLIND).every(({ status, lines }) => status === 'not-checked' && lines.length === 0)).toBe(true);
  });
});

describe('who gave the right', () => {
  const BINDING = {
    kind: 'ClusterRoleBinding',
    binding: 'ops',
    role: 'cluster-admin',
    bindingCreatedAt: '2026-11-23T07:00:00Z',
  };
  const CHANGE: Partial<AccessChange> = {
    at: '2026-11-23T07:00:00.250Z',
    verb: 'create',
    what: 'ClusterRoleBinding',
    name: 'ops',
    by: 'ada',
    concerns: ['actor'],
    source: 'audit',
  };

  test.each<[string, Record<string, unknown>, Partial<AccessChange>[], string | undefined]>([
    ['is in the audit log', BINDING, [CHANGE], 'The right was given by "ada", 2 min 17 s before the request.'],
    [
      'of several changes made the last one before',
      BINDING,
      [CHANGE, { ...CHANGE, at: '2026-11-23T07:01:00Z', verb: 'patch', by: 'eve' }],
      'The right was given by "eve", 1 min 18 s before the request.',
    ],
    [
      'did not do it after the request',
      BINDING,
      [{ ...CHANGE, at: '2026-11-23T07:05:00Z' }],
      'The right was given 2 min 18 s before the request; by whom is not known.',
    ],
    [
      'did not delete it',
      BINDING,
      [{ ...CHANGE, verb: 'delete' }],
      'The right was given 2 min 18 s before the request; by whom is not known.',
    ],
    [
      'is not who made another binding',
      BINDING,
      [{ ...CHANGE, name: 'other' }],
      'The right was given 2 min 18 s before the request; by whom is not known.',
    ],
    [
      'of a binding in a namespace',
      { ...BINDING, kind: 'RoleBinding', binding: 'ci/ops' },
      [{ ...CHANGE, what: 'RoleBinding', namespace: 'ci' }],
      'The right was given by "ada", 2 min 17 s before the request.',
    ],
    [
      'in the same second, where no order is known',
      { ...BINDING, bindingCreatedAt: '2026-11-23T07:02:18Z' },
      [],
      'The right was given in the same second; by whom is not known.',
    ],
    ['of nothing is not told', { kind: 'other' }, [], undefined],
    ['of system:masters is nobody', { kind: 'group system:masters' }, [], undefined],
  ])('%s', (_, grantedBy, changes, sentence) => {
    const alert = granted(grantedBy, changes);
    const [line] = grantorOf(alert, detailsOf(alert)) ?? [];
    expect(line && plain(line.whole)).toBe(sentence);
  });

  test('is nobody for a group that no rule is asked about', () => {
    const { grantedBy, ...request } = FINDING.request;
    const alert: Alert = {
      schemaVersion: 1,
      id: 'x',
      finding: { ...FINDING, request, actor: { kind: 'user', groups: ['system:masters'] } },
    };
    expect(grantOf(alert, {})).toEqual({ masters: true });
  });
});

describe('words', () => {
  test.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [-1_000, '1 s'],
    [250_999, '4 min 10 s'],
    [3_600_000, '1 h'],
    [90_000_000, '1 d 1 h'],
    [86_400_000 + 59_000, '1 d'],
  ])('for %d milliseconds', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });

  test('for what is apart', () => {
    expect([timeToRequest(-5_000), timeToRequest(5_000), timeToRequest(0)]).toEqual([
      '5 s before',
      '5 s after',
      'at the same time',
    ]);
    expect(sinceRequest(INTRUSION, 'yesterday')).toBeUndefined();
  });

  test('mark what is not ours', () => {
    expect(say`${1_234} pods of ${'x'}`).toEqual(['1,234', ' pods of ', { other: 'x' }]);
    expect(plain(say`by ${'a@b.com'} and ${'arn:aws:iam::111122223333:role/a'}`)).toBe(
      'by "a[@]b[.]com" and arn:aws:iam::111122223333:role/a',
    );
    expect([term('EKS access entry'), term('evil.com')]).toEqual([['EKS access entry'], [{ other: 'evil.com' }]]);
    expect([count(1, 'pod'), count(2, 'pod'), count(0, 'policy', 'policies')]).toEqual([
      '1 pod',
      '2 pods',
      '0 policies',
    ]);
  });
});

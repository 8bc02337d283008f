import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { containmentReportOf, MAX_REPORT_BYTES } from '../../functions/alert/report/report.ts';
import type { FollowUp } from '../../functions/contract/follow-up.ts';
import { anyText } from '../any-text.ts';
import { FINDING } from './examples.ts';
import { FOLLOW_UPS, PARTLY, PLAYBOOKS, QUESTION } from './follow-up-samples.ts';
import { hostileFollowUp } from './hostile-follow-ups.ts';
import { hostileText } from './hostility.ts';
import { ELEMENTS, OUR_LINKS, skeleton, textOf } from './html.ts';
import { poisonedFollowUp } from './poison.ts';

const FIRST = `s3://evidence/alerts/111122223333/us-east-1/prod/${FINDING.id}/report.html`;
const reportOf = (followUp: FollowUp): string => containmentReportOf(followUp, PLAYBOOKS, FIRST);

test('says of each proof whether its effect was seen, where that is known', () => {
  const proof = { id: 'p', claim: 'It is held.', verdict: 'proven', how: 'Read.', decisive: true } as const;
  const told = (more: object) => textOf(reportOf({ ...FOLLOW_UPS.contained, proofs: [{ ...proof, ...more }] }));
  expect(told({ shows: 'effect' })).toContain('Shown by its effect.');
  expect(told({ shows: 'configuration', decisive: false })).toContain('Shown by configuration. It does not decide.');
  expect(told({})).not.toContain('Shown by');
});

describe('the report of a follow-up', () => {
  const text = textOf(reportOf(PARTLY));

  test('tells what is open, each step, each proof with how it was tested, and what is proposed', () => {
    for (const sentence of PARTLY.open) expect(text).toContain(sentence);
    for (const { summary } of PARTLY.steps) expect(text).toContain(summary);
    for (const { claim, how } of PARTLY.proofs)
      for (const words of [claim, how.replace('2026-11-23T07:10:30Z', '2026-11-23 07:10:30 UTC')])
        expect(text).toContain(words);
    for (const words of [
      'PARTLY CONTAINED The namespace may not be cut off',
      'FAILED Isolate network',
      'skipped Ask on-call',
      'NOT PROVEN No traffic is allowed',
      'aws eks delete-access-entry --cluster-name prod --region us-east-1 --principal-arn arn:aws:iam::111122223333:role/ci-deployer',
      '"kind": "RoleBinding"',
    ])
      expect(text).toContain(words);
  });

  test('of a question holds the whole plan and the hash that an approval names', () => {
    const asked = textOf(reportOf(QUESTION));
    for (const words of ['StatefulSet db deleted, with 1 pod', 'and 20 more', QUESTION.question?.planHash ?? ''])
      expect(asked).toContain(words);
    expect(asked).toContain('"decision":"approve"');
    expect(asked).toContain('"decision":"refuse"');
  });

  test('leads to the report of the alert, where there is one', () => {
    const link = `prefix=alerts/111122223333/us-east-1/prod/${FINDING.id}/report.html`;
    expect(reportOf(PARTLY)).toContain(link);
    expect(reportOf(FOLLOW_UPS['without a finding'])).not.toContain(link);
  });

  test('leaves out a proposed command with an unusual value, or of another kind', () => {
    const proposals = [
      ['kubectl', 'delete', 'rolebinding', '$(reboot)'],
      ['rm', '-rf', '/'],
    ].map((argv) => ({
      text: 'Do it.',
      commands: [argv],
    }));
    const shown = textOf(reportOf({ ...PARTLY, proposals }));
    expect(shown.match(/A command is left out here: /g)).toHaveLength(2);
    expect(shown).not.toMatch(/reboot|rm -rf/);
  });

  test('shows a manifest whole or not at all, and as JSON whatever is in it', () => {
    const manifest = { kind: 'Role', metadata: { name: 'é\u202e🦊"<b>\n', labels: { a: '\u0001' } } };
    const of = (value: Record<string, unknown>) => reportOf({ ...PARTLY, proposals: [{ text: 'x', manifest: value }] });
    const [, pre = ''] = /Manifest of proposal 1<\/summary>.*?<pre tabindex="0">(.*?)<\/pre>/s.exec(of(manifest)) ?? [];
    expect(JSON.parse(textOf(pre))).toEqual(manifest);
    const long = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`key${index}`, 'v']));
    expect(textOf(of(long))).toContain('Its manifest is too long for this page');
    expect(of(long)).not.toContain('key1');
  });
});

describe('hostile text', () => {
  test('changes nothing but text', () => {
    const samples: FollowUp[] = [PARTLY, QUESTION, FOLLOW_UPS.decided];
    const of = (followUp: FollowUp, text: string) => skeleton(reportOf(poisonedFollowUp(followUp, `%${text}%`)));
    const plain = samples.map((followUp) => of(followUp, ''));
    fc.assert(
      fc.property(fc.oneof(hostileText, anyText()), fc.nat(samples.length - 1), (text, index) => {
        expect(of(samples[index] as FollowUp, text)).toEqual(plain[index]);
      }),
      { numRuns: 80 },
    );
  });

  test('in any place makes no element, attribute or link of its own, nor a character that hides or turns', () => {
    fc.assert(
      fc.property(hostileFollowUp, (followUp) => {
        const html = reportOf(followUp);
        expect(skeleton(html).filter((tag) => !ELEMENTS.test(tag))).toEqual([]);
        expect(html.replace(/<style>.*<\/style>/s, '')).toMatch(/^[\n\x20-\x7e\u2013\u2026\u2212]*$/);
        const links = [...html.matchAll(/ href="([^"]*)"/g)].map(([, link = '']) => link);
        expect(links.filter((link) => !OUR_LINKS.test(link))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

test('is within the limit of a report, however much there is', () => {
  const text = `'&<"${'\u0001'.repeat(2_000)}`;
  const [proof] = PARTLY.proofs;
  const large: FollowUp = {
    ...QUESTION,
    open: Array.from({ length: 500 }, () => text),
    proofs: Array.from({ length: 500 }, () => ({ ...proof, claim: text, how: text }) as FollowUp['proofs'][number]),
    proposals: Array.from({ length: 500 }, () => ({ text, manifest: { text } })),
  };
  expect(Buffer.byteLength(reportOf(large))).toBeLessThan(MAX_REPORT_BYTES);
});

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MAX_REPORT_BYTES, reportOf } from '../../functions/alert/report/report.ts';
import { STYLE } from '../../functions/alert/report/style.ts';
import type { Alert } from '../../functions/contract/alert.ts';
import { jsonBytes } from '../../functions/contract/sizes.ts';
import { anyText } from '../any-text.ts';
import { BARE, EVIDENCE, HIGH } from './examples.ts';
import { hostileAlert } from './hostile-alerts.ts';
import { hostileText } from './hostility.ts';
import { ELEMENTS, OUR_LINKS, skeleton, textOf } from './html.ts';
import { poisoned } from './poison.ts';
import { BLIND, DENIED, HUGE, INTRUSION, ROUTINE, SAMPLES, UPDATE } from './report-samples.ts';

describe('the report', () => {
  const text = textOf(reportOf(INTRUSION));

  test('tells what, who, where, when and how severe', () => {
    for (const words of [
      'CRITICAL 100 of 100 points Looks like an attack: act now.',
      'Namespace kube-systern was created in cluster shop-production by the IAM role support-diagnostics.',
      'arn:aws:iam::111122223333:role/support-diagnostics',
      '2026-11-23 07:02:18 UTC',
      'investigated at 2026-11-23 07:07:13 UTC',
    ])
      expect(text).toContain(words);
  });

  test('holds every fact that the checks found', () => {
    const missing = (INTRUSION.evidence ?? []).flatMap(({ check, details }) =>
      leaves(details)
        .filter((leaf) => !text.includes(leaf))
        .map((leaf) => `${check}: ${leaf}`),
    );
    expect(missing).toEqual([]);
  });

  test('says of every check what it found, until when that is known, and where a person sees the same', () => {
    const high = textOf(reportOf(HIGH));
    for (const { question, status, summary, reason } of EVIDENCE)
      for (const words of status === 'not-checked' ? [question, reason ?? ''] : [question, summary])
        expect(high).toContain(words);
    expect(text).toContain(
      'Check namespace , complete until 2026-11-23 07:07:12 UTC, took 214 ms. namespace: open the cluster in the EKS console',
    );
    expect(text).toContain('kubectl get namespace kube-systern --output yaml');
    expect(text).toContain(
      `--filter-pattern '{ $.objectRef.apiGroup = "rbac.authorization.k8s.io" && $.verb != "get" }'`,
    );
    expect(text).toContain('Not checked: there is no log group of Container Insights');
    expect(text).toContain('aws guardduty start-malware-scan --resource-arn');
  });

  test('leaves out a command that does anything but read, and a link to elsewhere', () => {
    const evidence = [{ ...EVIDENCE[0], command: ['kubectl', 'delete', 'namespace', 'x'], link: 'https://evil.com/' }];
    const html = reportOf({ ...HIGH, evidence: evidence as NonNullable<Alert['evidence']> });
    expect(textOf(html)).toContain('A command is left out here: it is not one of the commands that only read.');
    expect(html).not.toMatch(/kubectl delete|evil\.com/);
  });

  test('shows the details of a check that it has no words for', () => {
    const details = { where: { deep: ['a<b', true, null, 7] } };
    const evidence = [{ ...EVIDENCE[1], check: 'brand-new', status: 'found' as const, details }];
    const shown = textOf(reportOf({ ...HIGH, evidence: evidence as NonNullable<Alert['evidence']> }));
    expect(shown).toContain('where.deep[0] a<b where.deep[1] yes where.deep[2] null where.deep[3] 7');
  });

  test('takes details of the wrong type for details that it has no words for', () => {
    const details = { changes: 'none', total: 'many', notAsked: [7, { source: 'audit', reason: 'budget' }] };
    const evidence = [{ ...EVIDENCE[0], check: 'access-changes', details }];
    const shown = textOf(reportOf({ ...HIGH, evidence: evidence as NonNullable<Alert['evidence']> }));
    expect(shown).toContain('Kubernetes audit log budget');
  });

  test('of a bare alert says that it is bare', () => {
    const bare = textOf(reportOf(BARE));
    expect(bare).toContain('SEVERITY UNKNOWN');
    expect(bare).toContain('The investigation failed. This report rests on the audit record alone.');
    expect(bare).toContain('Why: It did not finish within 30.00 seconds. It was tried 2 times.');
    expect(bare).toContain('Not covered: rights changed (not looked at)');
  });

  test('where no check gave an answer is never reassuring', () => {
    const blind = textOf(reportOf(BLIND));
    expect(blind).not.toContain('nothing of concern');
    expect(blind.match(/Not checked: no answer within 10 s/g)?.length).toBeGreaterThan(15);
    expect(blind).toContain('Rights changed not checked');
  });

  test('of an attempt says that nothing was created', () => {
    expect(textOf(reportOf(DENIED))).toContain('Allowed by Nothing The cluster refused it. Refused');
  });

  test('of a later look says what is new', () => {
    const update = textOf(reportOf(UPDATE));
    expect(update).toMatch(/^ UPDATE: now CRITICAL, was HIGH: namespace kube-systern was created/);
    expect(update).toContain('Update, now CRITICAL, was HIGH: namespace kube-systern was created');
    expect(update).toContain(
      'What is new Since the last message: A pod runs the image of a cryptocurrency miner. Other reasons +30',
    );
    expect(update).toContain('+40 A pod runs the image of a cryptocurrency miner. New. workloads');
  });

  test('names what lowers the score, and what could still raise it', () => {
    expect(textOf(reportOf(ROUTINE))).toContain('−30 The creator is known automation.');
    expect(text).toContain('What do the logs of its containers and nodes show? Not checked: there is no log group');
    expect(text).toContain('Up to 10 points.');
  });

  test('has a policy that allows its own style sheet and nothing else', () => {
    const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(reportOf(INTRUSION))?.[1];
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; base-uri 'none'; form-action 'none'$/,
    );
    expect(STYLE).not.toMatch(/<|@import|url\(/);
  });
});

/** Every text and instant in the details, as a reader would find it. */
function leaves(value: unknown, key = ''): string[] {
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, item]) => leaves(item, Array.isArray(value) ? key : name));
  // Shown in words of ours, or, for the malware scan, as one line.
  if (typeof value !== 'string' || ['live', 'sign', 'concerns', 'source', 'status', 'malwareScans'].includes(key))
    return [];
  const instant = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?Z$/.exec(value);
  if (instant) return [`${instant[1]} ${instant[2]} UTC`];
  return value.split(/\s+/).filter((word) => word !== '');
}

describe('hostile text', () => {
  test('never gets past the escaping: one file alone may use the library, and templates put values between tags or in quotes', () => {
    const folder = 'functions/alert/report';
    const sources = readdirSync(folder).map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8')] as const);
    const users = sources.filter(([, source]) => source.includes('@remix-run/html-template')).map(([name]) => name);
    expect(users).toEqual(['html.ts']);
    // In quotation marks wherever it is in an attribute, and never where a tag or a name of an attribute stands.
    const templates = sources.filter(([, source]) => /from '.\/html.ts'/.test(source));
    expect(templates.length).toBeGreaterThan(3);
    for (const [name, source] of templates) {
      expect([name, source.match(/=\$\{|<\/?\$\{/g)]).toEqual([name, null]);
      expect([name, source.match(/styleElement\((?!STYLE\))/g)]).toEqual([name, null]);
    }
  });

  test('changes nothing but text: the document has the same elements and attributes whatever the values', () => {
    // The percent signs keep any text from matching a grammar, which would show it in another way.
    const of = (alert: Alert, text: string) => skeleton(reportOf(poisoned(alert, `%${text}%`)));
    const samples = [INTRUSION, DENIED, ROUTINE, BLIND, BARE];
    const plain = samples.map((alert) => of(alert, ''));
    fc.assert(
      fc.property(fc.oneof(hostileText, anyText()), fc.nat(samples.length - 1), (text, index) => {
        const html = of(samples[index] as Alert, text.replace(/[\r\n]/g, ' '));
        expect(html).toEqual(plain[index]);
      }),
      { numRuns: 80 },
    );
  });

  test('in any place makes no element, attribute or link of its own, nor a character that hides or turns', () => {
    fc.assert(
      fc.property(hostileAlert, hostileText, (alert, text) => {
        for (const html of [reportOf(alert), reportOf(poisoned(INTRUSION, text, { everything: true }))]) {
          expect(skeleton(html).filter((tag) => !ELEMENTS.test(tag))).toEqual([]);
          expect(html.replace(/<style>.*<\/style>/s, '')).toMatch(/^[\n\x20-\x7e\u2013\u2026\u2212]*$/);
          const links = [...html.matchAll(/ href="([^"]*)"/g)].map(([, link = '']) => link);
          expect(links.filter((link) => !OUR_LINKS.test(link))).toEqual([]);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('the size', () => {
  test('of the largest investigation is within the limit', () => {
    expect(jsonBytes(HUGE)).toBeGreaterThan(150_000);
    for (const alert of Object.values(SAMPLES))
      expect(Buffer.byteLength(reportOf(alert))).toBeLessThan(MAX_REPORT_BYTES);
  });

  test.each<[string, Alert]>([
    ['long values', poisoned(INTRUSION, `'&<"${'\u0001'.repeat(3_000)}`, { everything: true })],
    [
      'many small values',
      { ...INTRUSION, evidence: (INTRUSION.evidence ?? []).map((item) => ({ ...item, details: many(item.details) })) },
    ],
    [
      'many checks',
      {
        ...INTRUSION,
        evidence: Array.from({ length: 2_000 }, () => ({ ...EVIDENCE[0], summary: '<'.repeat(2_000) })) as NonNullable<
          Alert['evidence']
        >,
      },
    ],
    [
      'long lists of reasons',
      {
        ...HIGH,
        assessment: {
          score: 1,
          severity: 'LOW',
          indicators: Array.from({ length: 3_000 }, (_, id) => ({ id: `${id}`, weight: 1, reason: '"'.repeat(900) })),
        },
      },
    ],
  ])('is within the limit with %s', (_, alert) => {
    expect(jsonBytes(alert)).toBeGreaterThan(200_000);
    expect(Buffer.byteLength(reportOf(alert))).toBeLessThan(MAX_REPORT_BYTES);
  });
});

/** Every list with 200 entries. */
function many(value: unknown): Record<string, unknown> {
  const walk = (item: unknown): unknown => {
    if (Array.isArray(item)) return Array.from({ length: 200 }, (_, index) => walk(item[index % item.length] ?? '&'));
    if (typeof item === 'object' && item !== null)
      return Object.fromEntries(
        Object.entries(item).map(([key, below]) => [
          key,
          Array.isArray(below) && below.every((leaf) => typeof leaf === 'string') ? ['&', '<'] : walk(below),
        ]),
      );
    return item;
  };
  return Object(walk(value)) as Record<string, unknown>;
}

import { describe, expect, test } from '@jest/globals';
import { plain } from '../../functions/alert/plain.ts';
import { type Box, chainOf } from '../../functions/alert/report/chain.ts';
import { barOf, openQuestions, reasonsOf } from '../../functions/alert/report/score.ts';
import { stripOf } from '../../functions/alert/report/strip.ts';
import { timelineOf } from '../../functions/alert/report/timeline.ts';
import { View } from '../../functions/alert/report/view.ts';
import { detailsOf } from '../../functions/checks/index.ts';
import type { Alert } from '../../functions/contract/alert.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import type { Assessment, Evidence } from '../../functions/contract/investigation.ts';
import { FINDING } from './examples.ts';
import { BLIND, DENIED, INTRUSION } from './report-samples.ts';

const timeline = (alert: Alert) => timelineOf(alert, detailsOf(alert));
const without = (...checks: string[]): Alert => ({
  ...INTRUSION,
  evidence: (INTRUSION.evidence ?? []).filter(({ check }) => !checks.includes(check)),
});
/** With other details of one check. */
const withDetails = (check: string, change: Record<string, unknown>, alert = INTRUSION): Alert => ({
  ...alert,
  evidence: (alert.evidence ?? []).map(
    (item): Evidence => (item.check === check ? { ...item, details: { ...item.details, ...change } } : item),
  ),
});

describe('the timeline', () => {
  test('has the events of all checks in their order', () => {
    const events = timeline(INTRUSION).events;
    expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).sort((a, b) => a - b));
    expect(events.map(({ lane, what }) => `${lane}: ${plain(what)}`)).toEqual([
      expect.stringMatching(/^access: patch ConfigMap "kube-system\/aws-auth"/),
      expect.stringMatching(/^actor: The authenticator refused a token/),
      expect.stringMatching(/^access: CreateAccessEntry/),
      expect.stringMatching(/^access: AssociateAccessPolicy/),
      expect.stringMatching(/^actor: The creator's first request in the time looked at, from "198\.51/),
      'refused: Refused (403): create "namespaces"',
      'refused: Refused (403): get "nodes/proxy", the last of 36 times',
      'actor: The creator made the namespace "tmp-x1"',
      'namespace: The namespace was created: "kube-systern"',
      expect.stringMatching(/^namespace: DaemonSet "kube-proxy-agent" was made \(privileged: "container kube-proxy"/),
      expect.stringMatching(/^actor: The creator's first request from the address/),
      expect.stringMatching(/^actor: The creator's first request with the client "kubectl/),
      'namespace: CronJob "refresh" was made',
      expect.stringMatching(/^namespace: GuardDuty found/),
      "actor: The creator's last request so far",
    ]);
  });

  test('tells a change once, by the log where it holds it, else by what it left behind', () => {
    const access = (alert: Alert) => timeline(alert).events.filter(({ lane }) => lane === 'access');
    expect(access(INTRUSION)).toHaveLength(3);
    expect(access(without('access-changes')).map(({ what }) => plain(what))).toEqual([
      "The creator's EKS access entry was made",
      expect.stringContaining('The creator was given the access policy arn:aws:eks::aws:'),
    ]);
  });

  test('does not know an order within the second of the request, but that what is in the namespace came after it', () => {
    const made = [{ kind: 'Pod', name: 'p', createdAt: '2026-11-23T07:02:18Z', pods: 1, images: [], signs: [] }];
    const { events } = timeline(withDetails('workloads', { workloads: made }));
    const request = events.findIndex(({ request }) => request);
    expect(events[request + 1]).toMatchObject({ lane: 'namespace', sameSecond: true });
  });

  test('leaves out what is days away, and what is not an instant', () => {
    const addresses = [
      { value: 'a', firstSeen: '2026-11-01T00:00:00Z', count: 1 },
      { value: 'b', firstSeen: 'soon', count: 1 },
    ];
    const texts = timeline(withDetails('actor-activity', { addresses })).events.map(({ what }) => plain(what));
    expect(texts.filter((text) => text.includes('from the address'))).toEqual([]);
  });

  test('keeps to what can be drawn: the request, the grave, the near', () => {
    const workloads = Array.from({ length: 80 }, (_, index) => ({
      kind: 'Job',
      name: `j${index}`,
      createdAt: new Date(Date.parse('2026-11-23T08:00:00Z') + index * 1_000).toISOString(),
      signs: index === 79 ? [{ sign: 'privileged', detail: '' }] : [],
    }));
    const { events, left } = timeline(withDetails('workloads', { workloads }));
    expect([events.length, left]).toEqual([40, 53]);
    expect(events.some(({ what }) => plain(what).includes('"j79"'))).toBe(true);
    expect(events.filter(({ request }) => request)).toHaveLength(1);
  });

  test('says what it cannot hold', () => {
    const { lanes } = timeline(BLIND);
    expect(lanes.access).toMatchObject({ asked: true, known: false });
    expect(lanes.namespace.missing).toHaveLength(2);
    expect(timeline(without('refused-requests')).lanes.refused).toEqual({ asked: false, known: false, missing: [] });
  });
});

describe('the drawing of the timeline', () => {
  const strip = (alert: Alert) => stripOf(timeline(alert));

  test('keeps order and stays within the width', () => {
    const marks = strip(INTRUSION)?.lanes.flatMap((lane) => lane.marks.map(({ x }) => x)) ?? [];
    expect(marks).toHaveLength(15);
    expect(marks.every((x) => x >= 0 && x <= 100)).toBe(true);
    const access = strip(INTRUSION)?.lanes[0]?.marks.map(({ x }) => x) ?? [];
    expect(access).toEqual(access.toSorted((a, b) => a - b));
  });

  test('draws as known only what is: until the data is complete, and nothing where there was no answer', () => {
    const [access, actor] = strip(INTRUSION)?.lanes ?? [];
    expect(access).toMatchObject({ note: 'later data had not arrived' });
    expect(access?.known).toBeLessThan(strip(INTRUSION)?.request ?? 0);
    expect(actor?.known).toBeGreaterThan(strip(INTRUSION)?.request ?? 100);
    expect(strip(BLIND)?.lanes.map(({ known, note }) => [known, note])).toEqual(
      Array.from({ length: 4 }, () => [0, 'not checked']),
    );
  });

  test('has labels that do not touch', () => {
    const ticks =
      strip(INTRUSION)
        ?.ticks.map(({ x }) => x)
        .sort((a, b) => a - b) ?? [];
    expect(ticks.length).toBeGreaterThan(3);
    for (const [index, x] of ticks.entries()) expect(x - (ticks[index - 1] ?? -100)).toBeGreaterThanOrEqual(14);
  });

  test('is left out where no instant is known', () => {
    const { createdAt, ...namespace } = FINDING.namespace;
    const { at, ...request } = FINDING.request;
    expect(strip({ ...INTRUSION, finding: { ...FINDING, namespace, request } })).toBeUndefined();
  });
});

describe('the way to the right', () => {
  const chain = (alert: Alert): string[] =>
    chainOf(alert, detailsOf(alert)).map(
      ({ title, lines: [first = []], state }: Box) => `${title}: ${plain(first)} (${state})`,
    );
  const about = (finding: Partial<Finding>, alert = INTRUSION): Alert => ({
    ...alert,
    finding: { ...alert.finding, ...finding },
  });

  test('goes from who to what, and marks what is new', () => {
    expect(chain(INTRUSION)).toEqual([
      'Who: "support-diagnostics" (known)',
      'Let into the cluster by: EKS access entry (new)',
      'Allowed by: "AmazonEKSClusterAdminPolicy" (new)',
      'Which gives: "AmazonEKSClusterAdminPolicy" (known)',
      'To do this: create namespace "kube-systern" (known)',
    ]);
  });

  test('says what is not known', () => {
    expect(chain(BLIND).slice(1, 4)).toEqual([
      'Let into the cluster by: Not known (unknown)',
      expect.stringMatching(/^Allowed by: "EKS Access Policy: allowed by .* \(unknown\)$/),
      'Which gives: Not known (unknown)',
    ]);
    expect(chain(about({ source: { kind: 'coverage' }, actor: { kind: 'user' } }, BLIND))[0]).toBe(
      'Who: Not known (unknown)',
    );
  });

  test('ends where it was refused', () => {
    expect(chain(DENIED).slice(2)).toEqual([
      'Allowed by: Nothing (refused)',
      'To do this: create namespace "kube-systern" (refused)',
    ]);
  });

  test('shows whom the actor claimed to be', () => {
    const actor = { ...FINDING.actor, impersonated: { username: 'system:admin', groups: ['system:masters'] } };
    expect(chain(about({ actor }))).toContain('Acted as: system:admin (known)');
  });

  test('needs no rule for system:masters', () => {
    const { grantedBy, ...request } = FINDING.request;
    const alert = about(
      { request, actor: { kind: 'user', username: 'admin', groups: ['system:masters'] } },
      without('permissions'),
    );
    expect(chain(alert).slice(1, 3)).toEqual([
      'Allowed by: Group system:masters (known)',
      'Which gives: everything (known)',
    ]);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['was removed', { accessEntry: undefined, authenticationMode: 'API' }, 'Its access entry is gone.'],
    [
      'may be aws-auth',
      { accessEntry: undefined, authenticationMode: 'CONFIG_MAP' },
      'It has no access entry; aws-auth may let it in.',
    ],
  ])('says that what let it in %s', (_, change, words) => {
    const alert = withDetails('principal', change);
    const box = chainOf(alert, detailsOf(alert)).find(({ title }) => title === 'Let into the cluster by');
    expect(box).toMatchObject({ state: 'unknown', lines: [['Not known'], [words]] });
  });
});

describe('the score drawn', () => {
  const indicator = (weight: number) => ({ id: `i${weight}`, weight, reason: 'x' });
  const drawn = (assessment: Assessment, evidence: Evidence[] = []) => {
    const alert: Alert = { ...INTRUSION, assessment, evidence };
    return barOf(alert, reasonsOf(alert));
  };

  test('adds up side by side', () => {
    const bar = drawn({ score: 55, severity: 'HIGH', indicators: [indicator(15), indicator(40)] });
    expect(bar?.up.map(({ x, label }) => [x, label])).toEqual([
      [0, '+40'],
      [40, '+15'],
    ]);
    expect(bar).toMatchObject({ score: { x: 55 }, capped: false, down: [] });
    expect(bar?.open).toBeUndefined();
  });

  test('shows what takes points off apart, and what weighs nothing not at all', () => {
    const bar = drawn({ score: 0, severity: 'LOW', indicators: [indicator(10), indicator(-30), indicator(0)] });
    expect([bar?.up.length, bar?.down.length]).toEqual([1, 1]);
    expect(bar?.down[0]).toMatchObject({ x: 0, label: '−30' });
  });

  test('fits what adds up to more than a hundred', () => {
    const bar = drawn({
      score: 100,
      severity: 'CRITICAL',
      indicators: Array.from({ length: 10 }, () => indicator(40)),
    });
    expect(bar).toMatchObject({ capped: true, score: { x: 25 } });
    expect(Math.max(...(bar?.up.map(({ x, width }) => x + width) ?? []))).toBeLessThanOrEqual(100);
  });

  test('leaves open what checks without an answer could add', () => {
    const [first, second] = (BLIND.evidence ?? []) as [Evidence, Evidence];
    const assessment: Assessment = { score: 20, severity: 'LOW', indicators: [] };
    expect(drawn(assessment, [first])?.open).toEqual({ x: 20, width: 80 });
    const couldChange = [{ check: first.check, upTo: 15 }];
    expect(drawn({ ...assessment, couldChange }, [first])?.open).toEqual({ x: 20, width: 15 });
    expect(
      openQuestions({ assessment: { ...assessment, couldChange } }, [second, first]).map(({ upTo }) => upTo),
    ).toEqual([15, 0]);
  });

  test('draws no bands where other thresholds are configured', () => {
    expect(drawn({ score: 20, severity: 'HIGH', indicators: [] })?.bands).toEqual([]);
    expect(drawn({ score: 20, severity: 'LOW', indicators: [] })?.bands).toHaveLength(4);
  });

  test('is left out of a bare alert', () => {
    const { assessment, ...bare } = INTRUSION;
    expect(barOf(bare, reasonsOf(bare))).toBeUndefined();
  });
});

test('what is too long is cut, and says so', () => {
  const view = new View({ text: 5, sentence: 10, rows: 1 });
  expect(view.phrase([{ other: '123456' }])).toEqual([{ code: true, text: '12345… (beginning of 6 characters)' }]);
  expect(view.phrase([{ other: '' }])).toEqual([{ code: true, text: '(empty)' }]);
  expect(view.block({ kind: 'text', title: '', note: '', lines: ['a', 'b'] })).toMatchObject([
    { lines: ['a'], left: 1 },
  ]);
});

/** Alerts whose severity is not known, because limits kept questions from being asked: what is told, and what is not done. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { obstacle } from '../../functions/alert/auto-start.ts';
import { digestReason } from '../../functions/alert/digest/route.ts';
import { emailOf } from '../../functions/alert/email.ts';
import { createHandler } from '../../functions/alert/handler.ts';
import { headline, subjectOf } from '../../functions/alert/headline.ts';
import { nextLook, verdictOf, withUpdate } from '../../functions/alert/later-look.ts';
import { reportOf } from '../../functions/alert/report/report.ts';
import { withPlaybooks } from '../../functions/alert/state-machine-arns.ts';
import { localDigests } from '../../functions/clients/local/digest-store.ts';
import { LocalFindingsTable } from '../../functions/clients/local/findings-table.ts';
import { bodies, LocalSender } from '../../functions/clients/local/sender.ts';
import type { Alert } from '../../functions/contract/alert.ts';
import { digestSeverity } from '../../functions/contract/digest.ts';
import { gradeOf, shownSeverity } from '../../functions/contract/grade.ts';
import type { AssessmentSnapshot, InvestigationRequest } from '../../functions/contract/investigation.ts';
import { decisionProblems } from '../../functions/contract/known-creator.ts';
import { LIMITS, type Limit, type Severity } from '../../functions/contract/vocabulary.ts';
import { takeUpDue } from '../../functions/watch/jobs/agenda.ts';
import { FINDING, HIGH, INVESTIGATION, TOPICS } from './examples.ts';
import { PLAYBOOKS } from './follow-up-samples.ts';
import { succeeded } from './records.ts';

const SCORES: Record<Severity, number> = { LOW: 0, MEDIUM: 30, HIGH: 55, CRITICAL: 80 };
const assessed = (severity: Severity, ...limits: Limit[]) => ({
  ...INVESTIGATION,
  assessment: {
    severity,
    score: SCORES[severity],
    indicators: [],
    ...(limits.length > 0 && {
      severity: 'UNKNOWN' as const,
      atLeast: severity,
      couldChange: [{ check: 'refused-requests', upTo: 55, limits }],
      limits,
    }),
  },
});
const alertOf = (severity: Severity, ...limits: Limit[]): Alert => ({
  ...HIGH,
  assessment: assessed(severity, ...limits).assessment,
});

describe('an alert', () => {
  test.each<[Limit, string]>([
    ['log-budget', 'log budget'],
    ['request-rate', 'rate limit'],
    ['deadline', 'time limit'],
  ])('says in every form whose limit it was: %s', (limit, whose) => {
    const alert = alertOf('LOW', limit);
    expect(gradeOf(alert)).toBe('UNKNOWN');
    expect(subjectOf(alert)).toMatch(new RegExp(`^UNKNOWN \\(${whose}\\): payments in prod \\[`));
    expect(headline(alert)).toMatch(new RegExp(`^SEVERITY UNKNOWN \\(${whose}\\): `));
    const flat = emailOf(alert).replace(/\s+/g, ' ');
    expect(flat).toContain('Why (0 of 100 points):');
    expect(flat).toContain(
      'Limits kept 1 question from being asked in full, and the answers could add up to 55 points.',
    );
    expect(flat).not.toContain('LOW');
    expect(reportOf(alert)).toContain('Limits kept 1 question from being asked in full');
  });

  test('has names for all limits that there are, and takes one of a later version', () => {
    for (const limit of LIMITS) expect(subjectOf(alertOf('LOW', limit))).not.toContain('(a limit)');
    expect(subjectOf(alertOf('LOW', 'later' as Limit))).toContain('UNKNOWN (a limit): ');
  });

  test('says the least that it is, where that is more than LOW, within the length of a subject', () => {
    const alert = alertOf('MEDIUM', ...LIMITS);
    expect(subjectOf(alert)).toContain('UNKNOWN, at least MEDIUM (log budget): ');
    expect(headline(alert)).toContain('UNKNOWN, at least MEDIUM (log budget, rate limit, time limit): ');
    expect(subjectOf(alert).length).toBeLessThan(100);
    expect(subjectOf(alert)).toContain(FINDING.id.slice(0, 16));
    expect(shownSeverity(alert)).toBe('MEDIUM');
  });
});

describe('isolation', () => {
  const ready = (severity: Severity, ...limits: Limit[]): Alert =>
    withPlaybooks(
      {
        ...alertOf(severity, ...limits),
        evidence: [
          {
            check: 'namespace',
            question: 'q?',
            status: 'found',
            summary: 's.',
            details: { live: 'confirmed', uid: FINDING.namespace.uid, createdAt: '2026-11-23T07:02:18Z' },
          },
        ],
      },
      PLAYBOOKS,
    );
  const why = (alert: Alert, from: Severity) => obstacle(alert, from, [], Date.parse('2026-11-23T07:02:45Z'));

  test('is not started by what is not known', () => {
    for (const severity of ['LOW', 'MEDIUM'] as const)
      expect(why(ready(severity, 'log-budget'), 'HIGH')).toContain('severity');
  });

  test('and not prevented by it: whoever uses up a limit does not switch it off', () => {
    expect(why(ready('HIGH', 'log-budget'), 'HIGH')).toBeUndefined();
    expect(why(ready('HIGH', 'log-budget'), 'CRITICAL')).toContain('severity');
  });
});

describe('a further look', () => {
  const verdict = (severity: Severity, ...limits: Limit[]): AssessmentSnapshot =>
    verdictOf(alertOf(severity, ...limits));
  const BARE: AssessmentSnapshot = { indicators: {} };

  test.each<[string, AssessmentSnapshot, Alert, boolean]>([
    ['that cannot be asked, after LOW', verdict('LOW'), alertOf('LOW', 'log-budget'), true],
    ['that cannot be asked, after MEDIUM', verdict('MEDIUM'), alertOf('LOW', 'log-budget'), true],
    ['that cannot be asked, after HIGH, which is as urgent', verdict('HIGH'), alertOf('LOW', 'deadline'), false],
    ['that still cannot be asked', verdict('LOW', 'log-budget'), alertOf('LOW', 'log-budget'), false],
    ['that knows at least more', verdict('LOW', 'log-budget'), alertOf('MEDIUM', 'log-budget'), true],
    ['that knows at least as much', verdict('MEDIUM', 'log-budget'), alertOf('MEDIUM', 'deadline'), false],
    ['that has the answer, LOW', verdict('LOW', 'log-budget'), alertOf('LOW'), true],
    ['that has the answer, MEDIUM', verdict('MEDIUM', 'log-budget'), alertOf('MEDIUM'), true],
    ['after none, that cannot be asked', BARE, alertOf('LOW', 'log-budget'), false],
    ['after none, that is at least something', BARE, alertOf('HIGH', 'log-budget'), true],
  ])('%s', (_, previous, alert, isNews) => {
    expect(withUpdate(alert, { number: 1, previous }).update !== undefined).toBe(isNews);
  });

  test('says what was told before', () => {
    const update = withUpdate(alertOf('LOW', 'log-budget'), { number: 1, previous: verdict('LOW') });
    expect(subjectOf(update)).toContain('UNKNOWN (log budget; was LOW): ');
    const known = withUpdate(alertOf('LOW'), { number: 2, previous: verdictOf(update) });
    expect(subjectOf(known)).toContain('LOW (was UNKNOWN): ');
  });

  test('is taken as long as limits keep questions from being asked, into the next day, whatever the outcome', () => {
    const looks = (alert: Alert): number[] => {
      const minutes: number[] = [];
      for (let number = 0; ; number++) {
        const next = nextLook(alert, number === 0 ? undefined : { number, previous: BARE });
        if (!next) return minutes;
        minutes.push(next.afterMinutes);
      }
    };
    expect(looks(alertOf('LOW'))).toEqual([5, 30]);
    const limited = looks(alertOf('LOW', 'log-budget'));
    expect(limited).toEqual(limited.toSorted((a, b) => a - b));
    expect(limited.at(-1)).toBeGreaterThan(24 * 60);
    const denied = (alert: Alert): Alert => ({ ...alert, finding: { ...FINDING, outcome: 'attempt-denied' } });
    expect(looks(denied(alertOf('LOW')))).toEqual([5, 30]);
    expect(looks(denied(alertOf('LOW', 'log-budget')))).toEqual(limited);
  });
});

describe('the digest', () => {
  const routed = (alert: Alert, previous?: AssessmentSnapshot, isSingle = false) =>
    digestReason(
      alert,
      previous && { number: 1, previous },
      { isSingle: async () => isSingle, followsRefusal: async () => false },
      {},
      0,
    );

  test.each<[string, Alert, AssessmentSnapshot | undefined, boolean, string | undefined]>([
    ['takes it after the first ones', alertOf('LOW', 'log-budget'), undefined, false, 'limited'],
    ['does not take the first ones', alertOf('LOW', 'log-budget'), undefined, true, undefined],
    ['does not take what is at least HIGH', alertOf('HIGH', 'log-budget'), undefined, false, undefined],
    ['takes an update of it', alertOf('LOW', 'log-budget'), verdictOf(alertOf('LOW')), false, 'limited'],
    ['does not take the first updates', alertOf('LOW', 'log-budget'), verdictOf(alertOf('LOW')), true, undefined],
    [
      'takes what is still not known of what it took',
      alertOf('MEDIUM', 'deadline'),
      { indicators: {}, limits: ['deadline'], digested: true },
      true,
      'limited',
    ],
    [
      'takes what is known now of what it took',
      alertOf('MEDIUM'),
      { indicators: {}, limits: ['deadline'], digested: true },
      true,
      'looked-at',
    ],
    ['takes a creation that is known after the first ones', alertOf('LOW'), undefined, false, 'flood'],
    ['does not take the first creations', alertOf('LOW'), undefined, true, undefined],
  ])('%s', async (_, alert, previous, isSingle, reason) => {
    expect(await routed(alert, previous, isSingle)).toBe(reason);
  });
});

describe('nothing is learnt', () => {
  const cluster = { name: 'prod', region: 'us-east-1', account: '111122223333' };
  const lesson = {
    cluster,
    principal: FINDING.actor.principalArn ?? '',
    namePattern: 'payments',
    decidedBy: 'alice',
    findingId: FINDING.id,
  };
  const problems = (...verdicts: AssessmentSnapshot[]) => decisionProblems(lesson, { finding: FINDING, verdicts });

  test('while limits keep questions from being asked, and again once they were asked', () => {
    const limited = verdictOf(alertOf('LOW', 'log-budget'));
    const known = verdictOf(alertOf('LOW'));
    expect(problems(known, known)).toEqual([]);
    expect(problems(limited, limited)).toContain('The finding was never assessed.');
    expect(problems(known, limited)).toEqual([expect.stringContaining('Limits kept questions')]);
    expect(problems(limited, known)).toEqual([]);
  });
});

describe('the way of one', () => {
  const CONTEXT = { functionName: 'alert', awsRequestId: 'request-1' } as Context;
  const START = Date.parse('2026-11-23T07:02:45Z');
  let now: number;
  let table: LocalFindingsTable;
  let sender: LocalSender;
  let digests: ReturnType<typeof localDigests>;
  let requests: InvestigationRequest[];
  beforeEach(() => {
    now = START;
    table = new LocalFindingsTable(() => now);
    sender = new LocalSender();
    digests = localDigests(() => now);
    requests = [];
  });
  const alert = async (answer: unknown, requestPayload: InvestigationRequest = { finding: FINDING }) =>
    createHandler(
      {
        table,
        digests,
        senders: { sns: sender, eventbridge: sender },
        archive: { store: async (key) => `s3://evidence/${key}` },
      },
      { destinations: TOPICS, leaseMs: 45_000, archiveMs: 50, recordPausesMs: [0] },
      () => now,
    )({ ...succeeded(answer), requestPayload }, CONTEXT);
  const watch = async (maxPerRun = 9) => {
    const investigator = { start: async (request: InvestigationRequest) => void requests.push(request) };
    await takeUpDue(
      { table, investigator },
      { maxPerRun },
      () => now,
      () => {},
    );
  };
  const published = () =>
    sender.sent.filter(({ destination }) => destination === 'topic').map(({ message }) => message);

  test('reaches everybody, is looked at again, and ends when the answer is there', async () => {
    await table.claim(FINDING, 45_000);
    await alert(assessed('LOW', 'log-budget'));
    expect(published()[0]?.attributes).toMatchObject({ severity: 'UNKNOWN' });
    const json = JSON.parse(bodies(published()[0] ?? { body: '{}', byProtocol: true, attributes: {} }).default);
    expect(json.assessment).toMatchObject({ severity: 'UNKNOWN', atLeast: 'LOW', limits: ['log-budget'] });
    const looks: number[] = [];
    for (let minute = 5; minute <= 2_000; minute += 5) {
      now = START + minute * 60_000;
      await watch();
      for (const request of requests.splice(0)) {
        looks.push(minute);
        expect(request.previous).toMatchObject({ atLeast: 'LOW', limits: ['log-budget'] });
        await alert(minute < 900 ? assessed('LOW', 'log-budget') : assessed('MEDIUM'), request);
      }
    }
    expect(looks).toEqual([5, 30, 60, 120, 240, 480, 960]);
    expect(published().map(({ attributes }) => attributes['severity'])).toEqual(['UNKNOWN', 'UNKNOWN']);
  });

  test('is looked at before what is known, however grave that is', async () => {
    const of = (id: string) => ({ ...FINDING, id: `nsf-${id}` });
    for (const [id, answer] of [
      ['critical', assessed('CRITICAL')],
      ['limited', assessed('LOW', 'request-rate')],
      ['high', assessed('HIGH')],
    ] as const) {
      await table.claim(of(id), 45_000);
      await alert({ ...answer, findingId: `nsf-${id}` }, { finding: of(id) });
    }
    now += 5 * 60_000;
    await watch(1);
    expect(requests.map(({ finding }) => finding.id)).toEqual(['nsf-limited']);
  });

  test('is one of three of its actor in an hour; the others are in the digest, and news of them as well', async () => {
    const of = (index: number) => ({ ...FINDING, id: `nsf-${index}` });
    for (let index = 0; index < 8; index++) {
      await table.claim(of(index), 45_000);
      await alert({ ...assessed('LOW', 'log-budget'), findingId: `nsf-${index}` }, { finding: of(index) });
    }
    expect(published()).toHaveLength(3);
    now += 5 * 60_000;
    await watch(100);
    expect(requests).toHaveLength(8);
    for (const request of requests.splice(0)) {
      const findingId = request.finding.id;
      expect(request.previous?.digested ?? false).toBe(Number(findingId.slice(4)) > 2);
      await alert({ ...assessed('LOW'), findingId }, request);
    }
    // What was reported on its own is told to be LOW; what was in the digest is in the digest again.
    expect(published()).toHaveLength(6);
    now = START + 2 * 3_600_000;
    const [due] = await digests.due(10);
    const digest = await digests.read(due?.id ?? '');
    expect(digest?.rows.map(({ reason, count }) => [reason, count])).toEqual([
      ['limited', 5],
      ['looked-at', 5],
    ]);
    expect(digest && digestSeverity(digest)).toBe('UNKNOWN');
  });
});

/** A further look at a finding: what is told about it, and what is written down. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { lookFrom } from '../../functions/alert/destination.ts';
import { type AlertClients, type AlertResult, createHandler } from '../../functions/alert/handler.ts';
import { headline, subjectOf } from '../../functions/alert/headline.ts';
import { verdictOf, withUpdate } from '../../functions/alert/later-look.ts';
import { unknowns } from '../../functions/alert/unknowns.ts';
import { localDigests } from '../../functions/clients/local/digest-store.ts';
import { LocalFindingsTable } from '../../functions/clients/local/findings-table.ts';
import { bodies, LocalSender } from '../../functions/clients/local/sender.ts';
import type { Sender } from '../../functions/clients/send/sender.ts';
import type { Alert } from '../../functions/contract/alert.ts';
import type {
  AssessmentSnapshot,
  Evidence,
  Indicator,
  InvestigationRequest,
} from '../../functions/contract/investigation.ts';
import type { Severity } from '../../functions/contract/vocabulary.ts';
import { takeUpDue } from '../../functions/watch/jobs/agenda.ts';
import { FINDING, HIGH, INVESTIGATION, TOPICS } from './examples.ts';
import { failed, succeeded } from './records.ts';

const MINUTE = 60_000;
const CONTEXT = { functionName: 'alert', awsRequestId: 'request-1' } as Context;
const indicator = (id: string, weight: number): Indicator => ({ id, weight, reason: `Because of ${id}.` });
const assessed = (severity: Severity, score: number, ...indicators: Indicator[]) => ({
  ...INVESTIGATION,
  assessment: { severity, score, indicators },
});
const LOW = assessed('LOW', 15, indicator('new-creator', 15));
const RISEN = assessed('HIGH', 85, indicator('miner', 40), indicator('wide-binding', 30), indicator('new-creator', 15));

/** Everything behind *investigate*, whose answers are given, with a clock of its own. */
class World {
  now = Date.parse('2026-11-23T07:02:45Z');
  readonly begun = this.now;
  readonly table = new LocalFindingsTable(() => this.now);
  readonly digests = localDigests(() => this.now);
  readonly sender = new LocalSender();
  readonly stored: string[] = [];
  readonly requests: InvestigationRequest[] = [];
  readonly archive = { store: async (key: string) => `s3://evidence/${this.stored[this.stored.push(key) - 1]}` };

  async alert(answer: unknown, clients: Partial<AlertClients> = {}): Promise<AlertResult> {
    const request = this.requests.at(-1) ?? { finding: FINDING };
    const isError = typeof answer === 'object' && answer !== null && 'errorType' in answer;
    const record = { ...(isError ? failed(answer) : succeeded(answer)), requestPayload: request };
    const { table, digests, sender, archive } = this;
    const settings = { destinations: TOPICS, leaseMs: 45_000, archiveMs: 50, recordPausesMs: [0] };
    return createHandler(
      { table, digests, senders: { sns: sender, eventbridge: sender }, archive, ...clients },
      settings,
      () => this.now,
    )(record, CONTEXT);
  }

  /** The first alert, by this answer. */
  async first(answer: unknown): Promise<void> {
    await this.table.claim(FINDING, 45_000);
    await this.alert(answer);
  }

  /** *watch*, at that minute. @returns how many looks it began */
  async watch(minute: number): Promise<number> {
    this.now = this.begun + minute * MINUTE;
    const investigator = { start: async (request: InvestigationRequest) => void this.requests.push(request) };
    const clients = { table: this.table, investigator };
    return (
      await takeUpDue(
        clients,
        { maxPerRun: 9 },
        () => this.now,
        () => {},
      )
    ).looks;
  }

  published = () => this.sender.sent.filter(({ destination }) => destination === 'topic').map(({ message }) => message);
  last = (): Alert =>
    JSON.parse(bodies(this.published().at(-1) ?? { body: '{}', byProtocol: true, attributes: {} }).default);
}

let world: World;
beforeEach(() => {
  world = new World();
});

describe('further looks', () => {
  test('are taken at 5 and 30 minutes, and send nothing while the severity is the same', async () => {
    await world.first(LOW);
    const looks: number[] = [];
    for (let minute = 0; minute <= 120; minute++) {
      if ((await world.watch(minute)) === 0) continue;
      looks.push(minute);
      await expect(world.alert(LOW)).resolves.toEqual({ destinations: [], duplicate: false });
    }
    expect(looks).toEqual([5, 30]);
    expect(world.published()).toHaveLength(1);
    expect(world.stored.filter((key) => key.endsWith('.json'))).toHaveLength(1);
  });

  test('send an update under the same id when it rose, saying what was told and what is new', async () => {
    await world.first(LOW);
    await world.watch(5);
    await expect(world.alert(RISEN)).resolves.toEqual({ destinations: ['topic', 'chat'], duplicate: false });
    const [, message] = world.published();
    expect(message?.subject).toMatch(/^HIGH \(was LOW\): payments in prod \[/);
    expect(message?.attributes).toMatchObject({ severity: 'HIGH' });
    const { email = '' } = bodies(message ?? { body: '{}', byProtocol: true, attributes: {} });
    expect(email).toMatch(/^HIGH \(was LOW\): namespace payments was created/);
    expect(email.indexOf('Because of miner')).toBeLessThan(email.indexOf('\nWhy ('));
    expect(email.slice(0, email.indexOf('\nWhy ('))).not.toContain('Because of new-creator');
    const chat = world.sender.sent.filter(({ destination }) => destination === 'chat').at(-1)?.message.body ?? '{}';
    const { title, description } = JSON.parse(chat).content;
    expect(title).toMatch(/^HIGH \(was LOW\): /);
    expect(description).toContain('*New since the last message:*\n• `Because of miner.`\n');
    expect(description.match(/Because of miner/g)).toHaveLength(1);
    expect(description).toContain('• +15 `Because of new-creator.`');
    expect(world.last()).toMatchObject({
      id: FINDING.id,
      update: { previous: 'LOW', look: 1, newIndicators: ['miner', 'wide-binding'] },
      archive: expect.stringMatching(/\/update-1\/alert\.json$/),
    });
  });

  test('compare with what was told last', async () => {
    await world.first(LOW);
    await world.watch(5);
    await world.alert(RISEN);
    await world.watch(30);
    await world.alert(RISEN);
    expect(world.published()).toHaveLength(2);
  });

  test('tell about a second rise', async () => {
    await world.first(LOW);
    await world.watch(5);
    await world.alert(RISEN);
    await world.watch(30);
    await world.alert(assessed('CRITICAL', 90, indicator('miner', 40), indicator('guardduty', 40)));
    expect(world.last().update).toMatchObject({ previous: 'HIGH', look: 2, newIndicators: ['guardduty'] });
  });

  test('tell what does not hold any more, to everybody who was told that it does', async () => {
    await world.first(RISEN);
    await world.watch(5);
    await world.alert(LOW);
    const [, message] = world.published();
    expect(message?.subject).toContain('LOW (was HIGH): ');
    expect(message?.attributes).toMatchObject({ severity: 'HIGH' });
    const { email = '' } = bodies(message ?? { body: '{}', byProtocol: true, attributes: {} });
    expect(email.slice(0, email.indexOf('\nWhy ('))).toContain('- No longer so: Because of miner.');
    // What was told then is what the next look is compared with.
    await world.watch(30);
    await world.alert(LOW);
    expect(world.published()).toHaveLength(2);
  });

  test('send nothing when it fell because a check gave no answer this time', async () => {
    const rests = { ...indicator('refused-before', 40), check: 'refused-requests' };
    await world.first(assessed('MEDIUM', 40, rests));
    await world.watch(5);
    const unanswered = INVESTIGATION.evidence.map((item) =>
      item.check === 'refused-requests' ? { ...item, status: 'not-checked', reason: 'no answer' } : item,
    );
    await world.alert({ ...assessed('LOW', 0), evidence: unanswered });
    expect(world.published()).toHaveLength(1);
  });

  test('tell a new reason although the severity is the same, and what the first message said', async () => {
    await world.first(assessed('HIGH', 60, indicator('miner', 40), indicator('a', 20)));
    await world.watch(5);
    await world.alert(assessed('HIGH', 70, indicator('miner', 40), indicator('a', 20), indicator('b', 10)));
    const [, message] = world.published();
    expect(message?.subject).toContain('HIGH (update): ');
    const { email = '' } = bodies(message ?? { body: '{}', byProtocol: true, attributes: {} });
    const top = email.slice(0, email.indexOf('\nWhy ('));
    expect(top).toContain('- Because of b.');
    expect(top).toMatch(/New since the last mail \(the first, \d\d:\d\d:\d\d UTC, said HIGH\):/);
  });

  test('tell what was not known when the first investigation failed', async () => {
    await world.first({ errorType: 'Sandbox.Timedout' });
    await world.watch(5);
    await world.alert(LOW);
    expect(world.published()[1]?.subject).toContain('LOW (was UNKNOWN): ');
    expect(world.last().update).toMatchObject({ look: 1, newIndicators: ['new-creator'] });
    // Whoever was told that nothing is known is told this.
    expect(world.published()[1]?.attributes).toMatchObject({ severity: 'UNKNOWN' });
  });

  test('that fail are not told, and taken again', async () => {
    await world.first(LOW);
    await world.watch(5);
    await expect(world.alert({ errorType: 'Sandbox.Timedout' })).resolves.toEqual({
      destinations: [],
      duplicate: false,
    });
    expect(world.published()).toHaveLength(1);
    await expect(world.watch(10)).resolves.toBe(0);
    await expect(world.watch(15)).resolves.toBe(1);
    await world.alert(RISEN);
    expect(world.last().update).toMatchObject({ previous: 'LOW', look: 1 });
  });

  test('that no check answered are not told: they know less than before', async () => {
    await world.first(LOW);
    await world.watch(5);
    const evidence = INVESTIGATION.evidence.map((item) => ({ ...item, status: 'not-checked', reason: 'r' }));
    await world.alert({ ...LOW, evidence });
    expect(world.published()).toHaveLength(1);
  });
});

describe('an update', () => {
  test('is sent once, however often the look comes in', async () => {
    await world.first(LOW);
    await world.watch(5);
    await world.alert(RISEN);
    await expect(world.alert(RISEN)).resolves.toEqual({ destinations: [], duplicate: true });
    // A copy that was long on its way, while the next look is awaited already, has no say in it either.
    world.now += 60 * MINUTE;
    await expect(world.alert(RISEN)).resolves.toEqual({ destinations: [], duplicate: true });
    expect(world.published()).toHaveLength(2);
  });

  test('is not sent by a late copy of a look that found nothing', async () => {
    await world.first(LOW);
    await world.watch(5);
    await world.alert(LOW);
    await expect(world.alert(RISEN)).resolves.toEqual({ destinations: [], duplicate: true });
  });

  test('that chat did not take is not sent to the mail again', async () => {
    await world.first(LOW);
    await world.watch(5);
    const sns: Sender = {
      send: async (destination, message) => {
        if (destination === 'chat') throw new Error('no chat');
        await world.sender.send(destination, message);
      },
    };
    await expect(world.alert(RISEN, { senders: { sns, eventbridge: world.sender } })).rejects.toThrow('no chat');
    await expect(world.alert(RISEN)).resolves.toEqual({ destinations: ['chat'], duplicate: false });
    expect(world.published()).toHaveLength(2);
  });

  test('whose look could not be written down is not lost: the next attempt does the rest', async () => {
    await world.first(LOW);
    await world.watch(5);
    const table = Object.assign(Object.create(world.table) as LocalFindingsTable, {
      looked: () => Promise.reject(new Error('throttled')),
      leaseDelivery: (id: string, ms: number) => world.table.leaseDelivery(id, ms),
      delivered: (...args: Parameters<LocalFindingsTable['delivered']>) => world.table.delivered(...args),
      alerted: (...args: Parameters<LocalFindingsTable['alerted']>) => world.table.alerted(...args),
      releaseDelivery: (id: string, token: string) => world.table.releaseDelivery(id, token),
    });
    await expect(world.alert(RISEN, { table })).rejects.toThrow('throttled');
    await expect(world.alert(RISEN)).resolves.toEqual({ destinations: [], duplicate: true });
    await expect(world.watch(30)).resolves.toBe(1);
    expect(world.requests.at(-1)).toMatchObject({ look: 2, previous: { severity: 'HIGH' } });
  });
});

test.each(['attempt-denied', 'rejected'] as const)('what was %s is looked at again, too', async (outcome) => {
  const finding = { ...FINDING, outcome };
  await world.table.claim(finding, 45_000);
  world.requests.push({ finding });
  await world.alert(LOW);
  await expect(world.watch(4)).resolves.toBe(0);
  await expect(world.watch(5)).resolves.toBe(1);
});

describe('what is new', () => {
  const previous: AssessmentSnapshot = { severity: 'LOW', indicators: { a: 10, b: 15, c: -30 } };
  test.each<[string, Indicator[], string[]]>([
    ['an indicator that was not there', [indicator('a', 10), indicator('d', 40)], ['d']],
    ['one that weighs more', [indicator('a', 20), indicator('b', 15)], ['a']],
    ['one that was capped to nothing is none', [indicator('a', 10), indicator('d', 0)], []],
    ['what lowers the score is none', [indicator('c', -10), indicator('d', -30)], []],
  ])('%s', (_, indicators, expected) => {
    const alert = { ...HIGH, assessment: { score: 60, severity: 'HIGH' as const, indicators } };
    expect(withUpdate(alert, { number: 1, previous }).update?.newIndicators).toEqual(expected);
  });

  test('a verdict is the assessment in short, without a severity where nobody has looked', () => {
    const bare: Alert = { schemaVersion: 1, id: FINDING.id, finding: FINDING, investigationFailed: 'It crashed.' };
    expect(verdictOf(bare)).toMatchObject({ indicators: {}, reasons: {}, statements: {}, reach: 'UNKNOWN' });
    expect(verdictOf(bare)).not.toHaveProperty('severity');
    const alert: Alert = { ...HIGH, assessment: { score: 60, severity: 'HIGH', indicators: [indicator('a', 10)] } };
    expect(verdictOf(alert)).toMatchObject({
      severity: 'HIGH',
      score: 60,
      indicators: { a: 10 },
      reasons: { a: { reason: 'Because of a.' } },
      reach: 'HIGH',
      first: { severity: 'HIGH' },
    });
  });
});

describe('an answer that is otherwise than was told', () => {
  const answer = (check: string, status: Evidence['status'], details: object): Evidence => ({
    check,
    question: `What of ${check}?`,
    status,
    summary: `The answer of ${check}.`,
    details: { ...details },
    ...(status === 'not-checked' && { reason: 'denied' }),
    tookMs: 1,
  });
  const OTHER = answer('owner', 'found', {});
  const nothing = answer('workloads', 'clear', { total: 0, pods: { total: 0, running: 0 } });
  const something = answer('workloads', 'clear', { total: 1, pods: { total: 2, running: 2 } });
  const danger = answer('workloads', 'found', { total: 1, pods: { total: 2, running: 2 } });
  const unknown = answer('workloads', 'not-checked', {});
  const namespace = (live: string, phase = 'Active') => answer('namespace', 'found', { live, phase });
  const changes = (...concerns: string[][]) =>
    answer('access-changes', 'found', {
      changes: concerns.map((list) => ({ concerns: list })),
      total: concerns.length,
      notAsked: [],
    });
  test.each<[string, Evidence, Evidence, boolean]>([
    ['something runs where nothing did', nothing, something, true],
    ['something of concern runs where nothing did', nothing, danger, true],
    ['something of concern runs', something, danger, true],
    ['nothing runs any more', something, nothing, false],
    ['what runs is not known any more', something, unknown, false],
    ['what was not known is harmless', unknown, something, false],
    ['the namespace is gone', namespace('confirmed'), namespace('absent'), true],
    ['the namespace is being deleted', namespace('confirmed'), namespace('confirmed', 'Terminating'), true],
    ['another namespace has its name', namespace('confirmed'), namespace('other-uid'), true],
    ['what was refused exists now', answer('namespace', 'clear', { live: 'absent' }), namespace('present'), true],
    ['the namespace is still there', namespace('confirmed'), namespace('confirmed'), false],
    ['somebody else was given rights', changes([]), changes([], []), false],
    [
      'the creator was given rights',
      answer('access-changes', 'clear', { changes: [], total: 0, notAsked: [] }),
      changes(['by-actor']),
      true,
    ],
  ])('%s', async (_, before, after, isNews) => {
    await world.first({ ...LOW, evidence: [before, OTHER] });
    await world.watch(5);
    await world.alert({ ...LOW, evidence: [after, OTHER] });
    const [, message] = world.published();
    expect(message !== undefined).toBe(isNews);
    if (!message) return;
    const { email = '' } = bodies(message);
    expect(email.slice(0, email.indexOf('\nWhy ('))).toContain(after.summary);
  });

  test('says the reason alone where there is one that rests on it', async () => {
    await world.first({ ...LOW, evidence: [nothing] });
    await world.watch(5);
    await world.alert({
      ...assessed('MEDIUM', 40, { ...indicator('miner', 40), check: 'workloads' }),
      evidence: [danger],
    });
    const { email = '' } = bodies(world.published()[1] ?? { body: '{}', byProtocol: true, attributes: {} });
    const top = email.slice(0, email.indexOf('\nWhy ('));
    expect(top).toContain('Because of miner.');
    expect(top).not.toContain('The answer of workloads.');
  });
});

test('what was told in the same words, and counts in full now, is not reported as new', async () => {
  await world.first(assessed('LOW', 24, indicator('novel', 15), indicator('common', 9)));
  await world.watch(5);
  await world.alert(assessed('HIGH', 70, indicator('miner', 40), indicator('common', 15), indicator('novel', 15)));
  expect(world.last().update?.newIndicators).toEqual(['miner']);
});

describe('which look a record is about', () => {
  const record = (payload: object) => ({ ...succeeded(), requestPayload: { finding: FINDING, ...payload } });
  test.each<[string, object, ReturnType<typeof lookFrom>]>([
    ['the first', {}, undefined],
    [
      'a further one',
      { look: 2, previous: { severity: 'LOW', indicators: { a: 1 } } },
      { number: 2, previous: { severity: 'LOW', indicators: { a: 1 } } },
    ],
    ['a further one without what was told', { look: 1 }, { number: 1, previous: { indicators: {} } }],
    [
      'a further one with rubbish',
      { look: 1, previous: { indicators: 'x' } },
      { number: 1, previous: { indicators: {} } },
    ],
    ['no number of a look', { look: 'x' }, undefined],
    ['half a look', { look: 0.5 }, undefined],
    ['look 0', { look: 0 }, undefined],
  ])('%s', (_, payload, look) => {
    expect(lookFrom(record(payload))).toEqual(look);
  });
});

test('the subject of an update fits, whatever the names', () => {
  for (const outcome of ['created', 'outcome-unknown'] as const)
    for (const previous of ['MEDIUM', undefined] as const) {
      const finding = { ...FINDING, outcome, namespace: { ...FINDING.namespace, name: 'n'.repeat(63) } };
      const assessment = { score: 90, severity: 'CRITICAL' as const, indicators: [] };
      const update = { look: 1, newIndicators: [], ...(previous && { previous }) };
      const alert: Alert = { ...HIGH, finding, assessment, update };
      expect(subjectOf(alert).length).toBeLessThanOrEqual(99);
      expect(subjectOf(alert)).toMatch(/^CRITICAL \(was (MEDIUM|UNKNOWN)\): n+\.\.\.n+.* in prod \[[\w-]{16}\]$/);
      expect(headline(alert)).toContain(previous ? 'CRITICAL (was MEDIUM):' : 'CRITICAL (was UNKNOWN):');
    }
});

test('what could change the picture is told with its points, the gravest first', () => {
  const LONG = 'there are no logs to search here, '.repeat(9);
  const answer = (check: string, status: Evidence['status']): Evidence => ({
    check,
    question: `What of ${check}?`,
    status,
    summary: 's',
    ...(status === 'not-checked' &&
      (check === 'b' ? { reason: 'denied' } : { reason: LONG, brief: 'the log search is off' })),
  });
  const evidence = [answer('a', 'not-checked'), answer('b', 'not-checked'), answer('c', 'found'), answer('d', 'clear')];
  const couldChange = [
    { check: 'b', upTo: 90 },
    { check: 'c', upTo: 30 },
  ];
  expect(
    unknowns({ ...HIGH, evidence, assessment: { score: 0, severity: 'LOW', indicators: [], couldChange } }),
  ).toEqual([
    'B: denied (could add up to 90 points).',
    'C: answered only in part (could add up to 30 points).',
    'A: the log search is off.',
  ]);
});

describe('a finding that was accepted', () => {
  const by = { accepted: { by: 'alice', why: 'previews' } };
  const accepted = (severity: Severity, score: number, ...indicators: Indicator[]) => {
    const { assessment, ...rest } = assessed(severity, score, ...indicators);
    return { ...rest, assessment: { ...assessment, ...by } };
  };
  const ACCEPTED = accepted('LOW', 9, indicator('secrets-read', 9));

  test('is counted in the digest of the day, once, and not told', async () => {
    await world.first(ACCEPTED);
    for (const minute of [5, 30]) {
      expect(await world.watch(minute)).toBe(1);
      await world.alert(accepted('LOW', 9, indicator('secrets-read', 9), indicator('exec', 0)));
    }
    expect(world.published()).toEqual([]);
    const day = world.digests;
    world.now = world.begun + 26 * 60 * MINUTE;
    const [due] = await day.due(9);
    await expect(day.read(due?.id ?? '')).resolves.toMatchObject({
      total: 1,
      rows: [{ reason: 'accepted', severity: 'LOW' }],
    });
  });

  test('is reported in full by a later sign, at whatever severity, and then like any other', async () => {
    await world.first(ACCEPTED);
    await world.watch(5);
    const broken = assessed('LOW', 9, indicator('secrets-read', 9), indicator('exec', 0));
    await expect(world.alert(broken)).resolves.toMatchObject({ destinations: ['topic', 'chat'] });
    expect(world.published()).toHaveLength(1);
    await world.watch(30);
    await expect(world.alert(RISEN)).resolves.toMatchObject({ destinations: ['topic', 'chat'] });
    expect(world.last().update).toMatchObject({ look: 2, newIndicators: expect.arrayContaining(['miner']) });
  });

  test('is not told where the next look knows no more than that nobody could ask who had accepted it', async () => {
    await world.first(ACCEPTED);
    await world.watch(5);
    await world.alert(assessed('LOW', 9, indicator('secrets-read', 9)));
    expect(world.published()).toEqual([]);
  });
});

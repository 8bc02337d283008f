import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { meetsCondition } from '../../functions/clients/logs/log-condition.ts';
import { readLine } from '../../functions/clients/logs/log-line.ts';
import type { LogAnswer, LogQuestion, LogSearch } from '../../functions/clients/logs/log-search.ts';
import { RememberingLogSearch } from '../../functions/clients/logs/remembering-log-search.ts';
import { LogBudgetExceeded, LogQueryFailed } from '../../functions/contract/errors.ts';
import { Memory } from './memory.ts';

jest.setTimeout(30_000);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LAG = 3 * MINUTE;
const START = Date.parse('2026-11-23T10:00:00Z');
const { signal } = new AbortController();

/** A log in which lines arrive some time after they were written. */
class Log implements LogSearch {
  now = START;
  readonly lines: { at: number; arrives: number; user: string }[] = [];
  readonly asked: { from: number; to: number }[] = [];
  fails: Error | undefined;
  /** It holds no line of the time that is asked about. */
  silent = false;
  /** It answers about the last so many milliseconds only. */
  short: number | undefined;

  write(at: number, user = 'ci', late = MINUTE): void {
    this.lines.push({ at, arrives: at + late, user });
  }

  async ask({ from: wanted, to, where, limit }: LogQuestion): Promise<LogAnswer> {
    if (this.fails) throw this.fails;
    const from = this.short === undefined ? wanted : Math.max(wanted, to - this.short);
    this.asked.push({ from, to });
    const entries = this.lines
      .filter(({ at, arrives }) => at >= from && at <= to && arrives <= this.now)
      .sort((a, b) => a.at - b.at)
      .map(({ at, user }) => {
        const message = JSON.stringify({ user: { username: user }, at });
        return { at, message, ...readLine(message) };
      })
      .filter((entry) => meetsCondition(where, entry) === true);
    return {
      from,
      entries: entries.slice(-limit),
      more: entries.length > limit || from > wanted,
      completeUntil: Math.min(to, this.now - LAG),
      ...(from > wanted && { limit: 'log-budget' as const }),
      ...(this.silent && { silent: true }),
    };
  }
}

let log: Log;
let memory: Memory;
let failures: unknown[];
let logs: RememberingLogSearch;
beforeEach(() => {
  log = new Log();
  memory = new Memory(() => log.now);
  failures = [];
  logs = new RememberingLogSearch(
    log,
    memory,
    (error) => failures.push(error),
    () => log.now,
  );
});

/** What a check asks about a request at that time: a day before it until now, in whole minutes. */
const question = (at: number, changes: Partial<LogQuestion> = {}): LogQuestion => ({
  cluster: { name: 'prod', region: 'eu-central-1', account: '111122223333' },
  source: 'audit',
  from: Math.floor((at - 24 * HOUR) / MINUTE) * MINUTE,
  to: Math.ceil(log.now / MINUTE) * MINUTE,
  where: { field: 'user.username', is: 'ci' },
  limit: 100,
  ...changes,
});
/** How long a time was asked about, in minutes. */
const minutes = (): number[] => log.asked.map(({ from, to }) => Math.round((to - from) / MINUTE));
const told = ({ entries, ...rest }: LogAnswer) => ({
  ...rest,
  at: entries.map(({ at }) => at),
  json: entries.map(({ json }) => json),
});

describe('a further look', () => {
  test('asks only about what is new, and has the same answer', async () => {
    log.write(START - 20 * HOUR);
    log.write(START - MINUTE);
    await logs.ask(question(START), signal);
    log.write(START + 2 * MINUTE);
    log.now = START + 5 * MINUTE;
    const answer = await logs.ask(question(START), signal);
    expect(minutes()).toEqual([24 * 60, 13]);
    expect(told(answer)).toEqual(told(await new Log().ask.call(log, question(START))));
    expect(answer.entries).toHaveLength(3);
    expect(answer.entries[0]?.json).toMatchObject({ user: { username: 'ci' } });
  });

  test('finds what arrived late', async () => {
    log.write(START - 2 * MINUTE, 'ci', 6 * MINUTE);
    expect((await logs.ask(question(START), signal)).entries).toEqual([]);
    log.now = START + 5 * MINUTE;
    expect((await logs.ask(question(START), signal)).entries).toHaveLength(1);
  });

  test('whose new part a limit holds back has what is remembered, and says so', async () => {
    log.write(START - 20 * HOUR);
    await logs.ask(question(START), signal);
    log.now = START + 5 * MINUTE;
    log.fails = new LogBudgetExceeded('no');
    expect(await logs.ask(question(START), signal)).toMatchObject({
      limit: 'log-budget',
      entries: [{ at: START - 20 * HOUR }],
      completeUntil: START - LAG,
    });
    log.fails = undefined;
    log.write(START + MINUTE);
    log.now = START + 9 * MINUTE;
    const answer = await logs.ask(question(START), signal);
    expect(answer).not.toHaveProperty('limit');
    expect(answer.entries).toHaveLength(2);
  });

  test('asks at once, also right after the first one', async () => {
    await logs.ask(question(START), signal);
    log.now += 10_000;
    await logs.ask(question(START, { share: { actor: 'ci', isFirst: false, at: START } }), signal);
    expect(minutes()).toHaveLength(2);
  });

  test('that fails for another reason fails', async () => {
    await logs.ask(question(START), signal);
    log.now = START + 5 * MINUTE;
    log.fails = new LogQueryFailed('no');
    await expect(logs.ask(question(START), signal)).rejects.toBe(log.fails);
  });
});

describe('another finding', () => {
  const first = (at: number, actor = 'mallory') => question(log.now, { share: { actor, isFirst: true, at } });

  test('scans what is new alone: so do decoys', async () => {
    for (let decoy = 0; decoy < 100; decoy++) {
      await logs.ask(first(log.now), signal);
      log.now += 6_000;
    }
    expect(minutes()[0]).toBe(24 * 60);
    expect(Math.max(...minutes().slice(1))).toBeLessThanOrEqual(12);
  });

  test('of the same burst is answered by what was read for the one before, once its lines had time to arrive', async () => {
    const at = log.now;
    for (let each = 0; each < 100; each++) {
      log.now += 500;
      await logs.ask(first(at + each), signal);
    }
    // The first, those of the first ten seconds, and one a minute.
    expect(minutes().length).toBeLessThanOrEqual(21);
    log.now += MINUTE;
    await logs.ask(first(at), signal);
    expect(minutes().length).toBeLessThanOrEqual(22);
  });

  test('does not miss what its actor did between the question before and its request', async () => {
    await logs.ask(first(log.now), signal);
    const request = log.now + 5_000;
    log.write(request - 200, 'ci', 1_000);
    log.now = request + 2_000;
    const { entries } = await logs.ask(first(request), signal);
    expect(entries.map(({ at }) => at)).toContain(request - 200);
  });

  test('of an earlier request is, too', async () => {
    await logs.ask(question(START), signal);
    log.now = START + 2 * MINUTE;
    await logs.ask(question(START - 30 * MINUTE), signal);
    await logs.ask(question(START - 2 * HOUR), signal);
    expect(minutes()).toEqual([24 * 60, 10, 26 * 60 + 2]);
  });

  test.each<[string, Partial<LogQuestion>]>([
    ['cluster', { cluster: { name: 'prod', region: 'eu-west-1', account: '111122223333' } }],
    ['log', { source: 'authenticator' }],
    ['log group', { logGroup: 'x' }],
    ['question', { where: { field: 'user.username', is: 'dev' } }],
    ['limit', { limit: 99 }],
  ])('of another %s is not', async (_, changes) => {
    await logs.ask(question(START), signal);
    await logs.ask(question(START, changes), signal);
    expect(minutes()).toEqual([24 * 60, 24 * 60]);
  });

  test('by another actor is: only the question counts', async () => {
    await logs.ask(first(START - MINUTE), signal);
    await logs.ask(first(START - MINUTE, 'oscar'), signal);
    expect(minutes()).toEqual([24 * 60]);
  });
});

test('a log in which nobody wrote is silent as long as nobody writes', async () => {
  const ask = async (): Promise<boolean> => {
    log.now += 2 * MINUTE;
    return (await logs.ask(question(START), signal)).silent ?? false;
  };
  log.silent = true;
  expect([await ask(), await ask()]).toEqual([true, true]);
  log.silent = false;
  expect(await ask()).toBe(false);
  // Of the last minutes there is nothing; of the time before there was.
  log.silent = true;
  expect(await ask()).toBe(false);
});

test('a part of the window is not taken for the whole', async () => {
  log.write(START - 20 * HOUR);
  log.short = HOUR;
  expect(await logs.ask(question(START), signal)).toMatchObject({ limit: 'log-budget', more: true, entries: [] });
  log.short = undefined;
  log.now += 2 * MINUTE;
  expect((await logs.ask(question(START), signal)).entries).toHaveLength(1);
});

test('where there is no room, the newest are remembered, and that there was more', async () => {
  for (let index = 0; index < 60; index++) log.write(START - (60 - index) * 20 * MINUTE);
  memory.room = 2_000;
  expect(await logs.ask(question(START), signal)).toMatchObject({ more: false, entries: { length: 60 } });
  log.now += 2 * MINUTE;
  const answer = await logs.ask(question(START), signal);
  expect(answer.more).toBe(true);
  expect(answer.entries.length).toBeGreaterThan(5);
  expect(answer.entries.at(-1)?.at).toBe(START - 20 * MINUTE);
  expect(minutes()).toEqual([24 * 60, 10]);
});

test('a memory that fails costs a scan, and is told', async () => {
  memory.recall = () => Promise.reject(new Error('down'));
  memory.keep = () => Promise.reject(new Error('down'));
  log.write(START - HOUR);
  for (let look = 0; look < 2; look++) expect((await logs.ask(question(START), signal)).entries).toHaveLength(1);
  expect(failures).toHaveLength(4);
  expect(minutes()).toEqual([24 * 60, 24 * 60]);
});

test('what cannot be read is as if there was nothing', async () => {
  await logs.ask(question(START), signal);
  for (const key of memory.answers.keys()) memory.answers.set(key, '{"from":"x"}');
  await logs.ask(question(START), signal);
  expect(failures).toHaveLength(1);
  expect(minutes()).toEqual([24 * 60, 24 * 60]);
});

test('whatever was asked before, an answer is that of the whole log, as far as entries are no later than they may be', async () => {
  const lines = fc.array(
    fc.record({
      at: fc.integer({ min: START - 26 * HOUR, max: START + 3 * HOUR }),
      late: fc.integer({ min: 0, max: LAG }),
      user: fc.constantFrom('ci', 'ci', 'dev'),
    }),
    { maxLength: 60 },
  );
  // Findings and looks at them: when, and how long before that the request was.
  const looks = fc.array(
    fc.record({ after: fc.integer({ min: 0, max: 40 * MINUTE }), ago: fc.constantFrom(0, 5 * MINUTE, 30 * MINUTE) }),
    { minLength: 1, maxLength: 12 },
  );
  let shorter = 0;
  await fc.assert(
    fc.asyncProperty(lines, looks, fc.constantFrom(4, 100), async (written, list, limit) => {
      log = new Log();
      memory = new Memory(() => log.now);
      logs = new RememberingLogSearch(
        log,
        memory,
        () => {},
        () => log.now,
      );
      for (const { at, late, user } of written) log.write(at, user, late);
      for (const { after, ago } of list) {
        log.now += after;
        const asked = question(log.now - ago, { limit });
        const before = log.asked.length;
        const answer = await logs.ask(asked, signal);
        const [scan] = log.asked.slice(before);
        if (!scan || scan.from > asked.from) shorter++;
        const whole = await new Log().ask.call(log, asked);
        // All that had arrived for sure; of the last minutes perhaps less.
        const sure = (entries: LogAnswer['entries']) =>
          entries.filter(({ at }) => at >= answer.from && at <= answer.completeUntil).map(({ at }) => at);
        expect(answer.completeUntil).toBeGreaterThanOrEqual(log.now - LAG - MINUTE);
        const [got, wanted] = [sure(answer.entries), sure(whole.entries)];
        expect(got).toEqual(expect.arrayContaining(wanted));
        // Nothing is made up, and what is left out is said.
        const all = written.filter(({ user, at }) => user === 'ci' && at >= answer.from).map(({ at }) => at);
        expect(all).toEqual(expect.arrayContaining(got));
        const there = all.filter((at) => at <= answer.completeUntil);
        if (got.length < there.length) expect(answer.more).toBe(true);
        expect(answer.from - asked.from).toBeLessThanOrEqual(HOUR);
      }
    }),
    { numRuns: 300 },
  );
  expect(shorter).toBeGreaterThan(300);
});

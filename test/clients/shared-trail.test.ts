import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { Trail, TrailEvent, TrailQuestion } from '../../functions/clients/aws/cloud-findings.ts';
import { SharedTrail } from '../../functions/clients/aws/shared-trail.ts';
import { Memory } from './memory.ts';

jest.setTimeout(30_000);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.parse('2026-11-23T10:00:00Z');
const { signal } = new AbortController();

let now: number;
let events: { at: number; arrives: number }[];
let asked: TrailQuestion[];
/** What each look-up takes, in milliseconds. */
let takesMs: number;
let fails: Error | undefined;
let memory: Memory;
const eventOf = (at: number): TrailEvent => ({
  id: `e-${at}`,
  at: new Date(at).toISOString(),
  name: 'CreateAccessEntry',
  source: 'eks.amazonaws.com',
  actorArn: 'arn',
  parameters: { name: 'prod' },
});
const trail: Trail = {
  async lookUp(question, signal) {
    asked.push(question);
    if (takesMs > 0) await sleep(takesMs, undefined, { signal });
    if (fails) throw fails;
    const found = events
      .filter(({ at, arrives }) => at >= question.from && at <= question.to && arrives <= now)
      .map(({ at }) => eventOf(at))
      .sort((a, b) => b.at.localeCompare(a.at));
    return { events: found.slice(0, question.max), more: found.length > question.max };
  },
};
/** Each is another function instance. */
const instance = () => new SharedTrail(trail, memory, { now: () => now, pollMs: 1 });
const question = (at = now, changes: Partial<TrailQuestion> = {}): TrailQuestion => ({
  eventSource: 'eks.amazonaws.com',
  names: ['CreateAccessEntry', 'AssociateAccessPolicy'],
  from: at - 24 * HOUR,
  to: now,
  max: 100,
  ...changes,
});

beforeEach(() => {
  [now, events, asked, takesMs, fails] = [START, [], [], 0, undefined];
  memory = new Memory(() => now);
});

describe('CloudTrail', () => {
  test('is asked once by fifty investigations at a time, and all have the answer', async () => {
    takesMs = 20;
    events = [{ at: START - HOUR, arrives: START - HOUR }];
    const answers = await Promise.all(Array.from({ length: 50 }, () => instance().lookUp(question(), signal)));
    expect(asked).toHaveLength(1);
    for (const answer of answers) expect(answer).toEqual({ events: [eventOf(START - HOUR)], more: false });
  });

  test('is asked twice a minute at most, however many there are, about what may be new', async () => {
    for (let half = 0; half < 60; half++, now += MINUTE / 2)
      for (let decoy = 0; decoy < 20; decoy++) await instance().lookUp(question(), signal);
    expect(asked.length).toBeLessThanOrEqual(60);
    for (const { from, to } of asked.slice(1)) expect(to - from).toBeLessThanOrEqual(17 * MINUTE);
  });

  test('is asked by the next one where the one whose turn it was failed', async () => {
    takesMs = 5;
    fails = Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
    const first = instance().lookUp(question(), signal);
    await sleep(1);
    const second = instance().lookUp(question(), signal);
    await expect(first).rejects.toBe(fails);
    fails = undefined;
    await expect(second).resolves.toMatchObject({ more: false });
    expect(asked).toHaveLength(2);
  });

  test('whoever waits gives up with its own time, and keeps nobody waiting', async () => {
    await memory.takeTurn(JSON.stringify(['trail', 'eks.amazonaws.com', question().names]), 20_000);
    await expect(instance().lookUp(question(), AbortSignal.timeout(20))).rejects.toThrow();
    now += 20_000;
    await expect(instance().lookUp(question(), signal)).resolves.toMatchObject({ events: [] });
  });

  test('is asked again about another window or other events', async () => {
    await instance().lookUp(question(), signal);
    await instance().lookUp(question(now, { names: ['DeleteAccessEntry'] }), signal);
    await instance().lookUp(question(now - 40 * HOUR), signal);
    expect(asked).toHaveLength(3);
  });

  test('that there was more than was read stays said while it is in the window', async () => {
    events = Array.from({ length: 1_500 }, (_, index) => ({ at: START - index * 1_000, arrives: 0 }));
    expect(await instance().lookUp(question(), signal)).toMatchObject({ more: true, events: { length: 100 } });
    now += 2 * MINUTE;
    expect(await instance().lookUp(question(), signal)).toMatchObject({ more: true });
  });
});

test('whatever was asked before, an answer has all events that had arrived, and no others', async () => {
  const written = fc.array(
    fc.record({
      at: fc.integer({ min: START - 26 * HOUR, max: START + 3 * HOUR }),
      late: fc.integer({ min: 0, max: 14 * MINUTE }),
    }),
    { maxLength: 40 },
  );
  const looks = fc.array(
    fc.record({ after: fc.integer({ min: 0, max: 40 * MINUTE }), ago: fc.constantFrom(0, 5 * MINUTE, 30 * MINUTE) }),
    { minLength: 1, maxLength: 10 },
  );
  await fc.assert(
    fc.asyncProperty(written, looks, async (list, times) => {
      [now, asked, memory] = [START, [], new Memory(() => now)];
      events = list.map(({ at, late }) => ({ at, arrives: at + late }));
      for (const { after, ago } of times) {
        now += after;
        const wanted = question(now - ago);
        const { events: found, more } = await instance().lookUp(wanted, signal);
        expect(more).toBe(false);
        const got = found.map(({ at }) => Date.parse(at));
        const within = events.filter(({ at }) => at >= wanted.from && at <= wanted.to);
        // An answer may be a minute old; a window may begin an hour before what was read.
        const sure = within.filter(({ at, arrives }) => arrives <= now - MINUTE && at >= wanted.from + HOUR);
        expect(got).toEqual(expect.arrayContaining(sure.map(({ at }) => at)));
        expect(within.filter(({ arrives }) => arrives <= now).map(({ at }) => at)).toEqual(expect.arrayContaining(got));
        expect(new Set(found.map(({ id }) => id)).size).toBe(new Set(got).size);
      }
    }),
    { numRuns: 200 },
  );
});

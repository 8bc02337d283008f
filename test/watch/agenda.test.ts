import { beforeEach, describe, expect, test } from '@jest/globals';
import { LocalFindingsTable } from '../../functions/clients/local/findings-table.ts';
import type { AgendaKind } from '../../functions/clients/table/findings-table.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import type { AssessmentSnapshot, InvestigationRequest } from '../../functions/contract/investigation.ts';
import { type AgendaClients, takeUpDue } from '../../functions/watch/jobs/agenda.ts';
import { someFinding } from '../clients/findings-table.contract.ts';

const MINUTE = 60_000;
const LOW: AssessmentSnapshot = { severity: 'LOW', score: 0, indicators: {} };
const NOTHING = { takenUp: 0, looks: 0, givenUp: 0, gone: 0, failed: 0, more: false };

let now: number;
let table: LocalFindingsTable;
let started: InvestigationRequest[];
let errors: string[];
const investigator = { start: async (request: InvestigationRequest) => void started.push(request) };
beforeEach(() => {
  now = 0;
  table = new LocalFindingsTable(() => now);
  started = [];
  errors = [];
});

const run = (clients: Partial<AgendaClients> = {}, maxPerRun = 100) =>
  takeUpDue(
    { table, investigator, ...clients },
    { maxPerRun },
    () => now,
    (id) => errors.push(id),
  );

async function claimed(finding: Finding = someFinding()): Promise<Finding> {
  await table.claim(finding, 45_000);
  return finding;
}
async function alerted(told: AssessmentSnapshot = LOW, afterMinutes = 5): Promise<Finding> {
  const finding = await claimed();
  await table.alerted(finding.id, told, { afterMinutes });
  return finding;
}
/** Runs every five minutes until then; returns at which minute what was begun. */
async function until(minutes: number, clients: Partial<AgendaClients> = {}): Promise<number[]> {
  const begun: number[] = [];
  for (; now <= minutes * MINUTE; now += 5 * MINUTE) {
    const before = started.length;
    await run(clients);
    begun.push(...started.slice(before).map(() => now / MINUTE));
  }
  return begun;
}

test('an empty agenda is nothing to do', async () => {
  await expect(run()).resolves.toEqual(NOTHING);
});

describe('a claim that did not end in an alert', () => {
  test('is investigated again after ten minutes', async () => {
    const finding = await claimed();
    now = 10 * MINUTE - 1;
    await expect(run()).resolves.toEqual(NOTHING);
    now += 1;
    await expect(run()).resolves.toEqual({ ...NOTHING, takenUp: 1 });
    expect(started).toEqual([{ finding }]);
  });

  test('is tried again, less and less often, and given up after a day and a half', async () => {
    await claimed();
    await expect(until(3_000)).resolves.toEqual([10, 20, 40, 80, 160, 320, 640, 1_000, 1_360, 1_720]);
    expect(table.items.values().next().value?.due).toBeUndefined();
  });

  test('is left alone once it is alerted', async () => {
    const finding = await claimed();
    now = 10 * MINUTE;
    await run();
    await table.alerted(finding.id, LOW);
    await expect(until(300)).resolves.toEqual([]);
  });

  test('a look whose hand-over failed is tried again', async () => {
    const finding = await claimed();
    now = 10 * MINUTE;
    const down = { start: () => Promise.reject(new Error('Lambda is down')) };
    await expect(run({ investigator: down })).resolves.toEqual({ ...NOTHING, failed: 1 });
    expect(errors).toEqual([finding.id]);
    now += 10 * MINUTE;
    await expect(run()).resolves.toEqual({ ...NOTHING, takenUp: 1 });
  });
});

describe('a further look', () => {
  test('is taken when its time has come, with what was told before', async () => {
    const finding = await alerted();
    now = 5 * MINUTE;
    await expect(run()).resolves.toEqual({ ...NOTHING, looks: 1 });
    expect(started).toEqual([{ finding, look: 1, previous: LOW }]);
  });

  test('is taken once, by whichever run comes first', async () => {
    await alerted();
    now = 5 * MINUTE;
    const summaries = await Promise.all([run(), run(), run()]);
    expect(summaries.map(({ looks, gone }) => [looks, gone])).toEqual([
      [1, 0],
      [0, 1],
      [0, 1],
    ]);
    expect(started).toHaveLength(1);
  });

  test('that is never heard of again is restarted, three more times', async () => {
    await alerted();
    await expect(until(1_000)).resolves.toEqual([5, 15, 35, 75]);
    expect(started.map(({ look }) => look)).toEqual([1, 1, 1, 1]);
  });

  test('is followed by the next one, and the last one by none', async () => {
    const finding = await alerted();
    now = 5 * MINUTE;
    await run();
    await table.looked(finding.id, 1, LOW, false, { afterMinutes: 30 });
    await expect(until(35)).resolves.toEqual([30]);
    await table.looked(finding.id, 2, LOW, false);
    await expect(until(1_000)).resolves.toEqual([]);
    expect(started.map(({ look }) => look)).toEqual([1, 2]);
  });
});

describe('a flood', () => {
  const by = (username: string) => someFinding({ actor: { kind: 'user', username } });
  const alertedBy = async (username: string, told: AssessmentSnapshot = LOW): Promise<Finding> => {
    const finding = await claimed(by(username));
    await table.alerted(finding.id, told, { afterMinutes: 5 });
    return finding;
  };

  test('of 2,000 decoys does not delay the looks at what another actor made among them', async () => {
    for (let count = 0; count < 2_000; count++) await alertedBy('mallory');
    const real = await alertedBy('thief');
    for (let count = 0; count < 500; count++) await alertedBy('mallory');
    now = 5 * MINUTE;
    await expect(run()).resolves.toMatchObject({ looks: 100, more: true });
    expect(started.map(({ finding }) => finding.id)).toContain(real.id);
  });

  test('of one actor does not keep its newest and its gravest waiting', async () => {
    const grave = await alertedBy('mallory', { severity: 'MEDIUM', indicators: {} });
    for (let count = 0; count < 2_000; count++) await alertedBy('mallory');
    now += 1;
    const newest = await alertedBy('mallory');
    now = 5 * MINUTE + 1;
    await run();
    expect(started.slice(0, 2).map(({ finding }) => finding.id)).toEqual([grave.id, newest.id]);
  });

  test('what nobody could investigate is looked at first', async () => {
    for (let count = 0; count < 200; count++) await alertedBy('mallory', { severity: 'HIGH', indicators: {} });
    const bare = await alertedBy('mallory', { indicators: {}, digested: true });
    for (let count = 0; count < 200; count++) await alertedBy('mallory', { severity: 'HIGH', indicators: {} });
    now = 5 * MINUTE;
    await run();
    expect(started[0]).toMatchObject({ finding: { id: bare.id }, previous: { digested: true } });
  });

  test('of claims leaves room for further looks, and the reverse', async () => {
    for (let count = 0; count < 300; count++) await claimed();
    for (let count = 0; count < 300; count++) await alerted();
    now = 10 * MINUTE;
    await expect(run()).resolves.toMatchObject({ takenUp: 75, looks: 25, more: true });
  });

  test('of what was deferred takes nothing from other work, and is looked at for twelve hours only', async () => {
    const defer = async () => table.recordForDigest(by('mallory'), true, 1_000);
    for (let count = 0; count < 300; count++) await defer();
    await expect(run()).resolves.toMatchObject({ takenUp: 0, looks: 150, more: true });
    expect(started[0]).toMatchObject({ look: 1, previous: { indicators: {}, digested: true } });
    const [tried, ids] = [started.splice(0), () => new Set(started.map(({ finding }) => finding.id))];
    now += 12 * 60 * MINUTE + 1;
    // Only what was begun comes back, as no answer came.
    await expect(run()).resolves.toMatchObject({ looks: 150 });
    expect(ids()).toEqual(new Set(tried.map(({ finding }) => finding.id)));
    await defer();
    for (let count = 0; count < 300; count++) await claimed();
    now += 10 * MINUTE;
    await expect(run()).resolves.toMatchObject({ takenUp: 100, looks: 1 });
  });
});

describe('one run', () => {
  test('takes so many, the newest first, and says that there are more', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 5; count++) {
      ids.push((await claimed()).id);
      now += 1;
    }
    now = 20 * MINUTE;
    await expect(run({}, 3)).resolves.toEqual({ ...NOTHING, takenUp: 3, more: true });
    await expect(run({}, 3)).resolves.toEqual({ ...NOTHING, takenUp: 2 });
    expect(started.map(({ finding }) => finding.id)).toEqual(ids.toReversed());
  });

  test('goes on where one cannot be taken', async () => {
    const [bad, good] = [await claimed(), await claimed()];
    now = 10 * MINUTE;
    const broken = {
      due: (kind: AgendaKind, limit: number) => table.due(kind, limit),
      letGo: (id: string) => table.letGo(id),
      take: (id: string, to: number) => (id === bad.id ? Promise.reject(new Error('throttled')) : table.take(id, to)),
    };
    await expect(run({ table: broken })).resolves.toEqual({ ...NOTHING, takenUp: 1, failed: 1 });
    expect([errors, started.map(({ finding }) => finding.id)]).toEqual([[bad.id], [good.id]]);
  });

  test('lets go of what the table holds no finding for', async () => {
    const item = { state: 'handed-over' as const, leaseUntil: 0, delivered: [], agenda: 'alert' as const, due: 0 };
    table.items.set('nsf-x', item);
    await expect(run()).resolves.toEqual({ ...NOTHING, givenUp: 1 });
    expect(started).toEqual([]);
  });

  test('fails where the agenda cannot be read', async () => {
    const broken = { ...table, due: () => Promise.reject(new Error('denied')) } as unknown as AgendaClients['table'];
    await expect(run({ table: broken })).rejects.toThrow('denied');
  });
});

/**
 * Never silent: the chain from the cluster to *detect* is cut, link by link and in pairs, and who is to say so says which, in time.
 * On the twin, where a minute takes a part of a second (docs/twin.md, *Alarms, and a shorter minute*); CloudWatch's alarms are SIMULATED.
 */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { BRING_UP_MS, progress } from './bring-up.ts';
import { CUTS, type Cut, type CutName } from './silence/cuts.ts';
import { Scene } from './silence/scene.ts';
import { until } from './until.ts';

let scene: Scene;
const report = progress();
beforeAll(async () => {
  scene = await Scene.start(report);
}, BRING_UP_MS);
afterAll(() => scene?.close());

jest.setTimeout(180_000);

const cutOf = (name: CutName): Cut => CUTS[name];
const minutesSince = (since: number, at = Date.now()): string =>
  `${((at - since) / scene.stack.emulator.minuteMs).toFixed(0)} minutes`;

/** What may still be said of cuts that were fixed in the last hour. */
let recent: { at: number; may: readonly string[] }[] = [];

/**
 * Cuts, and waits until all of it is said, and nothing else is.
 *
 * @param told of whom it is said, where not all of it can be
 */
async function cut(names: readonly CutName[], told = names.flatMap((name) => cutOf(name).told)): Promise<void> {
  const cuts = names.map(cutOf);
  await scene.untilWhole(told);
  if (told.some((each) => each.startsWith('alarm:'))) await untilQuiet();
  const since = Date.now();
  for (const each of cuts) await each.cut(scene);
  const when = await scene.untilSaid(told, since, Math.max(...cuts.map(({ within = 15 }) => within)));
  for (const [about, at] of Object.entries(when))
    report(`${names.join(', ')}: ${about} after ${minutesSince(since, at)}`);
  const may = [...told, ...cuts.flatMap(({ follows = [] }) => follows)];
  recent = recent.filter(({ at }) => since - at < 60 * scene.stack.emulator.minuteMs);
  const allowed = new Set([...may, ...recent.flatMap((each) => each.may)]);
  // On a busy machine a run of watch takes so many of these minutes that its alarm rings.
  const isMeant = (each: string): boolean => allowed.has(each) || each === 'alarm:watch-silent';
  expect(scene.said(since).flatMap(({ about }) => about.filter((each) => !isMeant(each)))).toEqual([]);
  recent.push({ at: Date.now(), may });
}

/** The last one first: a filter is taken only by a function that lets the log in. */
async function fix(names: readonly CutName[]): Promise<void> {
  for (const name of names.toReversed()) await cutOf(name).fix?.(scene);
  recent.push({ at: Date.now(), may: names.flatMap((name) => [...cutOf(name).told, ...(cutOf(name).follows ?? [])]) });
}

/** No alarm of silence rings; before anything has arrived, they do. */
async function untilQuiet(): Promise<void> {
  const isQuiet = (id: string) => scene.judge.transitions.findLast(({ alarm }) => alarm.includes(id))?.to === 'OK';
  await until('the alarms are quiet', async () => isQuiet('twinsilent') && isQuiet('watchsilent'), scene.within(60));
}

test('while nothing is cut, canaries arrive, and the alarms that rang until the first one are quiet', async () => {
  await untilQuiet();
  expect(await scene.broken()).toEqual([]);
});

/** Both are told; of what is cut twice, no scene follows another with the same link. */
const PAIRS: readonly (readonly [CutName, CutName])[] = [
  ['log group deleted', 'permission lost'],
  ['access entry removed', 'audit logging off'],
  ['filter changed', 'detect without its role'],
  ['retention of a day', 'transformer'],
  ['access entry changed', 'filter gone'],
  ['cluster made again', 'permission lost'],
  ['key disabled', 'filter gone'],
  ['cluster deleted', 'detect without its role'],
  ['cluster unreachable', 'filter changed'],
  ['detect throttled', 'retention of a day'],
];

/** The others come at the end: *detect* is not made again. */
const KILLED: readonly string[] = ['watch killed', 'detect killed'];

describe('is told', () => {
  const alone = (Object.keys(CUTS) as CutName[]).filter((name) => !KILLED.includes(name)).map((name) => [name]);
  test.each([...alone, ...PAIRS].map((names) => [names.join(' and '), names] as const))('%s', async (_, names) => {
    await cut(names).finally(() => fix(names));
  });

  test('that all holds again', async () => {
    await scene.untilWhole();
    await untilQuiet();
  });
});

describe('is found', () => {
  test('by coverage, what was made while the log was off and the filter gone', async () => {
    const names = ['audit logging off', 'filter gone'] as const;
    await cut(names);
    const since = Date.now();
    const uid = await scene.create('unlogged', 'CI');
    const found = await scene.untilFound(uid, 20);
    report(`unlogged: found after ${minutesSince(since)}`);
    expect(found).toMatchObject({ namespace: { name: 'unlogged', uid }, source: { kind: 'coverage' } });
    await fix(names);
  });

  test('by replay, what was made and deleted while the filter was gone; after half an hour the alarm rings', async () => {
    await scene.untilWhole();
    await untilQuiet();
    const since = Date.now();
    await cut(['filter gone']);
    const uid = await scene.create('short-lived', 'CI');
    await scene.ask({ method: 'DELETE', path: '/api/v1/namespaces/short-lived' });
    const found = await scene.untilFound(uid, 20);
    report(`short-lived: found after ${minutesSince(since)}`);
    expect(found).toMatchObject({ outcome: 'created', namespace: { name: 'short-lived', uid } });
    expect(found.source.kind).not.toBe('coverage');
    const { 'alarm:twin-silent': rang = 0 } = await scene.untilSaid(['alarm:twin-silent'], since, 40);
    report(`filter gone: alarm after ${minutesSince(since, rang)}`);
    await fix(['filter gone']);
    await scene.untilWhole();
    await untilQuiet();
  });
});

describe('when somebody is dead', () => {
  test('watch killed and filter gone: the alarms say so; watch says which link when it is back', async () => {
    await cut(['watch killed', 'filter gone'], cutOf('watch killed').told.slice());
    const since = Date.now();
    await fix(['watch killed']);
    await scene.untilSaid(['filter'], since, 15);
    await fix(['filter gone']);
    await scene.untilWhole();
  });

  test('watch and detect killed: the alarms say so; watch says of detect when it is back', async () => {
    await cut(['watch killed', 'detect killed'], cutOf('watch killed').told.slice());
    const since = Date.now();
    await fix(['watch killed']);
    await scene.untilSaid(['detect'], since, 15);
  });

  test('detect killed and filter gone', async () => {
    const since = Date.now();
    await cutOf('filter gone').cut(scene);
    await scene.untilSaid(['filter', 'detect'], since, 15);
  });
});

/** Killed at any point, a second start ends in the same state: on a real control plane, for each effect of a playbook. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Mode } from '../../functions/contract/containment.ts';
import { inParallel } from '../../functions/kit/in-parallel.ts';
import { BRING_UP_MS } from './bring-up.ts';
import { Life } from './contain/life.ts';
import type { Ended } from './contain/responder.ts';
import { bringUp, type Scene } from './contain/scene.ts';
import { differing, neighbour, small, stateOf } from './contain/small.ts';

let scene: Scene;

/** Namespaces at a time: each run is a process of its own for the API server. */
const SIDE_BY_SIDE = 8;
/** What controllers make and unmake in their own time; the Services and slices by hand are compared all the same. */
const DERIVED = ['endpoints', 'controllerrevisions'];

beforeAll(async () => {
  scene = await bringUp();
  await scene.maker.createAll(...neighbour());
}, BRING_UP_MS);
afterAll(async () => scene?.close());

interface Victim {
  namespace: string;
  uid: string;
}

const victim = async (namespace: string): Promise<Victim> => ({
  namespace,
  uid: await small(scene.maker, scene.admin, namespace),
});
const state = ({ namespace, uid }: Victim) => stateOf(scene.admin, namespace, uid, DERIVED);

/**
 * Runs it to its end, or to that of the process; an approval is of whatever is asked.
 *
 * @param waitsForCaches without it, what is proven of tokens depends on how fast the run is
 */
const start = (mode: Mode, target: Victim, life = new Life(), waitsForCaches = false): Promise<Ended> =>
  scene.responder.run(mode, target, {
    life,
    removalPause: 300,
    waitsForCaches,
    answer: ({ question }) => ({
      decision: 'approve',
      planHash: question?.planHash ?? '',
      reason: 'intruder',
      decidedBy: 'alice',
    }),
  });

/** The cause, too, where it tells what went wrong; two decisive proofs of isolation are missing in all runs. */
const outcome = ({ end }: Ended): string => {
  if (end.succeeded) return end.state;
  return end.error !== 'partly-contained' ? `${end.state}: ${end.cause}` : end.state;
};

/** A run of whose effects none was the last one. */
async function reference(mode: Mode, target: Victim): Promise<{ effects: string[]; end: string; state: string[] }> {
  const life = new Life();
  const began = performance.now();
  const ended = await start(mode, target, life, mode === 'remove');
  scene.report(`${mode}: ${life.effects.length} effects in ${((performance.now() - began) / 1000).toFixed(2)} s`);
  return { effects: life.effects, end: outcome(ended), state: await state(target) };
}

/** Dies after an effect; then a second start, to the end. */
async function twice(mode: Mode, target: Victim, effect: number): Promise<string> {
  const life = new Life(effect);
  const first = await start(mode, target, life);
  expect(life.isOver).toBe(true);
  expect(first.end).toMatchObject({ succeeded: false, error: 'report-failed' });
  return outcome(await start(mode, target, new Life(), mode === 'remove'));
}

const differences = (target: Victim, expected: readonly string[]) => differing(() => state(target), expected);

/** Bindings that were deleted outside of the namespace are left to a person. */
const isRestorable = (line: string): boolean =>
  !line.startsWith('clusterrolebindings ') &&
  !(line.startsWith('rolebindings ') && line.includes('"name":"<name>-view"'));

const isWrite = (effect: string) => effect.includes(' /api');
const named = (effects: readonly string[], effect: number) => `${effect}: after ${effects[effect - 1] ?? 'nothing'}`;
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test('isolate, killed after each of its effects; and the first snapshot still restores', async () => {
  const target = await victim('whole');
  const original = await state(target);
  const whole = await reference('isolate', target);
  expect(whole.effects.filter(isWrite).length).toBeGreaterThan(15);
  expect(whole.state).not.toEqual(original);
  const released = await reference('release', target);
  const restorable = original.filter(isRestorable);
  expect(restorable).toHaveLength(original.length - 2);
  expect(await differences(target, restorable)).toEqual([]);

  const results = await inParallel(range(0, whole.effects.length), SIDE_BY_SIDE, async (effect) => {
    const target = await victim(`isolate-${effect}`);
    const end = await twice('isolate', target, effect);
    const isolated = await differences(target, whole.state);
    const after = named(whole.effects, effect);
    if (effect % 3 !== 0) return { after, end, isolated };
    const back = await start('release', target);
    return { after, end, isolated, back: outcome(back), restored: await differences(target, restorable) };
  });
  const same = { end: whole.end, isolated: [] };
  const restored = { back: released.end, restored: [] };
  expect(results).toEqual(results.map(({ after, back }) => ({ after, ...same, ...(back && restored) })));
}, 600_000);

test('removal that somebody approved, killed after each of its effects', async () => {
  const target = await victim('removed');
  const whole = await reference('remove', target);
  const asked = whole.effects.findIndex((effect) => effect.startsWith('ask'));
  const writes = whole.effects.map((effect, index) => (isWrite(effect) ? index + 1 : 0));
  const last = Math.max(...writes);
  expect(writes.filter((write) => write > asked).length).toBeGreaterThan(8);
  expect(whole.state.filter((line) => line.startsWith('pods '))).toEqual([]);

  const results = await inParallel(range(asked + 1, last + 1), SIDE_BY_SIDE, async (effect) => {
    const target = await victim(`remove-${effect}`);
    const end = await twice('remove', target, effect);
    return { after: named(whole.effects, effect), end, removed: await differences(target, whole.state) };
  });
  expect(results).toEqual(results.map(({ after }) => ({ after, end: whole.end, removed: [] })));
}, 600_000);

test('release, killed after each of its effects', async () => {
  const target = await victim('freed');
  const original = await state(target);
  await start('remove', target);
  const whole = await reference('release', target);
  const last = whole.effects.findLastIndex(isWrite) + 1;
  expect(whole.effects.filter(isWrite).length).toBeGreaterThan(15);
  const free = original.filter(isRestorable);
  expect(await differences(target, free)).toEqual([]);

  const results = await inParallel(range(0, last + 1), SIDE_BY_SIDE, async (effect) => {
    const target = await victim(`release-${effect}`);
    await start('remove', target);
    const end = await twice('release', target, effect);
    return { after: named(whole.effects, effect), end, restored: await differences(target, free) };
  });
  expect(results).toEqual(results.map(({ after }) => ({ after, end: whole.end, restored: [] })));
}, 600_000);

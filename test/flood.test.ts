/** Floods, through the real handlers: what on-call gets of them, and that nothing hides in them. */
import './without-reports.ts';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { PROMPT } from '../functions/contract/digest.ts';
import { line, refusal } from './detect/events.ts';
import { at, created, denied, type Result, unknown, World } from './stream.ts';

jest.setTimeout(60_000);

let world: World;
beforeEach(() => {
  world = new World();
});

describe('10,000 refusals by one actor', () => {
  test('do not hide the one of another, and on-call gets at most ten messages in the hour', async () => {
    const flood = (count: number) => Array.from({ length: count }, () => denied(world.now, 'mallory'));
    await world.deliver(flood(6_000));
    await world.pass(10);
    await world.deliver([denied(world.now, 'oscar')]);
    expect(world.actors().at(-1)).toBe('oscar');
    await world.deliver(flood(4_000));
    await world.pass(120);
    expect(world.actors()).toEqual(['mallory', 'oscar']);
    expect(world.messages().length).toBeLessThanOrEqual(10);
    expect(world.digested()).toMatchObject([{ total: 9_999, rows: [{ count: 9_999, actor: { name: 'mallory' } }] }]);
  });

  test('that each claim another identity and name make ten messages at most, too', async () => {
    const flood = Array.from({ length: 3_000 }, (_, index) =>
      denied(world.now, 'mallory', {
        impersonatedUser: { username: index % 2 ? `system:x${index}` : `user-${index}` },
        objectRef: { resource: 'namespaces', name: `kube-${index}` },
      }),
    );
    await world.deliver([...flood, denied(world.now, 'oscar')]);
    await world.pass(90);
    expect(world.actors().filter((name) => name === 'oscar')).toHaveLength(1);
    expect(world.messages().length).toBeLessThanOrEqual(10);
    expect(world.digested()[0]?.total).toBe(3_001 - world.alerts().length);
  });

  test('without any time in them, because the line was cut, are the same to us', async () => {
    const cut = Array.from({ length: 300 }, () =>
      denied(world.now, 'system:anonymous', { requestReceivedTimestamp: undefined }),
    );
    await world.deliver(cut);
    await world.pass(70);
    expect(world.alerts()).toHaveLength(1);
    expect(world.digested()).toMatchObject([{ total: 299 }]);
  });
});

describe('10,000 creations by one actor', () => {
  test('do not hide the one of another, nor delay it; each is written down and looked at, what is HIGH is told', async () => {
    const worst = 'n-7777';
    world.resultOf = ({ namespace }) => (namespace.name === worst ? 'HIGH' : 'LOW');
    const flood = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => created(world.now, `n-${from + index}`, 'mallory'));
    await world.deliver(flood(0, 9_000));
    const atOnce = world.investigated;
    expect(atOnce).toBe(PROMPT.actor);
    await world.deliver([created(world.now, 'of-oscar', 'oscar')]);
    expect(world.told().at(-1)).toBe('of-oscar');
    await world.deliver(flood(9_000, 1_000));
    await world.pass(60);
    // On-call, in the hour of the flood.
    expect(world.messages().length).toBeLessThanOrEqual(10);
    expect(world.looks('of-oscar')).toEqual([5, 30]);
    await world.pass(5 * 60);
    expect(world.findings()).toHaveLength(10_001);
    expect(world.investigatedNames.size).toBe(10_001);
    const findings = world.alerts().filter(({ update }) => !update);
    expect(findings.map(({ finding }) => finding.namespace.name)).toEqual(['n-0', 'n-1', 'n-2', 'of-oscar']);
    expect(world.told()).toContain(worst);
    const rows = world.digested().flatMap((digest) => digest.rows);
    const sum = rows.filter(({ reason }) => reason === 'flood').reduce((total, { count }) => total + count, 0);
    expect(sum).toBe(10_000 - 3);
    // One an hour, while the looks go on.
    expect(world.messages().length).toBeLessThanOrEqual(20);
  });

  test('by 10,000 actors are told ten times, and all are written down', async () => {
    const flood = Array.from({ length: 3_000 }, (_, index) => created(world.now, `n-${index}`, `actor-${index}`));
    await world.deliver(flood);
    expect(world.investigated).toBe(PROMPT.cluster);
    expect(world.told()).toHaveLength(10);
    await world.pass(70);
    const rows = world
      .digested()
      .flatMap((digest) => [...digest.rows, { reason: 'others', count: digest.others?.findings ?? 0 }]);
    const told = rows.filter(({ reason }) => reason !== 'looked-at').reduce((sum, { count }) => sum + count, 0);
    expect(told).toBeGreaterThanOrEqual(2_990);
    expect(world.findings()).toHaveLength(3_000);
  });

  test('that were refused before do not take the place of creations', async () => {
    const refusals = Array.from({ length: 300 }, (_, index) => denied(world.now, `actor-${index}`));
    await world.deliver([...refusals, created(world.now, 'a', 'oscar')]);
    expect(world.told()).toContain('a');
  });
});

test('a typo hides none of the refusals after it', async () => {
  const user = { username: 'dev' };
  await world.deliver([line(refusal(422, { auditID: 'typo', user, requestReceivedTimestamp: at(world.now) }))]);
  const system = { username: 'system:admin', groups: ['system:masters'] };
  await world.deliver([denied(world.now, 'dev', { impersonatedUser: system })]);
  await world.deliver([denied(world.now, 'dev', { objectRef: { resource: 'namespaces', name: 'kube-systern' } })]);
  await world.deliver(Array.from({ length: 50 }, () => denied(world.now, 'dev')));
  expect(world.alerts()).toHaveLength(3);
  await world.pass(70);
  expect(world.digested()).toMatchObject([{ total: 50 }]);
});

describe('requests whose outcome is not known', () => {
  test('are told three times an actor, looked at later, and what is grave is told then', async () => {
    world.resultOf = ({ namespace }) => (namespace.name === 'n-77' ? 'HIGH' : 'LOW');
    await world.deliver(Array.from({ length: 100 }, (_, index) => unknown(world.now, `n-${index}`, 'mallory')));
    expect(world.told()).toHaveLength(3);
    await world.pass(180);
    expect(world.told()).toContain('n-77');
    expect(world.alerts()).toHaveLength(4);
    const [first, ...later] = world.digested();
    expect(first).toMatchObject({ total: expect.any(Number) });
    const counts = [first, ...later].flatMap((digest) => digest?.rows ?? []);
    const sum = (reason: string) =>
      counts.filter((row) => row.reason === reason).reduce((total, { count }) => total + count, 0);
    expect(sum('outcome-unknown')).toBe(97);
    expect(sum('looked-at')).toBe(96);
  });
});

describe('creations that Lambda could not investigate in time', () => {
  test('are told three times an actor; each is looked at when there is capacity, and what is grave is told then', async () => {
    world.resultOf = () => 'throttled';
    const decoys = Array.from({ length: 400 }, (_, index) => created(world.now, `decoy-${index}`, 'mallory'));
    await world.deliver([...decoys, created(world.now, 'real', 'oscar')]);
    expect(world.told()).toEqual(['decoy-0', 'decoy-1', 'decoy-2', 'real']);
    for (const { message } of world.sender.sent) expect(message.attributes).toMatchObject({ severity: 'UNKNOWN' });
    world.resultOf = ({ namespace }) => (namespace.name === 'decoy-250' ? 'CRITICAL' : 'LOW');
    await world.pass(5);
    // The first run takes a hundred, and another actor's is among them.
    expect(
      world
        .alerts()
        .filter(({ update }) => update)
        .map(({ finding }) => finding.namespace.name),
    ).toContain('real');
    await world.pass(55);
    expect(world.told()).toContain('decoy-250');
    await world.pass(90);
    const rows = world.digested().flatMap((digest) => digest.rows);
    const sum = (reason: string) =>
      rows.filter((row) => row.reason === reason).reduce((total, { count }) => total + count, 0);
    expect(sum('not-investigated') + sum('flood')).toBe(397);
    expect(sum('looked-at')).toBe(396);
  });
});

describe('creations about which limits kept the questions from being asked', () => {
  test('are told three times an actor and ten a cluster; the questions are asked when it can be, and what is grave is told then', async () => {
    world.resultOf = () => 'limited';
    const decoys = Array.from({ length: 400 }, (_, index) => created(world.now, `decoy-${index}`, 'mallory'));
    await world.deliver([...decoys, created(world.now, 'real', 'oscar')]);
    expect(world.told()).toEqual(['decoy-0', 'decoy-1', 'decoy-2', 'real']);
    await world.deliver(
      Array.from({ length: 30 }, (_, index) => created(world.now, `more-${index}`, `actor-${index}`)),
    );
    expect(world.told()).toHaveLength(10);
    for (const { message } of world.sender.sent) expect(message.attributes).toMatchObject({ severity: 'UNKNOWN' });
    world.resultOf = ({ namespace }) => (namespace.name === 'decoy-250' ? 'CRITICAL' : 'LOW');
    await world.pass(5);
    expect(
      world
        .alerts()
        .filter(({ update }) => update)
        .map(({ finding }) => finding.namespace.name),
    ).toContain('real');
    await world.pass(235);
    expect(world.told()).toContain('decoy-250');
    const rows = world.digested().flatMap((digest) => digest.rows);
    const sum = (reason: string) =>
      rows.filter((row) => row.reason === reason).reduce((total, { count }) => total + count, 0);
    expect(sum('limited') + sum('flood')).toBeGreaterThanOrEqual(431 - 10);
    // More rows than a digest has are counted together.
    const others = world.digested().reduce((total, digest) => total + (digest.others?.findings ?? 0), 0);
    expect(sum('looked-at') + others).toBe(431 - 10 - 1);
  });

  test('of an actor that were LOW before do not make a mail each when later looks are limited', async () => {
    world.resultOf = () => 'LOW';
    await world.deliver(Array.from({ length: 40 }, (_, index) => created(world.now, `n-${index}`, 'mallory')));
    const before = world.messages().length;
    world.resultOf = () => 'limited';
    await world.pass(50);
    const updates = world.alerts().filter(({ update }) => update);
    expect(updates).toHaveLength(3);
    expect(world.messages()).toHaveLength(before + 3);
    world.resultOf = () => 'LOW';
    await world.pass(120);
    expect(world.alerts().filter(({ update }) => update)).toHaveLength(6);
  });
});

describe('nothing hides in a digest', () => {
  const events = fc.array(
    fc.record({
      actor: fc.constantFrom('a', 'a', 'b', 'c'),
      what: fc.constantFrom('denied', 'denied', 'created', 'created', 'created', 'unknown'),
      as: fc.option(fc.constantFrom('x', 'y', 'system:admin'), { nil: undefined }),
      result: fc.constantFrom<Result>(
        'LOW',
        'MEDIUM',
        'HIGH',
        'limited',
        'limited',
        'throttled',
        'throttled',
        'throttled',
      ),
      minutes: fc.constantFrom(...new Array<number>(20).fill(0), 7, 31),
    }),
    { minLength: 1, maxLength: 120 },
  );

  test('neither what is HIGH nor the first success after refusals; every finding is reported on its own or counted', async () => {
    await fc.assert(
      fc.asyncProperty(events, async (list) => {
        const results = new Map<string, Result>();
        world = new World();
        world.resultOf = ({ namespace, actor }) => results.get(namespace.name ?? actor.username ?? '') ?? 'LOW';
        const [refused, followed] = [new Set<string>(), new Set<string>()];
        for (const [index, { actor, what, as, result, minutes }] of list.entries()) {
          await world.pass(minutes);
          const name = `n-${index}`;
          results.set(name, result);
          const before = world.sender.sent.length;
          if (what === 'created') await world.deliver([created(world.now, name, actor)]);
          else if (what === 'unknown') await world.deliver([unknown(world.now, name, actor)]);
          else
            await world.deliver([
              denied(world.now, actor, {
                objectRef: { resource: 'namespaces', name },
                ...(as && { impersonatedUser: { username: as } }),
              }),
            ]);
          const isTold = world.sender.sent.length > before;
          if (what === 'created' && result === 'HIGH' && !world.isDeferred(name)) expect(isTold).toBe(true);
          const hour = Math.floor(world.now / 3_600_000);
          if (what === 'denied') refused.add(`${actor} ${hour}`);
          if (what !== 'created') continue;
          // The first success after the refusals of an hour, in it or in the next one.
          const [follows] = [hour, hour - 1]
            .map((each) => `${actor} ${each}`)
            .filter((each) => refused.has(each) && !followed.has(each));
          if (follows === undefined) continue;
          expect(isTold).toBe(true);
          followed.add(follows);
        }
        for (const [name, result] of results)
          if (result === 'throttled' || result === 'limited') results.set(name, 'HIGH');
        await world.pass(400);
        const findings = [...world.table.items.values()].flatMap(({ finding }) => finding ?? []);
        expect(findings).toHaveLength(list.length);
        const told = new Set(world.alerts().map(({ id }) => id));
        for (const { id, outcome, namespace } of findings)
          if (outcome !== 'attempt-denied' && results.get(namespace.name ?? '') === 'HIGH') expect(told).toContain(id);
        const rows = world.digested().flatMap((digest) => digest.rows);
        const firstTime = rows
          .filter(({ reason }) => reason !== 'looked-at')
          .reduce((sum, { count }) => sum + count, 0);
        const byItself = new Set(world.alerts().flatMap(({ id, update }) => (update ? [] : id)));
        expect(firstTime + byItself.size).toBe(findings.length);
        for (const { rows: all } of world.digested())
          expect(all.filter(({ severity }) => severity === 'HIGH' || severity === 'CRITICAL')).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

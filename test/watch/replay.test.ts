import { beforeEach, describe, expect, test } from '@jest/globals';
import { replay } from '../../functions/watch/jobs/replay.ts';
import { creation, line } from '../detect/events.ts';
import { MINUTE, World } from './world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});

let ids = 0;
/** A record in the log group, there to be read some time after. */
function logged(name: string, { at = world.now, lateMinutes = 0 } = {}): void {
  const id = ++ids;
  world.log.push({
    id: String(id).padStart(56, '0'),
    timestamp: at,
    inAt: at + lateMinutes * MINUTE,
    logStream: `kube-apiserver-audit-${id % 3}`,
    message: line(
      creation({
        objectRef: { resource: 'namespaces', name },
        responseObject: { kind: 'Namespace', metadata: { name, uid: `uid-${id}`, resourceVersion: '1' } },
      }),
    ),
  });
}
const pass = async (minutes: number): Promise<void> => {
  for (let left = minutes; left > 0; left -= 5) {
    world.now += 5 * MINUTE;
    await world.run(replay);
  }
};
const filterAgain = () => {
  world.filter = { since: world.now, pattern: '{ json }' };
};

test('where the filter is in order nothing is read', async () => {
  await world.run(replay);
  logged('a');
  await pass(120);
  expect([world.reads, world.found, world.errors]).toEqual([0, [], []]);
});

describe('while the filter is gone', () => {
  test('the log is read in its place: what is made and deleted meanwhile is found within some minutes', async () => {
    await world.run(replay);
    world.filter = undefined;
    await pass(10);
    logged('ephemeral');
    await pass(5);
    expect(world.found).toEqual(['ephemeral']);
    await pass(60);
    expect(world.found).toHaveLength(1);
  });

  test('what came late into the log is found, also where the filter is there again', async () => {
    await world.run(replay);
    world.filter = undefined;
    logged('late', { lateMinutes: 8 });
    await pass(5);
    filterAgain();
    await pass(30);
    expect(world.found).toEqual(['late']);
    const { reads } = world;
    await pass(30);
    expect(world.reads).toBe(reads);
  });
});

test.each([
  ['was made again between two runs', () => filterAgain()],
  [
    'lets something else through',
    () => {
      world.filter = { since: 1, pattern: '{ $.verb = "get" }' };
    },
  ],
])('a filter that %s has delivered nobody knows what: the time since it was seen is read', async (_, change) => {
  await world.run(replay);
  await pass(10);
  logged('a', { at: world.now + MINUTE });
  change();
  await pass(5);
  expect(world.found).toEqual(['a']);
});

test('what was delivered before is not told again', async () => {
  await world.run(replay);
  logged('a');
  const [{ inAt: _, logStream, ...event } = { inAt: 0, logStream: '', id: '', timestamp: 0, message: '' }] = world.log;
  await world.detector.deliver({
    owner: '111122223333',
    logGroup: '/aws/eks/prod/cluster',
    logStream,
    logEvents: [event],
  });
  world.filter = undefined;
  await pass(5);
  expect(world.found).toEqual(['a']);
});

test('a gap of a day is read in slices from its beginning, and goes on where it ended', async () => {
  await world.run(replay);
  const days = Array.from({ length: 24 }, (_, hour) => {
    logged(`h-${hour}`, { at: world.now + hour * 60 * MINUTE });
    return `h-${hour}`;
  });
  world.now += 24 * 60 * MINUTE;
  filterAgain();
  let calls = 0;
  const broken = {
    ...world.clients,
    clusterLog: {
      patterns: world.patterns,
      filters: () => world.filters(),
      events: (cluster: unknown, page: Parameters<World['events']>[1]) =>
        ++calls > 12 ? Promise.reject(new Error('throttled')) : world.events(cluster, page),
    },
  };
  await world.run(replay, broken);
  expect(world.errors).toEqual(['throttled']);
  const before = world.found.length;
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(24);
  world.errors.length = 0;
  const { reads } = world;
  await pass(5);
  expect(world.table.items.size).toBe(24);
  expect(world.found.slice(0, 20)).toEqual(days.slice(0, 20));
  expect(world.reads - reads).toBeLessThan(100);
});

test('a slice that does not end in time is a shorter one in the next run', async () => {
  await world.run(replay);
  world.now += 60 * MINUTE;
  filterAgain();
  const asked: number[] = [];
  const slow = {
    ...world.clients,
    clusterLog: {
      patterns: world.patterns,
      filters: () => world.filters(),
      events: async (_: unknown, { from, to }: Parameters<World['events']>[1]): Promise<never> => {
        asked.push(to - from);
        throw new Error('not done within 90 s');
      },
    },
  };
  for (let run = 0; run < 4; run++) await world.run(replay, slow);
  expect(asked).toEqual([600_000, 150_000, 37_500, 15_000]);
});

describe('canaries that did not arrive', () => {
  test('show a gap, though the filter is in order, as soon as one arrives again', async () => {
    world.canaryAt = world.now;
    await world.run(replay);
    logged('meanwhile', { at: world.now + 20 * MINUTE });
    await pass(60);
    expect(world.found).toEqual([]);
    world.canaryAt = world.now - MINUTE;
    await pass(5);
    expect(world.found).toEqual(['meanwhile']);
    await pass(30);
    const { reads } = world;
    await pass(30);
    expect(world.reads).toBe(reads);
  });

  test('one or two in a row are not a gap', async () => {
    for (let minutes = 0; minutes < 120; minutes += 20) {
      world.canaryAt = world.now;
      await world.run(replay);
      await pass(20);
    }
    expect(world.reads).toBe(0);
  });
});

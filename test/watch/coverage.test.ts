import { beforeEach, describe, expect, test } from '@jest/globals';
import { PROMPT } from '../../functions/contract/digest.ts';
import { coverage } from '../../functions/watch/jobs/coverage.ts';
import { creation, delivery, line } from '../detect/events.ts';
import { CLUSTER, instant, MINUTE, START, World } from './world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});

let uids = 0;
const uid = (): string => `${(++uids % 16).toString(16)}-uid-${uids}`;
/** Exists from then on. */
const made = (name: string, at = world.now) => {
  const namespace = { name, uid: uid(), at };
  world.namespaces.push(namespace);
  return namespace;
};
/** Its record comes to *detect*. */
const recorded = ({ name, uid: of, at }: ReturnType<typeof made>, changes = {}) =>
  world.invoke(
    delivery([
      line(
        creation({
          user: { username: 'alice' },
          objectRef: { resource: 'namespaces', name },
          requestReceivedTimestamp: new Date(at).toISOString().replace('Z', '000Z'),
          responseObject: {
            kind: 'Namespace',
            metadata: { name, uid: of, resourceVersion: '1', creationTimestamp: instant(at) },
          },
          ...changes,
        }),
      ),
    ]),
  );
const pass = async (minutes: number): Promise<void> => {
  for (let left = minutes; left > 0; left -= 5) {
    world.now += 5 * MINUTE;
    await world.run(coverage);
  }
};

describe('the stock', () => {
  test('is taken without a word of what was there before the cluster was watched, and never of anything else', async () => {
    made('kube-system', START - 365 * 24 * 60 * MINUTE);
    made('old', START - MINUTE);
    made('while-it-was-deployed', START + MINUTE);
    world.now = START + 20 * MINUTE;
    await world.run(coverage);
    expect(world.found).toEqual(['while-it-was-deployed']);
    expect([world.problems, world.errors]).toEqual([[], []]);
    await pass(60);
    expect(world.found).toHaveLength(1);
  });

  test('is not taken where nobody knows since when the cluster is watched', async () => {
    made('old', START - MINUTE);
    world.filter = undefined;
    await world.run(coverage);
    expect(world.errors).toEqual([expect.stringContaining('has no subscription filter of ours')]);
    expect(world.stock.items.size).toBeLessThanOrEqual(1);
    world.filter = { since: START, pattern: '{ json }' };
    await world.run(coverage);
    expect(world.found).toEqual([]);
  });

  test('that was emptied alarms, and is not taken again of what came since', async () => {
    made('old', START - MINUTE);
    await world.run(coverage);
    world.now = START + 90 * MINUTE;
    made('hidden', world.now - 20 * MINUTE);
    world.stock.items.clear();
    await world.run(coverage);
    expect(world.problems).toEqual(['stock-lost']);
    expect(world.found).toEqual(['hidden']);
    await pass(30);
    expect(world.problems).toHaveLength(1);
  });

  test('a stock that is partly gone alarms once, and what is not explained any more becomes a finding', async () => {
    const [, second] = [made('a', START - MINUTE), made('b', START - MINUTE), made('c', START - MINUTE)];
    await world.run(coverage);
    for (const { uids: known } of world.stock.items.values()) known.delete(second.uid);
    await pass(20);
    expect(world.problems).toEqual(['stock-lost']);
    expect(world.found).toEqual(['b']);
  });

  test('waits for a cluster out of reach for hours, and does not take that for a loss', async () => {
    made('old', START - MINUTE);
    const clients = world.clients;
    const down = { connect: () => Promise.reject(new Error('unreachable')) };
    await world.run(coverage, { ...clients, kubernetes: down });
    world.now += 5 * 60 * MINUTE;
    await world.run(coverage);
    expect([world.errors, world.problems, world.found]).toEqual([['unreachable'], [], []]);
  });

  test('loses what is deleted, and does not grow with what comes and goes', async () => {
    await world.run(coverage);
    for (let round = 0; round < 5; round++) {
      world.namespaces = [];
      for (let index = 0; index < 20; index++) await recorded(made(`r-${round}-${index}`));
      await pass(5);
    }
    const [{ uids: kept, atLeast } = { uids: new Set(), atLeast: 0 }] = [...world.stock.items.values()];
    expect([kept.size, atLeast]).toEqual([20, 20]);
    expect(world.problems).toEqual([]);
  });

  test('keeps what is not on a list that is not complete', async () => {
    made('a', START - MINUTE);
    await world.run(coverage);
    const all = world.namespaces;
    [world.namespaces, world.complete] = [[], false];
    await pass(5);
    [world.namespaces, world.complete] = [all, true];
    await pass(15);
    expect(world.found).toEqual([]);
    expect(world.errors).toEqual(['the list of namespaces is not complete']);
  });
});

describe('a namespace that no record explains', () => {
  test('becomes a finding within 15 minutes, without a known creator', async () => {
    await world.run(coverage);
    for (let offset = 1; offset <= 5; offset++) {
      world = new World();
      await world.run(coverage);
      const { uid: of } = made('silent', world.now + offset * MINUTE);
      await pass(10);
      const since = (): number => world.now - (START + offset * MINUTE);
      while (world.found.length === 0) await pass(5);
      expect(since()).toBeLessThanOrEqual(14 * MINUTE);
      expect(world.investigated).toMatchObject([
        {
          outcome: 'created',
          cluster: CLUSTER,
          actor: { kind: 'unknown' },
          namespace: { name: 'silent', uid: of },
          source: { kind: 'coverage' },
        },
      ]);
      await pass(60);
      expect(world.found).toHaveLength(1);
    }
  });

  test('whose record comes in time is none', async () => {
    await world.run(coverage);
    const namespace = made('a');
    await pass(5);
    await recorded(namespace);
    await pass(60);
    expect(world.investigated).toMatchObject([{ source: { kind: 'audit-log' } }]);
  });

  test('whose record comes late has two findings: the second one says who made it', async () => {
    await world.run(coverage);
    const namespace = made('a');
    await pass(15);
    await recorded(namespace);
    expect(world.investigated.map(({ source, actor }) => [source.kind, actor.username])).toEqual([
      ['coverage', undefined],
      ['audit-log', 'alice'],
    ]);
    expect(world.investigated[1]?.source).not.toHaveProperty('contradicts');
  });

  test('with an instant of creation in the future is not waited for', async () => {
    await world.run(coverage);
    made('a', world.now + 60 * MINUTE);
    await pass(5);
    expect(world.found).toEqual(['a']);
  });

  test('among ten thousand is found, and ten thousand of them are taken up in parts, all of them written down', async () => {
    for (let index = 0; index < 10_000; index++) made(`old-${index}`, START - MINUTE);
    await world.run(coverage);
    made('needle');
    await pass(10);
    expect(world.found).toEqual(['needle']);
    for (let index = 0; index < 5_000; index++) made(`new-${index}`);
    world.now += 10 * MINUTE;
    await expect(world.run(coverage)).resolves.toMatchObject({ unexplained: 1_999, more: true });
    await pass(25);
    expect(world.table.items.size).toBe(5_001);
    expect(world.found.length).toBeLessThanOrEqual(PROMPT.actor + 1);
  });
});

describe('a record that took the place of a real creation', () => {
  const forged: [string, (at: number) => object][] = [
    [
      'another name',
      (at) => ({ metadata: { name: 'harmless', resourceVersion: '1', creationTimestamp: instant(at) } }),
    ],
    ['another instant', () => ({ metadata: { resourceVersion: '1', creationTimestamp: instant(START - MINUTE) } })],
  ];
  test.each(forged)('is noticed by the live object: %s', async (_, changes) => {
    await world.run(coverage);
    const namespace = made('evil');
    const { metadata } = changes(namespace.at) as { metadata: object };
    await recorded(namespace, {
      responseObject: { kind: 'Namespace', metadata: { name: 'evil', uid: namespace.uid, ...metadata } },
      ...('name' in metadata && { objectRef: { resource: 'namespaces', name: 'harmless' } }),
    });
    await pass(5);
    const [first, second] = world.investigated;
    expect(second).toMatchObject({ namespace: { name: 'evil' }, source: { kind: 'coverage', contradicts: first?.id } });
    await pass(60);
    expect(world.investigated).toHaveLength(2);
  });

  test('is noticed by the instant of its request, where it holds no object that says one', async () => {
    await world.run(coverage);
    const namespace = made('evil');
    await recorded(namespace, {
      requestReceivedTimestamp: '2026-11-20T00:00:00.000000Z',
      responseObject: { kind: 'Namespace', metadata: { uid: namespace.uid, resourceVersion: '1' } },
    });
    await pass(5);
    expect(world.investigated.at(-1)?.source).toMatchObject({ kind: 'coverage' });
  });

  test('is not seen in a creation that a webhook held up for a minute', async () => {
    await world.run(coverage);
    const namespace = made('slow');
    await recorded(namespace, {
      requestReceivedTimestamp: new Date(namespace.at - MINUTE).toISOString().replace('Z', '000Z'),
    });
    await pass(60);
    expect(world.investigated).toHaveLength(1);
  });
});

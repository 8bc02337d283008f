import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { PROMPT } from '../../functions/contract/digest.ts';
import { jsonBytes } from '../../functions/contract/sizes.ts';
import { creation, delivery, line, packed, refusal } from './events.ts';
import { denied, namespace, setup } from './neighbours.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

class Denied extends Error {
  override name = 'AccessDeniedException';
}

describe('a delivery', () => {
  test('creations are handed over with the cluster that they belong to', async () => {
    const { send, started } = setup();
    await expect(
      send(delivery([namespace('a'), line({ ...creation(), verb: 'update' }), namespace('b')])),
    ).resolves.toEqual({
      records: 3,
      nothing: 1,
      rejected: 0,
      handedOver: 2,
      recorded: 0,
      digested: 0,
      deleted: 0,
      duplicates: 0,
      canaries: 0,
      notConfigured: 0,
      failed: 0,
    });
    expect(started.map(({ finding }) => finding.namespace.name)).toEqual(['a', 'b']);
    expect(started[0]?.finding).toMatchObject({
      cluster: { name: 'prod', region: 'eu-central-1', account: '111122223333' },
      source: { kind: 'audit-log', logGroup: '/aws/eks/prod/cluster', logStream: expect.stringContaining('audit') },
    });
  });

  test('a control message is answered with nothing', async () => {
    const { send, started, kept } = setup();
    await expect(send(packed({ messageType: 'CONTROL_MESSAGE' }))).resolves.toMatchObject({ records: 0 });
    expect([...started, ...kept]).toEqual([]);
  });

  test('a bad record is kept with reason and origin, and the others go on', async () => {
    const { send, started, kept } = setup();
    const event = delivery([namespace('a'), 'I1123 not an event', namespace('b')]);
    await expect(send(event)).resolves.toMatchObject({ handedOver: 2, rejected: 1 });
    expect(started).toHaveLength(2);
    expect(kept).toEqual([
      {
        reason: 'not JSON',
        record: 'I1123 not an event',
        bytes: 18,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        logGroup: '/aws/eks/prod/cluster',
        logStream: expect.stringContaining('audit'),
        eventId: expect.stringMatching(/^\d{56}$/),
      },
    ]);
  });

  test.each([
    ['no subscription payload', { hello: 'world' }],
    ['broken gzip', { awslogs: { data: 'AAAA' } }],
    ['undefined', undefined],
    ['a gzip bomb', { awslogs: { data: gzipSync(Buffer.alloc(65 * 1024 * 1024)).toString('base64') } }],
  ])('a payload that cannot be read is kept: %s', async (_, event) => {
    const { send, kept } = setup();
    await expect(send(event)).resolves.toMatchObject({ rejected: 1 });
    expect(kept).toEqual([expect.objectContaining({ reason: expect.stringMatching(/payload/) })]);
  });

  test('a rejected record is cut to what a queue takes', async () => {
    const { send, kept } = setup();
    await send(delivery([randomBytes(900_000).toString('latin1')]));
    expect(jsonBytes(kept[0])).toBeLessThanOrEqual(1_048_576);
    expect(kept[0]?.bytes).toBeGreaterThan(900_000);
  });

  test('256 KiB of control characters leave a finding that an asynchronous invocation takes', async () => {
    const { send, started } = setup();
    const metadata = { name: 'a', uid: 'u', resourceVersion: '1', annotations: { a: '\u0001'.repeat(256 * 1024) } };
    await send(
      delivery([line(creation({ requestObject: { metadata }, responseObject: { kind: 'Namespace', metadata } }))]),
    );
    expect(jsonBytes(started[0])).toBeLessThan(65 * 1024);
  });

  test('creations are handed over before a long line is looked at, wherever it stands', async () => {
    const { send, investigator, rejected } = setup();
    const order: string[] = [];
    investigator.start.mockImplementation(async ({ finding }) => void order.push(finding.namespace.name ?? ''));
    rejected.keep.mockImplementation(async ({ bytes }) => void order.push(String(bytes)));
    const poison = 'A'.repeat(200_000);
    const summary = send(delivery([poison, namespace('first'), poison, namespace('second')]));
    await expect(summary).resolves.toMatchObject({ records: 4, handedOver: 2, rejected: 2 });
    expect(order).toEqual(['first', 'second', '200000', '200000']);
  });

  test('a burst of a thousand is handled in one invocation: the first ones are investigated at once, all are written down', async () => {
    const { send, started, table, digests, clock } = setup();
    const burst = delivery(Array.from({ length: 1_000 }, (_, i) => namespace(`n-${i}`)));
    await expect(send(burst)).resolves.toMatchObject({ handedOver: PROMPT.actor, digested: 1_000 - PROMPT.actor });
    expect(new Set(started.map(({ finding }) => finding.id)).size).toBe(PROMPT.actor);
    expect(table.items.size).toBe(1_000);
    await expect(send(burst)).resolves.toMatchObject({ duplicates: 1_000 });
    expect(await table.due('deferred', 10_000)).toHaveLength(1_000 - PROMPT.actor);
    clock.now += 2 * 3_600_000;
    const [digest] = await Promise.all((await digests.due(9)).map(({ id }) => digests.read(id)));
    expect(digest).toMatchObject({ total: 1_000 - PROMPT.actor, rows: [{ reason: 'flood' }] });
  });
});

describe('what alerts', () => {
  test('already-exists is recorded only', async () => {
    const { send, started, table } = setup();
    await expect(send(delivery([line(refusal(409))]))).resolves.toMatchObject({ recorded: 1, handedOver: 0 });
    expect(started).toEqual([]);
    expect([...table.items.values()]).toMatchObject([{ state: 'recorded', finding: { outcome: 'already-exists' } }]);
  });

  test('refused attempts of a kind speak once an actor and hour, and are all recorded', async () => {
    const { send, started, table } = setup();
    await send(
      delivery([
        denied('2026-11-23T07:02:51.000001Z'),
        denied('2026-11-23T07:59:59.999999Z'),
        denied('2026-11-23T08:00:00.000000Z'),
        denied('2026-11-23T07:10:00.000000Z', 'oscar'),
        line(refusal(422, { user: { username: 'oscar' }, requestReceivedTimestamp: '2026-11-23T07:11:00.000000Z' })),
      ]),
    );
    expect(started.map(({ finding }) => [finding.actor.username, finding.request.at?.slice(0, 13)])).toEqual([
      ['mallory', '2026-11-23T07'],
      ['mallory', '2026-11-23T08'],
      ['oscar', '2026-11-23T07'],
      ['oscar', '2026-11-23T07'],
    ]);
    expect(table.items.size).toBe(5);
  });

  test('the sessions of a role are one actor; the same name in another cluster is another', async () => {
    const { send, started } = setup();
    const by = (sessionName: string) =>
      line(
        refusal(403, {
          requestReceivedTimestamp: `2026-11-23T07:02:51.00000${sessionName.length}Z`,
          user: {
            username: `x/${sessionName}`,
            extra: { canonicalArn: ['arn:aws:iam::111122223333:role/CI'], sessionName: [sessionName] },
          },
        }),
      );
    await send(delivery([by('a'), by('bb'), by('ccc')]));
    await send(delivery([by('a')], { logGroup: '/aws/eks/staging/cluster' }));
    expect(started.map(({ finding }) => finding.cluster.name)).toEqual(['prod', 'staging']);
  });
});

describe('delivered again', () => {
  test('nothing is started twice, within a payload or across', async () => {
    const { send, started } = setup();
    const event = delivery([namespace('a'), namespace('a'), denied('2026-11-23T07:02:51.000001Z')]);
    await send(event);
    await expect(send(event)).resolves.toMatchObject({ handedOver: 0, duplicates: 3 });
    expect(started).toHaveLength(2);
  });

  test('in any split and order, the findings are the same', async () => {
    const lines = [
      ...Array.from({ length: 6 }, (_, i) => namespace(`n-${i}`)),
      line(refusal(409)),
      line(refusal(500)),
      'junk',
    ];
    const all = setup();
    await all.send(delivery(lines));
    const expected = [...all.table.items.keys()].sort();
    const ids = new Map(lines.map((text, i) => [text, String(i).padStart(56, '0')]));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.subarray(lines), { minLength: 1, maxLength: 5 }).map((parts) => [...parts, lines]),
        fc.infiniteStream(fc.nat()),
        async (parts, random) => {
          const { send, started, table } = setup();
          for (const part of parts) {
            const order = part.map((text) => ({ text, key: random.next().value })).sort((a, b) => a.key - b.key);
            const logEvents = order.map(({ text }) => ({ id: ids.get(text), timestamp: 1, message: text }));
            await send(delivery([], { logEvents }));
          }
          const created = started.map(({ finding }) => finding.namespace.name).sort();
          expect(new Set(created).size).toBe(created.length);
          expect([...table.items.values()].filter(({ state }) => state === 'handed-over')).toHaveLength(7);
          expect(table.items.size).toBe(expected.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('failures', () => {
  test.each([
    ['throttled', Object.assign(new Error('Rate exceeded'), { name: 'TooManyRequestsException' })],
    ['denied', new Denied('not authorized to perform: lambda:InvokeFunction')],
    ['down', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })],
  ])(
    'the invocation of investigate is %s: the delivery fails, and its retry hands over what is left',
    async (_, error) => {
      const { send, started, investigator } = setup();
      investigator.start.mockImplementationOnce(() => Promise.reject(error));
      const event = delivery([namespace('a'), namespace('b'), namespace('c')]);
      await expect(send(event)).rejects.toThrow('1 of 3 records were not handled');
      expect(started).toHaveLength(2);
      await expect(send(event)).resolves.toMatchObject({ handedOver: 1, duplicates: 2 });
      expect(started.map(({ finding }) => finding.namespace.name).sort()).toEqual(['a', 'b', 'c']);
    },
  );

  test.each(['claim', 'recordForDigest', 'isSingle', 'add', 'counted'] as const)(
    'the table fails at %s: the retry makes up for it',
    async (method) => {
      const { send, started, table, digests, clock } = setup();
      const fails = () => Promise.reject(new Denied('denied'));
      if (method === 'isSingle' || method === 'add') jest.spyOn(digests, method).mockImplementationOnce(fails);
      else jest.spyOn(table, method).mockImplementationOnce(fails);
      const event = delivery([
        namespace('a'),
        denied('2026-11-23T07:00:00.000001Z'),
        denied('2026-11-23T07:00:00.000002Z'),
      ]);
      await expect(send(event)).rejects.toThrow('1 of 3 records');
      clock.now += 60_000;
      await send(event);
      expect(started.map(({ finding }) => finding.outcome).sort()).toEqual(['attempt-denied', 'created']);
      expect(table.items.size).toBe(3);
      clock.now += 2 * 3_600_000;
      const [digest] = await Promise.all((await digests.due(9)).map(({ id }) => digests.read(id)));
      // Where the process dies after the count and before that was written down, the finding counts twice.
      expect(digest?.total).toBe(method === 'counted' ? 2 : 1);
    },
  );

  test('the queue for rejected records fails: the findings go on, the retry keeps the record', async () => {
    const { send, started, kept, rejected } = setup();
    rejected.keep.mockRejectedValueOnce(new Denied('denied') as never);
    const event = delivery(['junk', namespace('a')]);
    await expect(send(event)).rejects.toThrow('1 of 2 records');
    expect(started).toHaveLength(1);
    await send(event);
    expect([started.length, kept.length]).toEqual([1, 1]);
  });

  test('a crash between claim and invoke: held at first, taken up by the next retry', async () => {
    const { send, started, table, clock, investigator } = setup();
    // The process dies: neither is the claim given back, nor does the invocation happen.
    investigator.start.mockImplementationOnce(() => Promise.reject(new Error('SIGKILL')));
    jest.spyOn(table, 'releaseClaim').mockResolvedValueOnce(undefined);
    const event = delivery([namespace('a')]);
    await expect(send(event)).rejects.toThrow();
    clock.now += 10_000;
    await expect(send(event)).rejects.toThrow('1 of 1 records');
    expect(started).toEqual([]);
    clock.now += 50_000;
    await send(event);
    expect(started).toHaveLength(1);
  });

  test('a claim held by another delivery is waited for a moment: a line that two filters deliver is not an error', async () => {
    const { send, started, table } = setup([10, 200]);
    const claim = table.claim.bind(table);
    jest.spyOn(table, 'claim').mockResolvedValueOnce({ state: 'held', until: 0 }).mockImplementation(claim);
    await expect(send(delivery([namespace('a')]))).resolves.toMatchObject({ handedOver: 1, failed: 0 });
    expect(started).toHaveLength(1);
  });

  test('invoked, but the table could not write it down: the delivery is done, and nobody starts it twice within the lease', async () => {
    const { send, started, table } = setup();
    jest.spyOn(table, 'handedOver').mockRejectedValueOnce(new Denied('denied'));
    const event = delivery([namespace('a')]);
    await send(event);
    await expect(send(event)).rejects.toThrow();
    expect(started).toHaveLength(1);
  });
});

/** What records say of a namespace together: many by one actor, two of one creation, its deletion. */
import { describe, expect, test } from '@jest/globals';
import type { LocalFindingsTable } from '../../functions/clients/local/findings-table.ts';
import { PROMPT } from '../../functions/contract/digest.ts';
import { jsonBytes } from '../../functions/contract/sizes.ts';
import { MAX_DELETION_BYTES } from '../../functions/contract/vocabulary.ts';
import { creation, delivery, line } from './events.ts';
import { denied, namespace, setup } from './neighbours.ts';

describe('of a burst by one actor', () => {
  test('what pretends to be the platform is investigated at once all the same, and so is another actor', async () => {
    const { send, started } = setup();
    await send(delivery(Array.from({ length: 500 }, (_, i) => namespace(`n-${i}`))));
    const user = { username: 'oscar' };
    await send(delivery([namespace('kube-systern'), namespace('of-oscar', { user }), namespace('n-501')]));
    expect(started.slice(PROMPT.actor).map(({ finding }) => finding.namespace.name)).toEqual([
      'kube-systern',
      'of-oscar',
    ]);
  });

  test('the first success that follows refusals is investigated at once', async () => {
    const { send, started } = setup();
    const user = { username: 'mallory' };
    await send(delivery(Array.from({ length: 50 }, (_, i) => namespace(`n-${i}`, { user }))));
    const now = new Date().toISOString().replace('Z', '000Z');
    await send(delivery([denied(now), namespace('at-last', { user, requestReceivedTimestamp: now })]));
    expect(started.at(-1)?.finding.namespace.name).toBe('at-last');
  });
});

describe('two records of one creation', () => {
  const forged = { user: { username: 'system:serviceaccount:flux-system:kustomize-controller' }, auditID: 'forged' };

  test.each([
    ['the forged one came first', [forged, {}]],
    ['the forged one came last', [{}, forged]],
  ])('that contradict each other are both reported, and the second names the first: %s', async (_, [first, second]) => {
    const { send, started, table } = setup();
    await send(delivery([namespace('a', first)]));
    await expect(send(delivery([namespace('a', second)]))).resolves.toMatchObject({ handedOver: 1 });
    await expect(send(delivery([namespace('a', second)]))).resolves.toMatchObject({ duplicates: 1 });
    const [one, other] = started.map(({ finding }) => finding);
    expect(other?.id).not.toBe(one?.id);
    expect(other?.source.contradicts).toBe(one?.id);
    expect(other?.actor.username).not.toBe(one?.actor.username);
    expect(table.items.size).toBe(2);
  });

  test('are noticed among many of one actor, too', async () => {
    const { send, table } = setup();
    const flood = Array.from({ length: 50 }, (_, i) => namespace(`n-${i}`, forged));
    await send(delivery(flood));
    await send(delivery([namespace('n-49')]));
    const findings = [...table.items.values()].map(({ finding }) => finding);
    expect(findings.filter((finding) => finding?.source.contradicts)).toHaveLength(1);
  });

  test('the first from coverage, without a record: the record has a finding of its own, which contradicts nothing', async () => {
    const { send, started, table } = setup();
    await send(delivery([namespace('a')]));
    const [item] = [...table.items.values()];
    if (item?.finding)
      item.finding = { ...item.finding, actor: { kind: 'unknown' }, request: {}, source: { kind: 'coverage' } };
    await send(delivery([namespace('a')]));
    expect(started).toHaveLength(2);
    expect(started[1]?.finding.source).not.toHaveProperty('contradicts');
  });
});

describe('the deletion of a namespace', () => {
  const deletion = (name: string, changes = {}) =>
    line(
      creation({
        verb: 'delete',
        requestURI: `/api/v1/namespaces/${name}`,
        user: { username: 'mallory' },
        objectRef: { resource: 'namespaces', namespace: name, name, apiVersion: 'v1' },
        responseStatus: { metadata: {}, code: 200 },
        requestObject: { kind: 'DeleteOptions', apiVersion: 'v1' },
        responseObject: { kind: 'Namespace', metadata: { name, uid: `uid-of-${name}`, resourceVersion: '9' } },
        requestReceivedTimestamp: '2026-11-23T07:40:00.000000Z',
        ...changes,
      }),
    );
  const deletedOf = (table: LocalFindingsTable) => [...table.items.values()].map(({ deleted }) => deleted);

  test('is written down with its finding, also where both come at once, and begins nothing', async () => {
    const { send, started, table } = setup();
    await expect(send(delivery([deletion('a'), namespace('a'), namespace('b')]))).resolves.toMatchObject({
      deleted: 1,
    });
    expect(deletedOf(table)).toMatchObject([
      { actor: { username: 'mallory' }, at: '2026-11-23T07:40:00.000000Z' },
      ...[undefined],
    ]);
    expect(started).toHaveLength(2);
  });

  test('of one that was never a finding is nothing', async () => {
    const { send, table } = setup();
    await expect(send(delivery([deletion('a')]))).resolves.toMatchObject({ deleted: 0, nothing: 1 });
    expect(table.items.size).toBe(0);
  });

  test.each([
    ['a dry run, by its query', { requestURI: '/api/v1/namespaces/a?dryRun=All' }],
    ['a dry run, by its body', { requestObject: { kind: 'DeleteOptions', dryRun: ['All'] } }],
    ['a refusal', { responseStatus: { metadata: {}, code: 403 } }],
    ['of something in it', { objectRef: { resource: 'pods', namespace: 'a', name: 'b' } }],
    ['of its finalizers', { objectRef: { resource: 'namespaces', name: 'a', subresource: 'finalize' } }],
    ['of another namespace of that name', { responseObject: { kind: 'Namespace', metadata: { uid: 'other' } } }],
  ])('is none that was not done: %s', async (_, changes) => {
    const { send, table } = setup();
    await send(delivery([namespace('a')]));
    await send(delivery([deletion('a', changes)]));
    expect(deletedOf(table)).toEqual([undefined]);
  });

  test('that ended at once is known by the answer that names it', async () => {
    const { send, table } = setup();
    await send(delivery([namespace('a')]));
    const status = { kind: 'Status', metadata: {}, status: 'Success', details: { name: 'a', uid: 'uid-of-a' } };
    await send(delivery([deletion('a', { responseObject: status })]));
    expect(deletedOf(table)).toMatchObject([{ actor: { username: 'mallory' } }]);
  });

  test('with a user name of 200 KB leaves an item that DynamoDB takes', async () => {
    const { send, table } = setup();
    await send(delivery([namespace('a')]));
    await send(delivery([deletion('a', { user: { username: 'x'.repeat(200_000) } })]));
    expect(jsonBytes(deletedOf(table)[0])).toBeLessThanOrEqual(MAX_DELETION_BYTES);
  });
});

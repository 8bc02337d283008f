import { expect, test } from '@jest/globals';
import { Folder } from '../../functions/contain/framework/folder.ts';
import { checkSnapshot } from '../../functions/contain/release/check-snapshot.ts';
import type { Snapshot } from '../../functions/contain/snapshot/snapshot.ts';
import { MemoryCluster } from './memory-cluster.ts';
import { AT, NAMESPACE, namespaceObjects, Room, UID } from './room.ts';

const target = { cluster: { name: 'prod' }, namespace: NAMESPACE, uid: UID };
const part = (name: string): Snapshot => ({
  schemaVersion: 1,
  target,
  takenAt: '2026-11-26T09:00:00Z',
  execution: name,
  namespace: { metadata: {} },
  objects: [],
  bindings: [],
  secretNames: [],
  notRead: [{ kind: `${name}s`, reason: 'Forbidden' }],
  podIdentity: [{ associationId: name, serviceAccount: name, roleArn: `arn:aws:iam::111122223333:role/${name}` }],
});

async function kept(): Promise<Room> {
  const room = new Room(new MemoryCluster(namespaceObjects()));
  const folder = new Folder(room.store, target, 'run-0');
  for (const name of ['first', 'later'])
    await folder.addSnapshot(part(name), (...noted) => room.hashes.note('snapshot', ...noted));
  return room;
}

test('takes the lease over from an execution that has ended, and from no other', async () => {
  const room = await kept();
  room.leases.set(UID, { execution: 'execution:aborted', until: AT + 1 });
  const { result } = await room.run(checkSnapshot, { mode: 'release' });
  expect([result.status, result.summary]).toEqual(['refused', expect.stringContaining('execution:aborted')]);
  room.ended.add('execution:aborted');
  expect((await room.run(checkSnapshot, { mode: 'release' })).result.status).toBe('done');
  expect(room.leases.get(UID)?.execution).toBe('execution:run-1');
});

test('tells what no release restores, of all snapshots', async () => {
  const { record } = await (await kept()).run(checkSnapshot, { mode: 'plan' });
  const texts = record.proposals.map(({ text }) => text).join('\n');
  for (const name of ['first', 'later']) {
    expect(texts).toContain(`The account ${name} had an IAM role by Pod Identity`);
    expect(texts).toContain(`${name}s could not be read`);
  }
});

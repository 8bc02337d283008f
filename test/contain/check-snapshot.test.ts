import { expect, test } from '@jest/globals';
import { checkSnapshot } from '../../functions/contain/release/check-snapshot.ts';
import type { Snapshot } from '../../functions/contain/snapshot/snapshot.ts';
import { NOW, namespaceObjects, Stage, TARGET, UID } from './stage.ts';

const part = (name: string): Snapshot => ({
  schemaVersion: 1,
  target: TARGET,
  takenAt: '2026-11-26T09:00:00Z',
  execution: name,
  namespace: { metadata: {} },
  objects: [],
  bindings: [],
  secretNames: [],
  notRead: [{ kind: `${name}s`, reason: 'Forbidden' }],
  podIdentity: [{ associationId: name, serviceAccount: name, roleArn: `arn:aws:iam::111122223333:role/${name}` }],
});

async function kept(): Promise<Stage> {
  const stage = new Stage(namespaceObjects());
  const folder = stage.folder('run-0');
  for (const name of ['first', 'later'])
    await folder.addSnapshot(part(name), (...noted) => stage.hashes.note('snapshot', ...noted));
  return stage;
}

test('takes the lease over from an execution that has ended, and from no other', async () => {
  const stage = await kept();
  stage.leases.set(UID, { execution: 'execution:aborted', until: NOW + 1 });
  const result = await stage.run(checkSnapshot, { mode: 'release' });
  expect([result.status, result.summary]).toEqual(['refused', expect.stringContaining('execution:aborted')]);
  stage.ended.add('execution:aborted');
  expect((await stage.run(checkSnapshot, { mode: 'release' })).status).toBe('done');
  expect(stage.leases.get(UID)?.execution).toBe('execution:run-1');
});

test('tells what no release restores, of all snapshots', async () => {
  const record = await (await kept()).recordOf(checkSnapshot, { mode: 'plan' });
  const texts = record.proposals.map(({ text }) => text).join('\n');
  for (const name of ['first', 'later']) {
    expect(texts).toContain(`The account ${name} had an IAM role by Pod Identity`);
    expect(texts).toContain(`${name}s could not be read`);
  }
});

import { expect, test } from '@jest/globals';
import { ClusterReader } from '../../functions/contain/proofs/cluster-reader.ts';
import { Stage, someRecord } from './stage.ts';

test('a verification by itself finds what the last run wrote down, and its own first', async () => {
  const stage = new Stage();
  const record = (name: string) => new ClusterReader(stage.context({ name })).record('cutIdentity');
  const write = async (name: string, finishedAt: string) => {
    const body = JSON.stringify(someRecord('cutIdentity', finishedAt));
    await stage.context({ name }).folder.add('steps/cutIdentity.json', body, 'application/json');
  };
  expect(await record('verify')).toBeUndefined();
  await write('run-b', '2026-11-24T03:00:00.000Z');
  await write('run-a', '2026-11-24T05:00:00.000Z');
  await stage.context({ name: 'run-c' }).folder.add('evidence/steps/cutIdentity.json.gz', 'no record', 'text/plain');
  expect(await record('verify')).toMatchObject({ finishedAt: '2026-11-24T05:00:00.000Z' });
  expect(await record('run-b')).toMatchObject({ finishedAt: '2026-11-24T03:00:00.000Z' });
});

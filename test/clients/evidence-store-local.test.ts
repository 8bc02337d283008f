import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { LocalEvidenceStore } from '../../functions/clients/local/evidence-store.ts';
import { evidenceStoreContract } from './evidence-store.contract.ts';

let root: string;
let counter = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'evidence-'));
});
afterAll(() => rm(root, { recursive: true }));
const directory = () => join(root, String(++counter));

evidenceStoreContract(async () => new LocalEvidenceStore(directory()));

test('only its owner may read it', async () => {
  const folder = directory();
  const store = new LocalEvidenceStore(folder);
  await store.put('a/b', 'x');
  await store.putFirst('a/c', 'x');
  const modes = ['', 'a', 'a/b', 'a/c'].map(async (name) =>
    ((await stat(join(folder, name))).mode & 0o777).toString(8),
  );
  await expect(Promise.all(modes)).resolves.toEqual(['700', '700', '600', '600']);
  expect(store.place('a/b')).toBe(join(folder, 'a/b'));
});

test.each(['', '/', '/etc/x', '../x', 'a/../../x', 'a/..', 'a//b', 'a/', './a', 'a/.b', 'a\\..\\b', 'a\0'])(
  'the key %j leaves nothing behind',
  async (key) => {
    const folder = directory();
    const store = new LocalEvidenceStore(folder);
    await expect(store.put(key, 'x')).rejects.toThrow('no key of the evidence store');
    await expect(store.putFirst(key, 'x')).rejects.toThrow('no key of the evidence store');
    await expect(store.get(key)).rejects.toThrow('no key of the evidence store');
    await expect(readdir(folder)).rejects.toThrow('ENOENT');
  },
);

test('what a killed process had not finished is neither listed nor in the way', async () => {
  const folder = directory();
  await mkdir(join(folder, 'uid'), { recursive: true });
  await writeFile(join(folder, 'uid', '.9b2f'), 'half of it');
  const store = new LocalEvidenceStore(folder);
  await expect(store.list('uid/')).resolves.toEqual([]);
  await expect(store.putFirst('uid/snapshot', 'whole')).resolves.toBe(true);
  await expect(store.list('uid/')).resolves.toEqual(['uid/snapshot']);
});

test('a failed write leaves nothing behind', async () => {
  const folder = directory();
  const store = new LocalEvidenceStore(folder);
  await store.put('a/b/c', 'x');
  await expect(store.put('a/b', 'x')).rejects.toThrow();
  const { stdout } = await promisify(execFile)('find', [folder, '-type', 'f']);
  expect(stdout.trim()).toBe(join(folder, 'a/b/c'));
});

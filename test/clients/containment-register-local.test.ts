import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LocalContainmentRegister } from '../../functions/clients/local/containment-register.ts';
import { containmentRegisterContract, someQuestion } from './containment-register.contract.ts';

let root: string;
let counter = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'register-'));
});
afterAll(() => rm(root, { recursive: true }));
const directory = () => join(root, String(++counter));

describe('in memory', () => containmentRegisterContract(() => new LocalContainmentRegister()));
describe('with lease files', () => containmentRegisterContract(() => new LocalContainmentRegister(directory())));

const [NOW, LATER] = [1_000, 61_000];
const UID = '6f1c8d2e-0a55-4c1f-9b7e-3d2a1f0c9e11';

/** The pid of a process that has been killed. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
  child.kill('SIGKILL');
  await once(child, 'exit');
  return child.pid ?? 0;
}

/** As another process left it. */
async function heldBy(folder: string, changes: { pid?: number; host?: string }): Promise<void> {
  await new LocalContainmentRegister(folder).lease(UID, 'theirs', LATER, NOW);
  const [name = ''] = await readdir(folder);
  const holder = JSON.parse(await readFile(join(folder, name), 'utf8'));
  await writeFile(join(folder, name), JSON.stringify({ ...holder, ...changes }));
}

test.each([
  ['a dead process of this computer: free', async () => ({ pid: await deadPid() }), undefined],
  ['a living process of this computer: held', async () => ({ pid: process.ppid }), 'theirs'],
  [
    'a process of another computer, about which we know nothing: held',
    async () => ({ pid: await deadPid(), host: `not-${hostname()}` }),
    'theirs',
  ],
])('the lease of %s', async (_, changes, holder) => {
  const folder = directory();
  await heldBy(folder, await changes());
  const other = await new LocalContainmentRegister(folder).lease(UID, 'ours', LATER, NOW);
  expect(other?.execution).toBe(holder);
});

test('of many processes that find a dead holder one takes over', async () => {
  const folder = directory();
  await heldBy(folder, { pid: await deadPid() });
  const takers = Array.from({ length: 8 }, (_, index) =>
    new LocalContainmentRegister(folder).lease(UID, `taker-${index}`, LATER, NOW),
  );
  expect((await Promise.all(takers)).filter((other) => other === undefined)).toHaveLength(1);
});

test('one file is left of a lease, for its owner only, and none of what was being written', async () => {
  const folder = directory();
  const register = new LocalContainmentRegister(folder);
  for (const until of [LATER, LATER + 1, LATER + 2]) await register.lease(UID, 'a', until, NOW);
  await register.giveBack(UID, 'a');
  await writeFile(join(folder, '.half'), '{');
  await writeFile(join(folder, `lease-${UID}.swp`), '{');
  await expect(register.lease(UID, 'b', LATER, NOW)).resolves.toBeUndefined();
  expect((await readdir(folder)).sort()).toEqual(['.half', `lease-${UID}.4`, `lease-${UID}.swp`]);
  expect((await stat(join(folder, `lease-${UID}.4`))).mode & 0o777).toBe(0o600);
});

test('a lease file that cannot be read is an error that names it, not a free lease', async () => {
  const folder = directory();
  const register = new LocalContainmentRegister(folder);
  await register.lease(UID, 'a', LATER, NOW);
  await writeFile(join(folder, `lease-${UID}.1`), '{');
  await expect(register.lease(UID, 'b', LATER, NOW)).rejects.toThrow(`lease-${UID}.1 cannot be read`);
});

test.each(['../x', 'a/b', '', 'a.1'])('%j is not a UID', async (uid) => {
  await expect(new LocalContainmentRegister(directory()).lease(uid, 'a', LATER, NOW)).rejects.toThrow('no UID');
});

test('what the register hands out is not a way into it', async () => {
  const register = new LocalContainmentRegister();
  const open = someQuestion();
  await register.ask(open);
  const kept = await register.question(open.question.id);
  if (kept) kept.answeredBy = 'me';
  await expect(register.answer(open.question.id, 'another')).resolves.toBe(true);
});

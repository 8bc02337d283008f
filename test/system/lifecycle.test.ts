import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { binaries } from '../../tools/twin/binaries.ts';
import { startCluster } from '../../tools/twin/cluster.ts';
import { finish, run } from '../../tools/twin/commands.ts';
import { kubeRequest } from '../../tools/twin/kube.ts';
import { python } from '../../tools/twin/python.ts';
import { startTwin, type Twin } from '../../tools/twin/twin.ts';
import { BRING_UP_MS, progress } from './bring-up.ts';

beforeAll(async () => {
  const report = progress();
  await python(report);
  await binaries(report);
}, BRING_UP_MS);

/** Every process by id, with its parent and command line. */
async function processes(): Promise<Map<number, { parent: number; command: string }>> {
  const text = await run('ps', ['-eo', 'pid=,ppid=,args=']);
  const rows = text.split('\n').flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid && parent ? [[Number(pid), { parent: Number(parent), command: command ?? '' }] as const] : [];
  });
  return new Map(rows);
}

/** The processes that descend from one, itself not counted. */
async function descendants(pid: number): Promise<number[]> {
  const all = await processes();
  const found = new Set([pid]);
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const [id, { parent }] of all) if (found.has(parent)) found.add(id);
  }
  found.delete(pid);
  return [...found];
}

/** Waits until none of the processes runs any more; gives back those that still do after a while. */
async function survivors(pids: number[]): Promise<number[]> {
  for (let wait = 0; wait < 100; wait++) {
    const all = await processes();
    if (!pids.some((pid) => all.has(pid))) return [];
    await sleep(100);
  }
  const all = await processes();
  return pids.filter((pid) => all.has(pid));
}

/** Twins of this test put their folders here, and no others do. */
const temporary = mkdtempSync(join(tmpdir(), 'lifecycle-'));
const folders = () => readdirSync(temporary);
const env = { ...process.env, TMPDIR: temporary };
afterAll(() => rmSync(temporary, { recursive: true }));

/** Runs `npm run twin`, and does something when a text is in its output. */
async function during(
  args: readonly string[],
  text: string,
  act: (child: ChildProcess) => Promise<void>,
): Promise<void> {
  const child = spawn(process.execPath, ['tools/twin/main.ts', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    let output = '';
    await new Promise<void>((resolve, reject) => {
      const take = (part: Buffer) => {
        output += part;
        if (output.includes(text)) resolve();
      };
      child.stdout.on('data', take);
      child.stderr.on('data', take);
      child.on('exit', () => reject(new Error(`ended early:\n${output}`)));
    });
    await act(child);
  } finally {
    child.kill('SIGKILL');
  }
}

describe('nothing is left behind', () => {
  const UP = 'Ctrl-C ends it';
  const COMING_UP = 'AWS emulator ready';
  test.each([
    { what: 'Ctrl-C', signal: 'SIGINT', args: ['--cluster-only'], text: UP, code: 0, atLeast: 6 },
    {
      what: 'Ctrl-C while it comes up',
      signal: 'SIGINT',
      args: ['--no-stack'],
      text: COMING_UP,
      code: 130,
      atLeast: 2,
    },
    { what: 'the end of the terminal', signal: 'SIGHUP', args: ['--cluster-only'], text: UP, code: 0, atLeast: 6 },
    { what: 'a crash', signal: 'SIGKILL', args: ['--no-stack'], text: UP, code: null, atLeast: 8 },
    {
      what: 'a crash while it comes up',
      signal: 'SIGKILL',
      args: ['--no-stack'],
      text: COMING_UP,
      code: null,
      atLeast: 2,
    },
  ] as const)('after $what', async ({ signal, args, text, code, atLeast }) => {
    await during(args, text, async (child) => {
      const pids = await descendants(child.pid ?? 0);
      expect(pids.length).toBeGreaterThanOrEqual(atLeast);
      expect(folders()).toHaveLength(1);
      const ended = once(child, 'exit');
      child.kill(signal);
      expect((await ended)[0]).toBe(code);
      expect(await survivors(pids)).toEqual([]);
      expect(folders()).toEqual([]);
    });
  });

  test('when the guardian itself is killed', async () => {
    const cluster = await startCluster(() => {});
    const { folder } = cluster.processes;
    const pids = await descendants(process.pid);
    const all = await processes();
    const guardian = pids.find((pid) => all.get(pid)?.command.endsWith(`guardian.ts ${folder}`)) ?? 0;
    const below = await descendants(guardian);
    expect(below.length).toBeGreaterThanOrEqual(5);
    process.kill(guardian, 'SIGKILL');
    expect(await survivors(below)).toEqual([]);
    await cluster.close();
    expect(existsSync(folder)).toBe(false);
  });

  test('when a part does not come up; its last words are in the error', async () => {
    const script = `
      import { startCluster } from './tools/twin/cluster.ts';
      await startCluster(() => {}, { apiServerArgs: ['--no-such-flag'] });`;
    const { code, stderr } = await finish(process.execPath, ['--input-type=module', '--eval', script], { env });
    expect(code).toBe(1);
    expect(stderr).toMatch(/API server is ready: kube-apiserver ended \(exit code 1\)[\s\S]*no-such-flag/);
    expect(folders()).toEqual([]);
  });
});

test('two twins at once have nothing to do with each other', async () => {
  const [one, other] = await Promise.all([
    startTwin(() => {}, { cluster: 'one' }),
    startTwin(() => {}, { cluster: 'other', account: '444455556666', region: 'eu-west-1' }),
  ]);
  try {
    const token = (twin: Twin) => twin.identities.roleToken('Dev', 'alice');
    const codes = async (twin: Twin, from: Twin) =>
      (await kubeRequest(twin.endpoint, await token(from), { path: '/api/v1/namespaces' })).code;
    expect([await codes(one, one), await codes(other, other)]).toEqual([200, 200]);
    expect([await codes(one, other), await codes(other, one)]).toEqual([401, 401]);
    await one.close();
    expect(existsSync(one.processes.folder)).toBe(false);
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'still-here' } };
    const post = { method: 'POST', path: '/api/v1/namespaces', body };
    expect((await kubeRequest(other.endpoint, await token(other), post)).code).toBe(201);
  } finally {
    await Promise.all([one.close(), other.close()]);
  }
});

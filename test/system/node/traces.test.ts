/** A real node changes nothing of the machine, and leaves nothing there, however it ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, expect, test } from '@jest/globals';
import { startCluster } from '../../../tools/twin/cluster.ts';
import { run } from '../../../tools/twin/commands.ts';
import { BRING_UP_MS } from '../bring-up.ts';
import { until } from '../until.ts';
import { describeOnRealNode, NodeScene } from './scene.ts';
import { cgroupsOfTwin, containedProcesses, guardianOf, traces, twinProcesses } from './traces.ts';

const MAIN = join(import.meta.dirname, '../../../tools/twin/main.ts');

describeOnRealNode('what a real node leaves', () => {
  const children: ChildProcess[] = [];
  const scenes: NodeScene[] = [];
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await Promise.all(scenes.splice(0).map((scene) => scene.close()));
  });
  afterAll(() => run(process.execPath, [MAIN, '--clean']));

  const up = async () => {
    const scene = await NodeScene.up();
    scenes.push(scene);
    return scene;
  };
  /** Nothing of it, by the table of processes, the cgroups and the file system. */
  const rest = (folder: string) => ({
    processes: twinProcesses(folder),
    contained: containedProcesses(folder),
    cgroups: cgroupsOfTwin(folder),
    folder: existsSync(folder),
  });
  const NOTHING = { processes: [], contained: [], cgroups: [], folder: false };

  test(
    'two at once: the machine is as before while they run, and each leaves nothing when it ends',
    async () => {
      const before = await traces();
      const both = await Promise.all([up(), up()]);
      for (const scene of both) {
        await scene.namespace('a');
        const command = ['sh', '-c', 'echo $(hostname) > /tmp/own; sleep 1000'];
        const pod = await scene.pods.run({ namespace: 'a', name: 'one', command });
        expect(scene.pods.processes(pod)).toHaveLength(2); // with the pause
        expect(await scene.pods.exec(pod, 'cat', '/tmp/own')).toMatchObject({ stdout: 'one\n' });
      }
      expect(await traces()).toEqual(before);
      const [first, second] = both.map(({ cluster }) => cluster.processes.folder) as [string, string];
      expect(containedProcesses(first).length).toBeGreaterThan(4);
      await both[0]?.close();
      expect(rest(first)).toEqual(NOTHING);
      // the other one goes on
      expect(rest(second)).toMatchObject({ folder: true });
      expect(await both[1]?.cluster.realNode.isReady()).toBe(true);
      await both[1]?.close();
      expect(rest(second)).toEqual(NOTHING);
      expect(await traces()).toEqual(before);
    },
    BRING_UP_MS,
  );

  /** A twin of a process of its own, which is killed together with its guardian. @returns its folder */
  async function killed(): Promise<string> {
    const args = [MAIN, '--cluster-only', '--real-node'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const folder = await new Promise<string>((resolve, reject) => {
      child.on('exit', () => reject(new Error('the twin ended')));
      createInterface({ input: child.stdout }).on('line', (line) => {
        const found = /^logs +(.*)\/logs$/.exec(line)?.[1];
        if (found) resolve(found);
      });
    });
    child.removeAllListeners('exit');
    process.kill(guardianOf(folder), 'SIGKILL');
    child.kill('SIGKILL');
    await until('both are gone', async () => child.exitCode !== null || child.signalCode !== null);
    expect(containedProcesses(folder).length).toBeGreaterThan(4);
    expect(cgroupsOfTwin(folder)).not.toEqual([]);
    return folder;
  }

  test(
    'killed together with its guardian: --clean removes what is left, and nothing of a twin that runs',
    async () => {
      const before = await traces();
      const other = await up();
      const folder = await killed();
      expect(await run(process.execPath, [MAIN, '--clean'])).toBe(`removed ${folder}\n`);
      expect(rest(folder)).toEqual(NOTHING);
      expect(await run(process.execPath, [MAIN, '--clean'])).toBe('Nothing was left.\n');
      expect(await other.cluster.realNode.isReady()).toBe(true);
      await other.close();
      expect(await traces()).toEqual(before);
    },
    BRING_UP_MS,
  );

  test(
    'killed in the same way: the next start removes what is left',
    async () => {
      const before = await traces();
      const folder = await killed();
      await (await startCluster(() => {})).close();
      expect(rest(folder)).toEqual(NOTHING);
      expect(await traces()).toEqual(before);
    },
    BRING_UP_MS,
  );
});

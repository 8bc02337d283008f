/** What holds of any command, and of the process that runs it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import { tooOld } from '../../bin/node-version.ts';

const moduleOf = (file: string): string => JSON.stringify(pathToFileURL(resolve(file)).href);

/** Runs a script, and does something to it. */
async function node(script: string, act: (child: ReturnType<typeof spawn>) => void = () => {}, args: string[] = []) {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script, '--', ...args]);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => {
    stdout += text;
    if (String(text).includes('ready')) act(child);
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

test('one signal ends a playbook, whatever holds up what is given back', async () => {
  const script = `
    import { onInterrupt } from ${moduleOf('bin/commands/contain/interrupt.ts')};
    onInterrupt(() => new Promise(() => {}));
    setInterval(() => {}, 1000);
    console.log('ready');`;
  const begun = performance.now();
  const { code } = await node(script, (child) => child.kill('SIGTERM'));
  expect(code).toBe(1);
  expect(performance.now() - begun).toBeLessThan(15_000);
}, 30_000);

const PROGRAM = (work: string) => `
  import { Command } from ${moduleOf('node_modules/commander/esm.mjs')};
  import { runProcess } from ${moduleOf('bin/commands/program.ts')};
  await runProcess((run) => new Command('thing').action(run(async (task) => { ${work} })));`;

test('a mistake of ours is one line with its place, and the way to its stack', async () => {
  const { code, stderr } = await node(PROGRAM('undefined.x'));
  expect(code).toBe(2);
  expect(stderr).toMatch(/^thing: unexpected TypeError: Cannot read properties of undefined .*\n {2}to do: .*--debug/);
  expect(stderr.trim().split('\n')).toHaveLength(2);
}, 30_000);

test('one that nobody waits for is told as well', async () => {
  const { code, stderr } = await node(PROGRAM(`setTimeout(() => undefined.x); await new Promise(() => {})`));
  expect(code).toBe(2);
  expect(stderr).toMatch(/^thing: unexpected TypeError: [^\n]*\n {2}to do: [^\n]*\n$/);
}, 30_000);

test('what a library leaves open does not hold the process', async () => {
  const { code, stdout } = await node(PROGRAM(`setInterval(() => {}, 1000); await task.print('done\\n'); return 1;`));
  expect([code, stdout]).toEqual([1, 'done\n']);
}, 30_000);

test.each([
  ['20.11', '20.10.0', true],
  ['20.11', '20.11.0', false],
  ['20.11', '18.99.0', true],
  ['22.19', '20.20.2', true],
  ['22.19', '22.18.9', true],
  ['22.19', '22.19.0', false],
  ['22.19', '24.0.0', false],
])('where %s is needed, %s is too old: %s', (needed, version, expected) => {
  const said = tooOld(needed, 'it', version);
  expect(said !== undefined).toBe(expected);
  if (expected) expect(said).toContain(`needs Node.js ${needed} or later, and this is ${version}`);
});

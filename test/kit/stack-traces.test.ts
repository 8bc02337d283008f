/** In a bundle as it is deployed, by a process of its own: the file changes how all errors of a process look. */
import { execFileSync } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { COMMON } from '../../tools/build/function-bundle.ts';

const SOURCE = `
export function refuse(): never {
  const unused = 'a line more';
  throw new RangeError(\`\${unused}: refused\`);
}
export const fails = () => refuse();`;

let folder: string;
let bundle: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stack-traces-'));
  bundle = join(folder, 'index.js');
  await writeFile(join(folder, 'source.ts'), SOURCE);
  await build({ ...COMMON, entryPoints: [join(folder, 'source.ts')], outfile: bundle });
});
afterAll(() => rm(folder, { recursive: true }));

/** What a script prints that has the bundle. */
const printed = (script: string): string =>
  execFileSync(process.execPath, ['-e', `const bundle = require(process.argv[1]); ${script}`, bundle], {
    encoding: 'utf8',
  });

test('a stack names the lines of the sources, and what there is no map for as it is', () => {
  const [message, thrown, caller, ...others] = printed('try { bundle.fails(); } catch (e) { console.log(e.stack); }')
    .trim()
    .split('\n');
  expect([message, thrown, caller]).toEqual([
    'RangeError: a line more: refused',
    '    at source.ts:4:9',
    '    at source.ts:6:28',
  ]);
  expect(others.length).toBeGreaterThan(1);
  for (const other of others) expect(other).toMatch(/^ {4}at .*(\[eval\]|node:)/);
});

test('the map is read for a stack, and not before', () => {
  const reads = `const fs = require('node:fs'); let reads = 0; const real = fs.readFileSync;
    fs.readFileSync = (...all) => (reads += String(all[0]).endsWith('.map'), real(...all));
    require('node:module').syncBuiltinESMExports();`;
  expect(printed(`${reads} console.log(reads); bundle.refuse.name; console.log(reads)`)).toBe('0\n0\n');
  const look = 'for (const _ of [1, 2]) try { bundle.fails(); } catch (e) { e.stack; }';
  expect(printed(`${reads} ${look} console.log(reads)`)).toBe('1\n');
});

test('without a map, the stack names the line of the bundle', async () => {
  const alone = join(folder, 'alone.js');
  await copyFile(bundle, alone);
  const script = 'try { require(process.argv[1]).fails(); } catch (e) { console.log(e.stack); }';
  const stack = execFileSync(process.execPath, ['-e', script, alone], { encoding: 'utf8' });
  expect(stack).toMatch(/^RangeError: a line more: refused\n {4}at .*alone\.js:\d+:\d+/);
});

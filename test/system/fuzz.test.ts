import { expect, test } from '@jest/globals';
import { finish } from '../../tools/twin/commands.ts';

/** Always the same inputs, so that a failure is the change's; `npm run fuzz` without a seed makes new ones. */
test('100,000 fuzzed inputs: nothing throws, hangs or is judged wrongly', async () => {
  const { code, stdout, stderr } = await finish(process.execPath, [
    'tools/fuzz/main.ts',
    '--count',
    '100000',
    '--seed',
    '1',
  ]);
  expect([code, code === 0 ? '' : `${stdout}\n${stderr}`]).toEqual([0, '']);
  expect(stdout).toMatch(/^100000 inputs from seed 1 in /);
  expect(stdout).toMatch(/\n0 wrong verdicts/);
}, 600_000);

import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { isThere, leastOf, leastTimes } from '../../tools/bench/measure.ts';
import { page } from '../../tools/bench/page.ts';
import type { Row } from '../../tools/bench/row.ts';
import { asMarkdown, asText, isMet } from '../../tools/bench/table.ts';

const row = (values: Partial<Row>): Row => ({ bench: 'b', work: 'w', unit: 's', ours: 2, ...values });
const ROWS: Row[] = [
  row({ work: 'met', peer: { name: 'jq', value: 4 }, goal: 0.8, limit: 0.5 }),
  row({ work: 'missed', peer: { name: 'a | b', value: 1 }, goal: 1.25 }),
  row({ work: 'no peer here', peer: { name: 'jq' }, goal: 0.8 }),
  row({ work: 'no goal', peer: { name: 'jq', value: 4 } }),
  row({ work: 'alone', ours: 1234.5, unit: 'kB' }),
  row({ work: 'within', ours: 90, most: 120 }),
  row({ work: 'beyond', ours: 121, most: 120 }),
  { bench: 'b', work: 'never', unit: 's', most: 120 },
];

describe('the table', () => {
  test('says of each line the ratio and whether the goal is met; of a missing peer that it is missing', () => {
    expect(ROWS.map(isMet)).toEqual([true, false, undefined, undefined, undefined, true, false, undefined]);
    expect(asText(ROWS).split('\n')).toEqual(
      [
        'Benchmark  Work             Ours  Limit  Peer                     Ratio    Goal  Met',
        'b          met             2.0 s  0.50 s  jq: 4.0 s                 0.50   ≤ 0.8  yes',
        'b          missed          2.0 s         a | b: 1.0 s              2.00  ≤ 1.25  no',
        'b          no peer here    2.0 s         jq: not on this machine          ≤ 0.8  unknown',
        'b          no goal         2.0 s         jq: 4.0 s                 0.50',
        'b          alone         1235 kB',
        'b          within         90.0 s                                         ≤ 120 s  yes',
        'b          beyond          121 s                                         ≤ 120 s  no',
        'b          never   not measured                                          ≤ 120 s  unknown',
      ].map((line) => expect.stringMatching(new RegExp(`^${line.replace(/[|.:]/g, '\\$&').replace(/ +/g, ' +')}$`))),
    );
  });

  test('is one of Markdown, whatever a peer is called', () => {
    const lines = asMarkdown(ROWS).split('\n');
    expect(lines[1]).toBe('| --- | --- | --: | --: | --- | --: | --: | --- |');
    expect(lines[3]).toBe('| b | missed | 2.0 s |  | a \\| b: 1.0 s | 2.00 | ≤ 1.25 | no |');
  });

  test('stands in a page that counts what is missed, and keeps the notes', () => {
    const first = page(ROWS, '');
    expect(first).toContain('Not met: 2 of 6 goals.');
    expect(page(ROWS.slice(0, 1), first.replace('None.', 'A reason.'))).toMatch(
      /Every goal is met\.\n\n## Notes\n\nA reason\.\n$/,
    );
  });
});

test('the page keeps the lines of benchmarks that were not run, in the order of the benchmarks', () => {
  const [slow, quick] = ['slow', 'quick'].map((bench) => row({ bench, peer: { name: 'a | b', value: 1 }, goal: 1 }));
  const order = ['quick', 'slow', 'other'];
  const first = page([slow, row({ bench: 'gone' })] as Row[], '', order);
  const second = page([quick] as Row[], first, order);
  const lines = second.split('\n').filter((line) => line.startsWith('| '));
  expect(lines.slice(2).map((line) => line.split(' ')[1])).toEqual(['quick', 'slow']);
  expect(second).toContain('Not met: 2 of 2 goals.');
  // Run again, its line takes the place of the one before.
  const third = page([row({ bench: 'slow', work: 'again' })], second, order);
  expect(third.match(/^\| slow .*$/gm)).toEqual([expect.stringContaining('| again |')]);
});

describe('the measurement', () => {
  test('takes the least of what took turns', () => {
    const order: string[] = [];
    const times = leastTimes([() => order.push('a'), () => order.push('b')], 3);
    expect(order.join('')).toBe('ababab');
    expect(times.every((time) => time >= 0 && time < 1_000)).toBe(true);
  });

  test('times a line of bash, and fails where the line does', () => {
    const [took] = leastOf(['sleep 0.05 | cat'], 1);
    expect(took?.wall).toBeGreaterThanOrEqual(0.05);
    expect(took?.processor).toBeLessThan(took?.wall ?? 0);
    expect(() => leastOf(['false | cat'], 1)).toThrow('false | cat failed with 1');
  });

  test('knows what is on the machine', () => {
    expect([isThere('bash'), isThere('no-such-program')]).toEqual([true, false]);
  });
});

test('a benchmark that does not exist is wrong input', () => {
  const { status, stderr } = spawnSync(process.execPath, ['tools/bench/main.ts', '--only', 'detekt'], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining("'detekt' is invalid") });
});

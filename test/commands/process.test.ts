import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, jest, test } from '@jest/globals';
import { EVENTS, findingsIn, type Result, SAMPLE, TRUTH } from './run.ts';

// Each test starts processes, on a machine that may be busy.
jest.setTimeout(30_000);

/** Runs the command line as a process of its own. */
async function sentinel(args: string[], feed?: (stdin: Writable) => Promise<void>, nodeArgs: string[] = []) {
  const child = spawn(process.execPath, [...nodeArgs, 'bin/start.mjs', ...args]);
  const result: Result = { code: -1, stdout: '', stderr: '' };
  child.stdout.on('data', (text) => {
    result.stdout += text;
  });
  child.stderr.on('data', (text) => {
    result.stderr += text;
  });
  const closed = once(child, 'close');
  if (feed) await feed(child.stdin);
  else child.stdin.end();
  const [code, signal] = await closed;
  result.code = code ?? signal;
  return result;
}

/** The same bytes again and again, no faster than they are read. */
const repeated =
  (times: number, bytes: Buffer, before = '', after = '') =>
  (stdin: Writable) =>
    pipeline(
      Readable.from(
        (function* () {
          yield Buffer.from(before);
          for (let index = 0; index < times; index += 1) yield bytes;
          yield Buffer.from(after);
        })(),
      ),
      stdin,
    );

test.each([
  [['replay', '--json', SAMPLE], 0],
  [['replay', '--json', SAMPLE, 'missing'], 2],
  [['replay', '--bad'], 2],
])('%j', async (args, code) => {
  const result = await sentinel(args);
  expect(result.code).toBe(code);
  expect(findingsIn(result)).toHaveLength(args.includes(SAMPLE) ? TRUTH.length : 0);
  expect(result.stderr === '').toBe(code === 0);
});

test('standard input is read', async () => {
  const result = await sentinel(['replay', '--json', '-'], repeated(2, Buffer.from(`${EVENTS.join('\n')}\n`)));
  expect(result).toMatchObject({ code: 0, stderr: '' });
  expect(findingsIn(result)).toHaveLength(2 * TRUTH.length);
});

test('whoever stops reading ends it quietly', async () => {
  const child = spawn('bash', [
    '-c',
    `for i in {1..400}; do cat ${SAMPLE}; done | ('${process.execPath}' bin/sentinel.ts replay -; echo "code $?" >&2) | head -n 1`,
  ]);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  await once(child, 'close');
  expect(stdout).toMatch(/^TIME .*\n$/);
  expect(stderr.replace(/^cat: .*\n/gm, '')).toBe('code 0\n');
});

/** In milliseconds; 4 s each on two idle cores. */
const PATIENCE = 60_000;

describe('memory does not grow with the input', () => {
  // On Linux, the maxRSS of a child begins with that of whoever started it; the high-water mark in /proc is its own.
  const tellPeak = `
    import { existsSync, readFileSync } from 'node:fs';
    const peak = () => existsSync('/proc/self/status')
      ? /VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]
      : process.resourceUsage().maxRSS;
    process.on('exit', () => console.error('peak', peak()));`;
  const bounded = ['--max-old-space-size=64', '--import', `data:text/javascript,${encodeURIComponent(tellPeak)}`];
  const background = EVENTS.filter((_, index) => !TRUTH.some(({ line }) => line === index + 1));
  const megabyte = (separator: string) => Buffer.from(`${background.join(separator)}${separator}`.repeat(3));

  test.each([
    ['lines', 270, megabyte('\n'), '', EVENTS[280]],
    ['an event list on one line', 60, megabyte(','), '{"kind":"EventList","items":[', `${EVENTS[280]}]}`],
    ['a line without end', 300, Buffer.alloc(2 ** 20, 'x'), `${EVENTS[280]}\n`, ''],
  ])(
    '%s',
    async (_name, times, bytes, before, after) => {
      const result = await sentinel(['replay', '--json', '-'], repeated(times, bytes, before, after), bounded);
      expect(findingsIn(result)).toHaveLength(1);
      const [, peak] = /peak (\d+)/.exec(result.stderr) ?? [];
      // In KiB. Measured: 140 MiB; Node itself takes 60 of it.
      expect(Number(peak)).toBeLessThan(190 * 1024);
    },
    PATIENCE,
  );
});

/** Tells on standard error of each file that is loaded. */
const LOADS = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({ load: (url, context, next) => (process.stderr.write(url + '\\n'), next(url, context)) });`)}`;

test('replay loads no schemas, no client of AWS or Kubernetes, and nothing of other commands but their options', async () => {
  const { stderr, code } = await sentinel(['replay', '--json', SAMPLE], undefined, ['--import', LOADS]);
  expect(code).toBe(0);
  expect(stderr).toContain('/bin/commands/replay/replay.ts');
  expect(stderr).not.toMatch(/node_modules\/(?!commander\/)|\/functions\/(?:checks|investigate|contain|alert)\//);
}, 30_000);

/** Files that are read side by side say what they say one after another, and in the same order. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { MAX_WAITING } from '../../bin/commands/replay/messages.ts';
import { type FileEnd, type Listener, readFile } from '../../bin/commands/replay/read-file.ts';
import { readBeside } from '../../bin/commands/replay/threads.ts';
import { EVENTS, SAMPLE, TRUTH } from './run.ts';

// Each test starts threads or processes, on a machine that may be busy.
jest.setTimeout(60_000);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'replay-threads-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const TEXT = readFileSync(SAMPLE);
const file = (name: string, bytes: string | Buffer) => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const repeated = (name: string, times: number, text = TEXT) =>
  file(name, Buffer.concat(Array.from({ length: times }, () => text)));
/** Every line is a finding. */
const DENSE = Buffer.from(TRUTH.map(({ line }) => `${EVENTS[line - 1]}\n`).join(''));

class Told implements Listener {
  readonly lines: string[] = [];
  readonly counts = { bytes: 0, events: 0, others: 0 };

  bytes(count: number): void {
    this.counts.bytes += count;
  }
  records(events: number, others: number): void {
    this.counts.events += events;
    this.counts.others += others;
  }
  note(line: string): void {
    this.lines.push(line);
  }
  async finding(finding: object): Promise<void> {
    this.lines.push(JSON.stringify(finding));
  }
}

const cluster = { name: 'prod' };

async function oneByOne(files: readonly string[]) {
  const told = new Told();
  const ends: FileEnd[] = [];
  for (const each of files) ends.push(await readFile({ name: each }, { stdin: Readable.from([]), cluster }, told));
  return { ends, lines: told.lines, counts: told.counts };
}

test('a bad file between good ones, packed ones, more files than threads, and findings that wait for a longer file', async () => {
  const files = [
    repeated('long.log', 100),
    join(folder, 'missing.log'),
    file('packed.gz', gzipSync(TEXT)),
    file('other.txt', 'no log\n'),
    repeated('many.log', 1_000, DENSE),
    repeated('more.log', 10, DENSE),
  ];
  const told = new Told();
  const ends = await readBeside(
    files.map((name) => ({ name })),
    cluster,
    2,
    told,
    async () => {},
  );
  const expected = await oneByOne(files);
  expect(expected.lines.join('').length).toBeGreaterThan(MAX_WAITING);
  expect(ends).toEqual(expected.ends);
  expect(ends.map(({ code }) => code)).toEqual([0, 2, 0, 2, 0, 0]);
  expect(told.counts).toEqual(expected.counts);
  expect(told.lines).toEqual(expected.lines);
});

test('threads wait for whoever takes what they found', async () => {
  const files = [repeated('first.log', 1, DENSE), repeated('second.log', 3_000, DENSE)];
  const all = DENSE.length * 3_001;
  const told = new Told();
  let before = 0;
  let isHeld = true;
  told.finding = async () => {
    while (isHeld) {
      await setTimeout(500);
      // Until nothing more is read of the other file, however long this takes.
      isHeld = told.counts.bytes < DENSE.length * 100 || told.counts.bytes > before;
      before = told.counts.bytes;
    }
  };
  await readBeside(
    files.map((name) => ({ name })),
    cluster,
    2,
    told,
    async () => {},
  );
  expect(before).toBeLessThan(all / 2);
  expect(told.counts.bytes).toBe(all);
});

const isThere = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('large files: the same output as one by one; Ctrl-C ends it', async () => {
  const times = Math.ceil(40_000_000 / TEXT.length);
  const files = [repeated('a.log', times), repeated('b.log', times)];
  const start = (...args: string[]) => spawn(process.execPath, ['bin/sentinel.ts', 'replay', '--json', ...args]);
  const output = async (...args: string[]): Promise<string> => {
    const child = start(...args);
    const chunks: Buffer[] = [];
    for await (const chunk of child.stdout) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
  const one = await output(file('one.log', TEXT));
  expect(one.length).toBeGreaterThan(0);
  expect((await output(...files)) === one.repeat(2 * times)).toBe(true);
  const child = start(...files);
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  const [, signal] = await once(child, 'close');
  expect(signal).toBe('SIGINT');
  expect(isThere(child.pid ?? 0)).toBe(false);
});

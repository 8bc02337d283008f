/** A file that is read in parts says what it says when it is read as a whole: findings, numbers, and problems with their lines. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { FileOfParts } from '../../bin/commands/replay/parts.ts';
import { type FileEnd, type Listener, readFile } from '../../bin/commands/replay/read-file.ts';
import { readBeside } from '../../bin/commands/replay/threads.ts';
import { partsOf } from '../../bin/input/file-parts.ts';
import { creation, line } from '../detect/events.ts';

// Files are written and read, on a machine that may be busy.
jest.setTimeout(120_000);

let file: string;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'file-parts-'));
  file = join(folder, 'audit.log');
});
afterAll(() => rmSync(folder, { recursive: true }));

const RECORDED = gunzipSync(readFileSync('test/corpus/audit.jsonl.gz'))
  .toString()
  .trimEnd()
  .split('\n')
  .filter(({ length }) => length < 3_000);
const PLAIN = RECORDED.find((text) => text.endsWith('}') && !text.includes('namespaces')) ?? '';
const STAMPED = RECORDED.map((text) => `2026-11-20T09:15:00.123Z ${text}`);

class Told implements Listener {
  readonly findings: string[] = [];
  readonly notes: string[] = [];
  events = 0;
  others = 0;

  bytes(): void {}
  records(events: number, others: number): void {
    this.events += events;
    this.others += others;
  }
  note(text: string): void {
    this.notes.push(text);
  }
  async finding(finding: object): Promise<void> {
    this.findings.push(JSON.stringify(finding));
  }
}

const options = { stdin: Readable.from([]), cluster: { name: 'prod' } };

async function asWhole() {
  const told = new Told();
  return { end: await readFile({ name: file }, options, told), told };
}

/** One part after the other, as far as none goes on. */
async function byParts(text: string, partBytes: number) {
  const told = new Told();
  const parts = (await partsOf(file, Buffer.byteLength(text), partBytes)) ?? [];
  const whole = new FileOfParts(file, told);
  let read = 0;
  for (const part of parts) {
    const end = await readFile({ name: file, part }, options, told);
    whole.add(end);
    read += 1;
    if (end.part?.goesOn) break;
  }
  return { end: whole.end(), told, parts: parts.length, read };
}

test.each([
  ['the recording', RECORDED],
  ['an export of it', STAMPED],
  ['one that ends without a line break', [...RECORDED, PLAIN]],
])('%s, in many parts', async (_, lines) => {
  const text = `${[PLAIN, ...lines].join('\n')}${lines.at(-1) === PLAIN ? '' : '\n'}`;
  writeFileSync(file, text);
  const { parts, read, ...inParts } = await byParts(text, 20_000);
  expect(parts).toBeGreaterThan(50);
  expect(read).toBe(parts);
  expect(inParts).toEqual(await asWhole());
});

test('a file that is short or packed, or not a log of events, has no parts', async () => {
  for (const text of [
    `time,message\n${PLAIN}\n`.repeat(50),
    'text\n'.repeat(5_000),
    `${PLAIN}\n`,
    `\ufeff${PLAIN}\n`.repeat(50),
  ]) {
    writeFileSync(file, text);
    expect(await partsOf(file, Buffer.byteLength(text), 4_000)).toBeUndefined();
  }
});

/** A list over many lines: what is between them is the same as in a log. */
const LIST = ['{"kind":"EventList","items":[', ...RECORDED.slice(0, 40).flatMap((text) => [text, ',']), PLAIN, ']}'];

test('whatever stands in the lines, and however long the parts are', async () => {
  const piece = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...RECORDED, ...STAMPED).map((text) => [text]) },
    {
      weight: 2,
      arbitrary: fc
        .constantFrom(
          '{"items":[',
          '[',
          ']}',
          '{',
          '',
          ' ',
          'text',
          '2026-11-20T09:15:00Z stdout P half',
          '2026-11-20T09:15:00Z kube-apiserver-1f',
        )
        .map((text) => [text]),
    },
    { weight: 1, arbitrary: fc.constant(LIST) },
    { weight: 1, arbitrary: fc.constantFrom(line(creation()), line(creation()).slice(0, 500)).map((text) => [text]) },
    { weight: 2, arbitrary: fc.nat({ max: 40 }).map((count) => Array.from({ length: count }, () => PLAIN)) },
  );
  let split = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { minLength: 5, maxLength: 60 }),
      fc.integer({ min: 1_000, max: 30_000 }),
      fc.constantFrom('', '\n', '\r\n'),
      async (pieces, partBytes, last) => {
        const text = [PLAIN, ...pieces.flat()].join('\n') + last;
        writeFileSync(file, text);
        const { parts, read: _, ...inParts } = await byParts(text, partBytes);
        if (parts < 2) return;
        split += 1;
        expect(inParts).toEqual(await asWhole());
      },
    ),
    { numRuns: 150 },
  );
  expect(split).toBeGreaterThan(50);
});

test('threads take back what they read of parts that another one goes on into', async () => {
  // The only places between two lines that look like events stand in a list that is open.
  const open = ['{"items":[', PLAIN, PLAIN, 'text'];
  const lists = [PLAIN, 'text', ...Array.from({ length: 60 }, () => open).flat(), line(creation())].join('\n');
  writeFileSync(file, lists);
  const parts = (await partsOf(file, Buffer.byteLength(lists), 6_000)) ?? [];
  expect(parts.length).toBeGreaterThan(4);
  const told = new Told();
  const ended: FileEnd[] = [];
  const inputs = [...parts, ...parts].map((part) => ({ name: file, part }));
  const ends = await readBeside(inputs, options.cluster, 2, told, async (_, end) => {
    ended.push(end);
  });
  const one = await asWhole();
  expect(ends).toEqual([one.end, one.end]);
  expect(ended).toEqual(ends);
  expect(told.findings).toEqual([...one.told.findings, ...one.told.findings]);
  expect(told.notes).toEqual([...one.told.notes, ...one.told.notes]);
  expect([told.events, told.others]).toEqual([2 * one.told.events, 2 * one.told.others]);
});

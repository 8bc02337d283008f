import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  batches,
  CUT_MARK,
  cutLine,
  EVENT_OVERHEAD_BYTES,
  type LogEvent,
  MAX_BATCH_BYTES,
  MAX_BATCH_EVENTS,
  MAX_BATCH_SPAN_MS,
  timestampOf,
} from '../../tools/twin/wire/batches.ts';
import { AuditTail } from '../../tools/twin/wire/tail.ts';

const event = (timestamp: number, message = 'x'): LogEvent => ({ timestamp, message });
const bytesOf = (batch: LogEvent[]) =>
  batch.reduce((sum, { message }) => sum + Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES, 0);

describe('batches', () => {
  test.each([
    { what: 'nothing', events: [], sizes: [] },
    { what: 'one event', events: [event(1)], sizes: [1] },
    {
      what: 'exactly as many events as allowed',
      events: Array.from({ length: MAX_BATCH_EVENTS }, () => event(1)),
      sizes: [MAX_BATCH_EVENTS],
    },
    {
      what: 'one event more than allowed',
      events: Array.from({ length: MAX_BATCH_EVENTS + 1 }, () => event(1)),
      sizes: [MAX_BATCH_EVENTS, 1],
    },
    {
      what: 'exactly as many bytes as allowed, the overhead counted',
      events: [0, 1].map((at) => event(at, 'x'.repeat(MAX_BATCH_BYTES / 2 - EVENT_OVERHEAD_BYTES))),
      sizes: [2],
    },
    {
      what: 'one byte more than allowed',
      events: [
        event(0, 'x'.repeat(MAX_BATCH_BYTES / 2 - EVENT_OVERHEAD_BYTES + 1)),
        event(1, 'x'.repeat(MAX_BATCH_BYTES / 2 - EVENT_OVERHEAD_BYTES)),
      ],
      sizes: [1, 1],
    },
    {
      what: 'characters of more than one byte',
      events: [event(0, 'ü'.repeat(300_000)), event(1, 'ü'.repeat(300_000))],
      sizes: [1, 1],
    },
    { what: 'exactly a day', events: [event(0), event(MAX_BATCH_SPAN_MS)], sizes: [2] },
    { what: 'more than a day', events: [event(0), event(MAX_BATCH_SPAN_MS + 1)], sizes: [1, 1] },
  ])('$what', ({ events, sizes }) => {
    expect(batches(events).map((batch) => batch.length)).toEqual(sizes);
  });

  test('are in order of time; events of one instant stay as they came', () => {
    const events = [event(2, 'c'), event(1, 'a'), event(2, 'd'), event(1, 'b')];
    expect(batches(events).flat()).toEqual([event(1, 'a'), event(1, 'b'), event(2, 'c'), event(2, 'd')]);
  });

  test('keep every event and every limit, whatever comes', () => {
    const any = fc.array(
      fc.record({ timestamp: fc.integer({ min: 0, max: 3 * MAX_BATCH_SPAN_MS }), kilobytes: fc.nat(400) }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(any, (list) => {
        const events = list.map(({ timestamp, kilobytes }) => event(timestamp, 'é'.repeat(kilobytes * 512)));
        const made = batches(events);
        expect(made.flat()).toEqual(events.toSorted((a, b) => a.timestamp - b.timestamp));
        for (const batch of made) {
          expect(bytesOf(batch)).toBeLessThanOrEqual(MAX_BATCH_BYTES);
          expect((batch.at(-1)?.timestamp ?? 0) - (batch[0]?.timestamp ?? 0)).toBeLessThanOrEqual(MAX_BATCH_SPAN_MS);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('a line is cut', () => {
  test.each([
    { what: 'not, when it fits', line: 'a'.repeat(100), cut: 'a'.repeat(100) },
    { what: 'when it is one byte too long', line: 'a'.repeat(101), cut: 'a'.repeat(86) + CUT_MARK },
    { what: 'before a character', line: 'a'.repeat(85) + 'ü'.repeat(50), cut: 'a'.repeat(85) + CUT_MARK },
    { what: 'after a character', line: 'a'.repeat(84) + 'ü'.repeat(50), cut: `${'a'.repeat(84)}ü${CUT_MARK}` },
    { what: 'never inside one', line: '😀'.repeat(30), cut: '😀'.repeat(21) + CUT_MARK },
  ])('$what', ({ line, cut }) => {
    expect(cutLine(line, 100)).toBe(cut);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(100);
  });
});

test.each([
  { line: '{"stageTimestamp":"2026-01-02T03:04:05.678901Z"}', at: Date.UTC(2026, 0, 2, 3, 4, 5, 678) },
  { line: '{"stageTimestamp":"soon"}', at: 7 },
  { line: '{}', at: 7 },
  { line: 'panic', at: 7 },
])('the time of $line', ({ line, at }) => {
  expect(timestampOf(line, 7)).toBe(at);
});

describe('the tail', () => {
  let folder: string;
  let log: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tail-'));
    log = join(folder, 'audit.log');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  let rotations = 0;
  const rotate = () => renameSync(log, join(folder, `audit-2026-01-01T00-00-0${rotations++}.000.log`));
  const all = (tail: AuditTail, maxBytes = 1e9) => tail.lines(maxBytes);

  test('waits for the file and for the ends of lines', () => {
    const tail = new AuditTail(log);
    expect(all(tail)).toEqual([]);
    writeFileSync(log, 'one\ntw');
    expect(all(tail)).toEqual(['one']);
    expect(all(tail)).toEqual([]);
    appendFileSync(log, 'o\nthr');
    expect(all(tail)).toEqual(['two']);
    appendFileSync(log, 'ee\n\n');
    expect(all(tail)).toEqual(['three']);
    tail.close();
  });

  test('follows rotations, several at once too, and reads what came just before them', () => {
    const tail = new AuditTail(log);
    writeFileSync(log, 'a1\n');
    expect(all(tail)).toEqual(['a1']);
    appendFileSync(log, 'a2\n');
    rotate();
    writeFileSync(log, 'b1\n');
    rotate();
    writeFileSync(log, 'c1\nc');
    expect(all(tail)).toEqual(['a2', 'b1', 'c1']);
    appendFileSync(log, '2\n');
    expect(all(tail)).toEqual(['c2']);
    tail.close();
  });

  test('starts with the oldest file, or where it is told to', () => {
    writeFileSync(log, 'a1\n');
    const first = new AuditTail(log);
    expect(all(first)).toEqual(['a1']);
    const { position } = first;
    first.close();
    appendFileSync(log, 'a2\n');
    rotate();
    writeFileSync(log, 'b1\n');
    const again = new AuditTail(log, position);
    expect(all(again)).toEqual(['a2', 'b1']);
    again.close();
    const other = new AuditTail(log, { inode: -1, offset: 3 });
    expect(all(other)).toEqual(['a1', 'a2', 'b1']);
    other.close();
  });

  test('its position never counts half a line', () => {
    writeFileSync(log, 'one\ntw');
    const tail = new AuditTail(log);
    all(tail);
    expect(tail.position?.offset).toBe(4);
    tail.close();
  });

  test('hands out a large backlog in portions', () => {
    const lines = Array.from({ length: 40 }, (_, at) => `${at} ${'x'.repeat(100_000)}`);
    writeFileSync(log, `${lines.join('\n')}\n`);
    const tail = new AuditTail(log);
    const portions: string[][] = [];
    for (let portion = all(tail, 1); portion.length > 0; portion = all(tail, 1)) portions.push(portion);
    expect(portions.length).toBeGreaterThan(2);
    expect(portions.flat()).toEqual(lines);
    tail.close();
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from '@jest/globals';
import { LocalLogSearch, linesOf } from '../../functions/clients/local/log-search.ts';
import type { LogQuestion } from '../../functions/clients/logs/log-search.ts';

const SAMPLE = join(__dirname, '../samples/first.jsonl');
const { signal } = new AbortController();
const folder = mkdtempSync(join(tmpdir(), 'logs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const question = (overrides: Partial<LogQuestion> = {}): LogQuestion => ({
  cluster: { name: 'prod' },
  source: 'audit',
  from: 0,
  to: Date.parse('2100-01-01'),
  where: { all: [] },
  limit: 1_000,
  ...overrides,
});

const at = (second: number) => Date.parse('2026-11-23T10:00:00Z') + second * 1000;
const event = (second: number, fields: object = {}) =>
  JSON.stringify({ verb: 'get', ...fields, stageTimestamp: new Date(at(second)).toISOString() });

describe('a recorded audit file', () => {
  const logs = new LocalLogSearch({ audit: linesOf([SAMPLE]) });

  test('answers by fields, oldest first', async () => {
    const where = {
      all: [
        { field: 'verb', in: ['create', 'patch'] },
        { field: 'objectRef.resource', is: 'namespaces' },
        { field: 'responseStatus.code', is: 201 },
      ],
    };
    const answer = await logs.ask(question({ where }), signal);
    const names = answer.entries.map(({ json }) => (json?.['objectRef'] as { name?: string } | undefined)?.name);
    expect(names).toEqual(expect.arrayContaining(['kube-system', 'plain', 'ssa']));
    expect(answer.entries.map((entry) => entry.at)).toEqual(answer.entries.map((entry) => entry.at).toSorted());
    expect(answer.more).toBe(false);
  });

  test('is complete until its last event', async () => {
    const all = await logs.ask(question(), signal);
    expect(all.completeUntil).toBe(all.entries.at(-1)?.at);
    expect(all.entries).toHaveLength(304);
  });

  test('the same, packed', async () => {
    const file = join(folder, 'audit.jsonl.gz');
    writeFileSync(file, gzipSync(`${event(1)}\n${event(2)}\n`));
    const packed = new LocalLogSearch({ audit: linesOf([SAMPLE, file]) });
    expect((await packed.ask(question(), signal)).entries).toHaveLength(306);
  });

  test('a file that is not one', async () => {
    const none = new LocalLogSearch({ audit: linesOf([join(folder, 'none.gz')]) });
    await expect(none.ask(question(), signal)).rejects.toThrow('ENOENT');
  });
});

describe('lines at hand', () => {
  const lines = [event(5), 'no JSON', event(1, { verb: 'list' }), '', event(3), '{"verb":"get","stageTi'];
  const logs = new LocalLogSearch({
    audit: () => lines,
    application: () => [{ at: at(1), logStream: 's', message: 'hello' }],
  });

  test('only the window, and the newest', async () => {
    const within = await logs.ask(question({ from: at(2), to: at(5) }), signal);
    expect(within.entries.map((entry) => entry.at)).toEqual([at(3), at(5), at(5)]);
    expect(within.completeUntil).toBe(at(5));
    const newest = await logs.ask(question({ limit: 2 }), signal);
    expect(newest).toMatchObject({ more: true, entries: [{ at: at(5) }, { at: at(5), cut: true }] });
  });

  test('complete not beyond what was asked', async () => {
    expect((await logs.ask(question({ to: at(2) }), signal)).completeUntil).toBe(at(2));
    const nothing = new LocalLogSearch({ audit: () => [] });
    expect(await nothing.ask(question({ from: at(0) }), signal)).toEqual({
      from: at(0),
      entries: [],
      more: false,
      completeUntil: at(0),
    });
  });

  test('a cut line that may belong here is said to be missing', async () => {
    const answer = await logs.ask(question({ where: { field: 'code', is: 403 } }), signal);
    expect(answer).toMatchObject({ entries: [], more: true });
  });

  test('a line with a time of its own', async () => {
    const answer = await logs.ask(question({ source: 'application' }), signal);
    expect(answer.entries).toEqual([{ at: at(1), logStream: 's', message: 'hello' }]);
  });

  test('a log that was not given', async () => {
    await expect(logs.ask(question({ source: 'host' }), signal)).rejects.toMatchObject({ name: 'LogSourceMissing' });
  });

  test('questions asked at once read it once', async () => {
    let read = 0;
    const counted = new LocalLogSearch({
      audit: () => {
        read++;
        return lines;
      },
    });
    const answers = await Promise.all([
      counted.ask(question({ where: { field: 'verb', is: 'list' } }), signal),
      counted.ask(question({ from: at(4) }), signal),
    ]);
    expect(read).toBe(1);
    expect(answers.map(({ entries }) => entries.length)).toEqual([1, 2]);
  });

  test('many entries: the newest, whatever their order', async () => {
    const shuffled = Array.from({ length: 1_000 }, (_, index) => event((index * 617) % 1_000));
    const many = new LocalLogSearch({ audit: () => shuffled });
    const { entries, more } = await many.ask(question({ limit: 10 }), signal);
    expect(entries.map((entry) => entry.at)).toEqual(Array.from({ length: 10 }, (_, index) => at(990 + index)));
    expect(more).toBe(true);
  });
});

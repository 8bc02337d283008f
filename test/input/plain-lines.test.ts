/** Lines that are passed over by their heads are never about a namespace: held against the parser, which reads them all. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isPlainEvent } from '../../bin/input/plain-event.ts';
import { isOtherEvent, PlainLines } from '../../bin/input/plain-lines.ts';
import { creation, line, payload } from '../detect/events.ts';
import { read } from './read.ts';

const RECORDED = gunzipSync(readFileSync('test/corpus/audit.jsonl.gz')).toString().trimEnd().split('\n');

const SHORT = RECORDED.filter(({ length }) => length < 5_000);

/** What both ways find in a text, and how much of it they call an event. */
async function both(text: string | Buffer, sizes?: number[]) {
  let passed = 0;
  const parsed = await read(text, sizes);
  const fast = await read(text, sizes, (events) => {
    passed += events;
  });
  return { parsed, fast: { ...fast, others: fast.others + passed }, passed };
}

const placesOf = (items: Awaited<ReturnType<typeof read>>['items']) =>
  items.flatMap((item) => ('problem' in item ? [[item.problem, item.place.line]] : []));

const STAMPED = RECORDED.map((text) => `2026-11-20T09:15:00.123Z ${text}`);

test.each([
  ['the recording', RECORDED],
  ['an export of it', STAMPED],
])('%s: the same findings, events and problems at the same lines, and most are passed over', async (_, lines) => {
  const { parsed, fast, passed } = await both(lines.join('\n'));
  expect(fast.found).toEqual(parsed.found);
  expect([fast.others, fast.told]).toEqual([parsed.others, parsed.told]);
  expect(placesOf(fast.items)).toEqual(placesOf(parsed.items));
  const lineOf = new Map(
    parsed.items.flatMap((item) => ('record' in item ? [[item.record.text, item.place.line]] : [])),
  );
  for (const item of fast.items) if ('record' in item) expect(item.place.line).toBe(lineOf.get(item.record.text));
  expect(passed).toBeGreaterThan(RECORDED.length / 2);
});

const inPayloads = (lines: readonly string[], length: number): string[] =>
  lines.flatMap((_, index) =>
    index % length === 0 ? [JSON.stringify(payload(lines.slice(index, index + length)))] : [],
  );

test.each([
  ['one behind the other, as Firehose stores them', inPayloads(RECORDED, 50).join('')],
  ['a line each', inPayloads(RECORDED, 7).join('\n')],
  ['one that is longer than is held', JSON.stringify(payload(RECORDED))],
  [
    'as the AWS CLI writes them',
    JSON.stringify({ events: RECORDED.map((message) => ({ message, eventId: '1' })) }, null, 2),
  ],
])('payloads, %s: the same findings, events and problems, and most are only counted', async (_, text) => {
  const { parsed, fast, passed } = await both(text);
  expect(fast.found).toEqual(parsed.found);
  expect([fast.others, fast.told]).toEqual([parsed.others, parsed.told]);
  expect(placesOf(fast.items)).toEqual(placesOf(parsed.items));
  expect(passed).toBeGreaterThan(RECORDED.length / 2);
});

/** An event of something else, as the API server writes it. */
const other = (verb = 'get', resource = 'pods') =>
  line({
    ...creation(),
    verb,
    requestURI: '/api/v1/pods',
    objectRef: { resource, name: 'x' },
    requestObject: undefined,
    responseObject: undefined,
  });
/** Both ways to tell it, of a line of bytes and of a text, say the same; but that no text has a time before it. */
const passes = (text: string): boolean => {
  const isPassed = new PlainLines(Buffer.from(`${text}\n`)).pass(0).events === 1;
  if (text.startsWith('{')) expect(isPlainEvent(text) && isOtherEvent(text)).toBe(isPassed);
  return isPassed;
};

describe('a line is passed over', () => {
  test.each<[string, string]>([
    ['of a read', other()],
    ['of an export to S3', `2026-11-20T09:15:00.123Z ${other()}`],
    ['of a write to something else', other('create', 'secrets').replace('/v1/pods', '/v1/namespaces/a/secrets')],
    [
      'whose path has what Go escapes',
      other().replace('/api/v1/pods', String.raw`/api/v1/pods?a=b\u0026c=\u003cd\u003e`),
    ],
    ['whose client wrote quotes and braces', line({ ...JSON.parse(other()), userAgent: '"},{"verb":"create"' })],
  ])('%s', (_, text) => expect(passes(text)).toBe(true));
});

describe('a line is left to the parser', () => {
  const sorted = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(other())).sort()));
  test.each<[string, string]>([
    ['of a creation', line(creation())],
    ['of a read of namespaces', other('get', 'namespaces')],
    ['with its keys sorted', sorted],
    ['with blanks', other().replaceAll('":', '": ')],
    ['with another escape in its head', other().replace('/api/v1/pods', String.raw`/api/v1/\u0070ods`)],
    ['whose verb comes again', other().replace(/\}$/, ',"verb":"create","objectRef":{"resource":"namespaces"}}')],
    [
      'whose verb comes again, its resource in escapes',
      other().replace(/\}$/, String.raw`,"verb":"create","objectRef":{"resource":"\u006eamespaces"}}`),
    ],
    [
      'whose verb comes again, its resource in a text',
      other().replace(/\}$/, String.raw`,"verb":"create","objectRef":"{\"resource\":\"namespaces\"}"}`),
    ],
    ['with another event behind it', other() + other()],
    ['of a write whose path is of a namespace', other('patch').replace('/api/v1/pods', '/api/v1/namespaces/a')],
    ['of a write whose path may be of one', other('create').replace('/api/v1/pods', '/api/v1/%6eamespaces')],
    ['that is cut', other().slice(0, -2)],
    ['of an export, broken at a brace', `2026-11-20T09:15:00.123Z ${other().slice(0, other().indexOf('}') + 1)}`],
    ['that ends in CRLF', `${other()}\r`],
    ['behind what is not a time', `2026-11-20 ${other()}`],
  ])('%s', (_, text) => expect(passes(text)).toBe(false));
});

test('whatever damages lines, however they come: no finding more or less, and no problem more', async () => {
  const lines = fc.array(
    fc.oneof(
      fc.constantFrom(...RECORDED, ...STAMPED),
      fc.constantFrom(
        other(),
        line(creation()),
        '{"items":[',
        ']}',
        '{',
        '',
        ' ',
        'text',
        '\ufeff',
        '2026-11-20T09:15:00Z kube-apiserver-1f',
      ),
      fc.array(fc.constantFrom(...SHORT, other(), line(creation())), { maxLength: 4 }).map(payload),
    ),
    { minLength: 1, maxLength: 12 },
  );
  const change = fc.record({
    at: fc.nat(),
    removed: fc.constantFrom(0, 1, 20, 500),
    put: fc.constantFrom(
      '',
      '\n',
      '\r\n',
      '"',
      '}',
      '{',
      '\\',
      'namespaces',
      '"verb":"create",',
      other(),
      line(creation()),
    ),
  });
  const sizes = fc.array(fc.integer({ min: 1, max: 4_000 }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(lines, fc.array(change, { maxLength: 4 }), sizes, async (all, changes, at) => {
      const text = changes.reduce((before, { at: where, removed, put }) => {
        const from = where % (before.length + 1);
        return before.slice(0, from) + put + before.slice(from + removed);
      }, all.join('\n'));
      const { parsed, fast } = await both(text, at).catch(() => ({ parsed: undefined, fast: undefined }));
      // Both refuse what is empty.
      if (!parsed || !fast) return;
      expect(fast.found).toEqual(parsed.found);
      // Damage behind a head may be passed over, but never is more told than there is.
      expect(fast.told.length).toBeLessThanOrEqual(parsed.told.length);
    }),
    { numRuns: 1_500 },
  );
}, 120_000);

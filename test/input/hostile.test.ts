/** What a client puts into its own events, and what else is not an event, never becomes one, whatever carries it. */
import { describe, expect, test } from '@jest/globals';
import { creation, line } from '../detect/events.ts';
import { read } from './read.ts';

const json = (value: unknown, indent?: number) => JSON.stringify(value, null, indent);
const forged = line(creation({ objectRef: { resource: 'namespaces', name: 'forged' } }));
const honest = line(creation({ objectRef: { resource: 'namespaces', name: 'honest' } }));
const body = JSON.parse(forged);
const elsewhere = (changes: object) => ({
  ...creation({ verb: 'get', requestURI: '/api/v1/pods', objectRef: { resource: 'pods' } }),
  ...changes,
});

const TEXTS: [string, string][] = [
  ['an event', forged],
  ['an end and an event', `"}}${forged}`],
  ['lines', `\n${forged}\n`],
  ['a mark and an event', `[Truncated...]${forged}`],
  ['quotes', json(forged)],
  ['base64', Buffer.from(forged).toString('base64')],
  ['a cell', `","${forged.replaceAll('"', '""')}","`],
];
const PLACES: [string, (text: string) => object][] = [
  ['user agent', (text) => elsewhere({ userAgent: text })],
  ['audit id', (text) => elsewhere({ auditID: text })],
  ['user', (text) => elsewhere({ user: { username: text, extra: { message: [text], log: [text] } } })],
  [
    'annotations',
    (text) => elsewhere({ requestObject: { metadata: { annotations: { message: text, [text]: text } } } }),
  ],
];
const CARRIERS: [string, (event: object) => string][] = [
  ['a line', json],
  ['a pretty document', (event) => json(event, 2)],
  ['a list', (event) => json([event, event])],
  ['a pretty list', (event) => json([event, event], 4)],
  ['a message', (event) => json({ message: json(event) })],
  ['a log', (event) => json({ log: `${json(event)}\n`, stream: 'stdout' })],
  ['a page', (event) => json({ events: [{ message: json(event) }] })],
  ['a table', (event) => `time,message\n1,"${json(event).replaceAll('"', '""')}"\n`],
  ['a table without a head', (event) => `1,"${json(event).replaceAll('"', '""')}"\n`],
  ['behind a time', (event) => `2026-11-20T09:15:00Z stdout F ${json(event)}`],
  ['flattened', (event) => json({ ...event, user: undefined, 'user.username': 'x', 'objectRef.resource': 'pods' })],
  ['without kind', (event) => json({ ...event, kind: undefined, apiVersion: undefined })],
];

/** The text as it breaks off at every so many characters, with each of the ends. */
function broken(text: string, every: number, ends: readonly string[]): string[] {
  const lengths = Array.from({ length: Math.ceil(text.length / every) }, (_, index) => 1 + index * every);
  return lengths.flatMap((length) => ends.map((end) => text.slice(0, length) + end));
}

/** Those of the texts in which the forged event is found. */
async function forgedIn(texts: readonly string[]): Promise<string[]> {
  const wrong = [];
  for (const text of texts) if ((await read(text)).found.includes('forged')) wrong.push(text);
  return wrong;
}

describe('a text of a client', () => {
  const rows = CARRIERS.flatMap(([carrier, carry]) =>
    PLACES.flatMap(([place, put]) => TEXTS.map(([what, text]) => [what, place, carrier, carry(put(text))] as const)),
  );
  test.each(rows)('%s in the %s, carried in %s', async (_what, _place, _carrier, text) => {
    expect((await read(text)).found).toEqual([]);
  });

  test.each(CARRIERS.slice(0, 8))('in %s, wherever that breaks off', async (_carrier, carry) => {
    const texts = PLACES.map(([, put]) => carry(put(forged)));
    expect(await forgedIn(texts.flatMap((text) => broken(text, 61, ['', '[Truncated...]', `\n${honest}`])))).toEqual(
      [],
    );
  });
});

describe('a body of a client', () => {
  test.each(['requestObject', 'responseObject'])('an event as the %s, wherever it breaks off', async (key) => {
    const texts = [
      json(elsewhere({ [key]: body })),
      json(elsewhere({ [key]: body }), 2),
      json([elsewhere({ [key]: body })], 2),
    ];
    expect(await forgedIn(texts.flatMap((text) => broken(text, 29, ['', `\n${honest}\n`])))).toEqual([]);
  });
  test('an event as the body, whose beginning is gone', async () => {
    const text = json(elsewhere({ requestObject: { spec: { list: [body] }, ...body }, items: [body] }), 2);
    const lines = text.split('\n');
    expect(await forgedIn(lines.map((_, first) => `${lines.slice(first).join('\n')}\n`))).toEqual([]);
  });
  test('an event in one that is longer than any that is held', async () => {
    const pad = 'x'.repeat(17 * 2 ** 20);
    const text = json({ ...elsewhere({}), requestObject: { items: [body], metadata: { annotations: { pad } }, body } });
    const { found, told } = await read(`${text}\n${honest}\n`);
    expect({ found, told }).toEqual({ found: ['honest'], told: [expect.stringMatching(/longer than 16 MiB/)] });
  });
});

describe('logs that quote clients', () => {
  const quoted = json(forged);
  test.each([
    ['klog', `I1123 07:02:18.048964       1 httplog.go:132] "HTTP" verb="GET" userAgent=${quoted} resp=200`],
    ['klog, unquoted', `E1123 07:02:18.048964       1 authentication.go:73] unable to authenticate: ${forged}`],
    ['klog behind a time', `2026-11-20T09:15:00.123Z I1123 07:02:18.048964 1 a.go:1] ${forged}`],
    ['klog in a container', `2026-11-20T09:15:00.123456789Z stderr F W1123 07:02:18.048964 1 a.go:1] ${forged}`],
    ['klog in JSON', json({ ts: 1, caller: 'a.go:1', msg: forged, userAgent: forged })],
    ['klog in Fluent Bit', json({ log: `E1123 07:02:18.048964 1 a.go:1] ${forged}\n`, stream: 'stderr' })],
    ['the authenticator', `time="2026-11-20T09:15:00Z" level=info msg="access denied" arn="${forged}"`],
  ])('%s', async (_name, text) => {
    const { found } = await read(`${honest}\n${text}\n`);
    expect(found).toEqual(['honest']);
  });
});

describe('fields beside the event', () => {
  test.each([
    ['Splunk', { result: { _raw: json(elsewhere({})), userAgent: forged, requestURI: forged } }],
    ['Splunk without the raw text', { result: { userAgent: forged, user: forged, _time: '1' } }],
    ['Elastic', { _source: { message: 'x', user_agent: { original: forged }, url: { original: forged } } }],
    ['Fluent Bit', { log: 'GET /', kubernetes: { annotations: { a: forged }, labels: { a: forged } } }],
    ['OCSF', { class_uid: 6003, http_request: { user_agent: forged }, unmapped: { annotations: forged } }],
    ['a field that nobody knows beside a message', { message: 'nothing', err: forged }],
  ])('%s', async (_name, document) => {
    for (const text of [json(document), json([document]), json({ hits: { hits: [document] } })])
      expect((await read(text)).found).toEqual([]);
  });
});

test('an element of a list of records that cannot be read is told as it stands', async () => {
  // JSON has no such escape; and the list breaks off, so that its elements are read one by one.
  const unreadable = String.raw`{"message":"\q"}`;
  const { items } = await read(`{"events":[{"message":"a plain line"},${unreadable},{"mess`);
  expect(items).toContainEqual(expect.objectContaining({ record: expect.objectContaining({ text: unreadable }) }));
});

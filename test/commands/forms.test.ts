import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Finding } from '../../functions/contract/finding.ts';
import { EVENTS, essence, findingsIn, run, SAMPLE, TRUTH } from './run.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'forms-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const jsonl = `${EVENTS.join('\n')}\n`;
const STREAM = 'kube-apiserver-audit-0123456789abcdef';
const GROUP = '/aws/eks/prod/cluster';

const withoutKind = (line: string) => {
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = JSON.parse(line);
  return rest;
};
const eventList = { kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, items: EVENTS.map(withoutKind) };

const logEvent = (message: string, index: number) => ({
  logStreamName: STREAM,
  timestamp: 1795417338048 + index,
  message,
  ingestionTime: 1795417339000,
  eventId: `3919${String(index).padStart(52, '0')}`,
});
const pages = [EVENTS.slice(0, 150), EVENTS.slice(150)].map((events) => ({
  events: events.map(logEvent),
  searchedLogStreams: [],
  nextToken: 'x',
}));

const payload = (events: string[], stream = STREAM) => ({
  messageType: 'DATA_MESSAGE',
  owner: '111122223333',
  logGroup: GROUP,
  logStream: stream,
  subscriptionFilters: ['namespaces'],
  logEvents: events.map((message, index) => ({ id: `${index}`, timestamp: 1795417338048, message })),
});
const control = {
  ...payload([]),
  messageType: 'CONTROL_MESSAGE',
  logEvents: [{ id: '', timestamp: 0, message: 'CWL' }],
};
const packed = (document: object) => ({
  awslogs: { data: gzipSync(JSON.stringify(document)).toString('base64') },
});
const halves = [payload(EVENTS.slice(0, 100)), payload(EVENTS.slice(100))];
const insights = {
  queryLanguage: 'CWLI',
  results: EVENTS.map((message) => [
    { field: '@timestamp', value: '2026-11-23 07:02:18.048' },
    { field: '@message', value: message },
    { field: '@logStream', value: STREAM },
    { field: '@log', value: `111122223333:${GROUP}` },
    { field: '@ptr', value: 'CnQK' },
  ]),
  statistics: { recordsMatched: 304 },
  status: 'Complete',
};
const exported = EVENTS.map((line) => `2026-11-23T07:02:18.048Z ${line}`).join('\n');
const pretty = (...documents: unknown[]) => documents.map((document) => JSON.stringify(document, null, 4)).join('\n');
const sorted = ({ items, metadata, ...rest }: typeof eventList) => ({
  apiVersion: rest.apiVersion,
  items,
  kind: rest.kind,
  metadata,
});
const gzips = (...parts: string[]) => Buffer.concat(parts.map((part) => gzipSync(part)));

/** A form, the file's name and bytes, and what the source then says. */
const forms: [name: string, file: string, bytes: string | Buffer, source?: Partial<Finding['source']>][] = [
  ['audit lines', 'audit.log', jsonl],
  ['audit lines, no newline at the end', 'audit.log', jsonl.trimEnd()],
  ['audit lines, CRLF', 'audit.log', jsonl.replaceAll('\n', '\r\n')],
  ['audit lines, blank lines between', 'audit.log', `\n\n${jsonl.replaceAll('\n', '\n\n')}`],
  ['audit lines, byte order mark', 'audit.log', `\ufeff${jsonl}`],
  ['audit lines, UTF-16 with byte order mark', 'audit.log', Buffer.from(`\ufeff${jsonl}`, 'utf16le')],
  ['audit lines, gzip under any name', 'audit.log', gzips(jsonl)],
  ['audit lines, gzip of several members', 'audit.gz', gzips(jsonl.slice(0, 100_000), jsonl.slice(100_000))],
  ['audit lines, gzip in gzip', 'audit.gz', gzipSync(gzips(jsonl.slice(0, 100_001), jsonl.slice(100_001)))],
  ['audit lines, gzip with zeros after it', 'audit.gz', Buffer.concat([gzips(jsonl), Buffer.alloc(512)])],
  ['audit events, pretty', 'events.json', pretty(...EVENTS.map((line) => JSON.parse(line)))],
  ['event list', 'list.json', JSON.stringify(eventList)],
  ['event list, pretty', 'list.json', pretty(eventList)],
  ['event list, pretty, CRLF, byte order mark', 'list.json', `\ufeff${pretty(eventList).replaceAll('\n', '\r\n')}`],
  ['event list, keys sorted', 'list.json', JSON.stringify(sorted(eventList))],
  [
    'event lists after each other',
    'list.json',
    JSON.stringify({ ...eventList, items: eventList.items.slice(0, 200) }) +
      JSON.stringify({ ...eventList, items: eventList.items.slice(200) }),
  ],
  [
    'event list whose items have a kind',
    'list.json',
    JSON.stringify({ ...eventList, kind: 'List', apiVersion: 'v1', items: EVENTS.map((line) => JSON.parse(line)) }),
  ],
  ['event list, gzip', 'list.json.gz', gzips(pretty(eventList))],
  ['S3 export', `export/${STREAM}/000000.gz`, gzips(exported), { logStream: STREAM }],
  ['S3 export, CRLF, no stream in the path', 'export.txt', exported.replaceAll('\n', '\r\n')],
  [
    'filter-log-events, one page',
    'out.json',
    pretty({ ...pages[0], events: EVENTS.map(logEvent) }),
    { logStream: STREAM, eventId: logEvent('', 280).eventId },
  ],
  ['filter-log-events, pages', 'out.json', pretty(...pages), { logStream: STREAM }],
  ['filter-log-events, pages in gzip', 'out.json.gz', gzips(pretty(...pages)), { logStream: STREAM }],
  [
    'get-log-events',
    'out.json',
    pretty({
      events: EVENTS.map((message) => ({ timestamp: 1, message, ingestionTime: 2 })),
      nextForwardToken: 'f/1',
      nextBackwardToken: 'b/1',
    }),
  ],
  ['Logs Insights', 'out.json', pretty(insights), { logStream: STREAM, logGroup: GROUP }],
  [
    'subscription, packed',
    'event.json',
    JSON.stringify(packed(payload(EVENTS))),
    { logStream: STREAM, logGroup: GROUP, eventId: '280' },
  ],
  [
    'subscription, packed, one a line, control message first',
    'events.jsonl',
    [control, ...halves].map((document) => JSON.stringify(packed(document))).join('\n'),
    { logStream: STREAM, logGroup: GROUP },
  ],
  ['subscription, packed, pretty', 'event.json', pretty(...halves.map(packed)), { logGroup: GROUP }],
  [
    'subscription, unpacked',
    'data.json',
    JSON.stringify(payload(EVENTS)),
    { logStream: STREAM, logGroup: GROUP, eventId: '280' },
  ],
  [
    'subscription, unpacked, without anything between',
    'data.json',
    [control, ...halves].map((document) => JSON.stringify(document)).join(''),
    { logGroup: GROUP },
  ],
  [
    'subscription, as Firehose stores it',
    'firehose',
    gzips(...[control, ...halves].map((document) => JSON.stringify(document))),
    { logGroup: GROUP },
  ],
  [
    'subscription, as Firehose stores it with compression',
    'firehose.gz',
    gzipSync(gzips(...halves.map((document) => JSON.stringify(document)))),
    { logGroup: GROUP },
  ],
];

describe('each form gives the findings of the recording', () => {
  let expected: object[];
  beforeAll(async () => {
    expected = findingsIn(await run(['replay', '--json', SAMPLE])).map(essence);
  });

  test.each(forms)('%s', async (_name, file, bytes, source = {}) => {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    const result = await run(['replay', '--json', path]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const findings = findingsIn(result);
    expect(findings.map(essence)).toEqual(expected);
    expect(findings.find(({ namespace }) => namespace.name === 'plain')?.source).toMatchObject(source);
    const fromStdin = await run(['replay', '--json', '-'], Buffer.from(bytes));
    expect(fromStdin.code).toBe(0);
    expect(findingsIn(fromStdin).map(essence)).toEqual(expected);
  });
});

test('the recording gives exactly the outcomes of its truth, by line and audit id', async () => {
  const findings = findingsIn(await run(['replay', '--json', SAMPLE]));
  const lineOf = new Map(EVENTS.map((line, index) => [JSON.parse(line).auditID, index + 1]));
  expect(
    findings.map(({ outcome, namespace, request }) => ({
      line: lineOf.get(request.auditId),
      auditID: request.auditId,
      outcome,
      namespace: namespace.name ?? null,
    })),
  ).toEqual(TRUTH);
});

describe('the cluster', () => {
  const prod = { name: 'prod', account: '111122223333' };
  const said = ['--cluster', 'dev', '--region', 'eu-west-1', '--account', '444455556666'];

  test.each([
    ['what the input tells stands', JSON.stringify(payload(EVENTS)), [], prod],
    ['what the user says fills in', JSON.stringify(payload(EVENTS)), said, { ...prod, region: 'eu-west-1' }],
    ['without either it is not known', jsonl, [], {}],
    ['the user says it all', jsonl, said, { name: 'dev', region: 'eu-west-1', account: '444455556666' }],
  ])('%s', async (_name, input, args, cluster) => {
    const findings = findingsIn(await run(['replay', '--json', ...args, '-'], input));
    expect(findings).toHaveLength(TRUTH.length);
    for (const finding of findings) expect(finding.cluster).toEqual(cluster);
  });
});

/** What reads text of others takes time that is linear in its length, whatever the text. A new reader gets a row here. */
import { describe, expect, test } from '@jest/globals';
import { harmlessInTerminal } from '../bin/commands/harmless.ts';
import { delimiterOf, TableReader } from '../bin/input/csv.ts';
import { eventsIn, TextReader } from '../bin/input/text-reader.ts';
import { followUpFrom } from '../functions/alert/follow-up/read.ts';
import { defanged, harmless, quoted, visible } from '../functions/alert/text.ts';
import { parseReason } from '../functions/checks/parts/granted-by.ts';
import { logSignsIn } from '../functions/checks/parts/log-signs.ts';
import { plain } from '../functions/checks/parts/plain-line.ts';
import { SIGNS } from '../functions/checks/parts/workload-signs/index.ts';
import { podSpecOf } from '../functions/checks/parts/workload-signs/pod-spec.ts';
import { insightsQuery } from '../functions/clients/logs/insights-query.ts';
import { readLine } from '../functions/clients/logs/log-line.ts';
import { printCommand } from '../functions/contract/commands/print.ts';
import { fit as fitInto } from '../functions/contract/sizes.ts';
import { judge } from '../functions/detect/judge.ts';
import { matches } from '../functions/kit/wildcard.ts';
import { parsePrincipal } from '../functions/kubernetes/names/arn.ts';
import { parseImage } from '../functions/kubernetes/names/image.ts';
import { resemblance } from '../functions/kubernetes/platform-names.ts';
import { parameter } from '../functions/kubernetes/request-query.ts';
import { streamingRequest } from '../functions/kubernetes/streaming-request.ts';
import { expectLinear } from './growth.ts';

const EVENT = '"kind":"Event","apiVersion":"audit.k8s.io/v1","stage":"ResponseComplete","verb":"create"';
const times = (text: string, size: number): string => text.repeat(Math.ceil(size / text.length));

/** Texts of about so many characters, each made to be slow for some way of reading. */
const hostile = (size: number): string[] => [
  times('A', size),
  times(' ', size),
  times('"', size),
  times('\\"', size),
  times('\\', size),
  times('a.', size),
  times('%41', size),
  times('&a=b', size),
  times('\u202e', size),
  times('http://', size),
  times('arn:aws:iam::', size),
  times('curl | ', size),
  times('x@sha256:', size),
  times('ClusterRoleBinding "', size),
  times(' AUDIT: id="', size),
  times('id="a" stage="b" ', size),
  times('[', size),
  times('{"a":', size),
  times('[1,', size),
  times('\r', size),
  times('{}', size),
  times('[{', size),
  times('{"', size),
  times('[{"a":1},', size),
  times('\n[', size),
  times('{\n', size),
  times('{"log":"', size),
  times('""', size),
  times('","', size),
  times('{"kind":"Event","apiVersion":"audit.k8s.io/v1"}', size),
  `{${EVENT},"userAgent":"${times('x{"', size)}`,
  `{"items":[${times('{"a":1},', size)}`,
  `{${times('"user.extra.a.0":"b",', size)}"kind":"Event","apiVersion":"audit.k8s.io/v1"}`,
  `{${times('"k":1,', size)}`,
  `{"a":${times('1', size)}`,
  `{${EVENT},"auditID":"${times('A', size)}`,
  `{${EVENT},"auditID":"${times('\\u0041', size)}`,
  `{${EVENT},"requestURI":"/api/v1/namespaces?${times('&dryRun=%zz', size)}","user":{`,
  `{${EVENT},"requestURI":"${times('/api/v1/namespaces', size)}","user":{`,
  `{${EVENT},"requestURI":"/api/v1/namespaces","requestObject":{"metadata":{"annotations":{${times('"k":"v",', size)}`,
  `{${EVENT},"requestURI":"/api/v1/namespaces","requestObject":${times('{"metadata":', size)}`,
];

const container = (text: string) => ({ name: text, image: text, command: [text], env: [{ name: 'a', value: text }] });
const CONTEXT = { place: {}, level: 0 };

/** Shorter texts are allocated in another way, which costs less for each character. */
const LETTERS = 4_000;

const READERS: [string, (text: string) => unknown, size?: number][] = [
  ['a log line is judged', (text) => judge({ text, cluster: {} })],
  ['the query of a request', (text) => parameter(`/api/v1/namespaces?${text}`, 'dryRun')],
  ['a log line is read by the checks', readLine],
  ['a value is fitted into a size', (text) => fitInto(inPieces(text), 4_096)],
  ['signs in a pod', (text) => SIGNS.map((sign) => sign.look(podSpecOf({ containers: [container(text)] }), LOOKED_AT))],
  ['signs in a line of a log', logSignsIn],
  ['who gave the right', (text) => parseReason(`RBAC: allowed by ${text}`, [text])],
  ['an image', parseImage],
  ['a principal', parsePrincipal],
  ['what a name resembles', resemblance],
  ['a pattern of names', (text) => matches(text, '*a*a*a*')],
  ['text in evidence', (text) => plain(text)],
  ['text in an alert', (text) => [harmless(text, 1e9), quoted(text, 1e9), visible(text), defanged(text)]],
  ['text in a terminal', harmlessInTerminal],
  ['a value in a command', (text) => printCommand(['kubectl', 'get', 'namespace', text])],
  [
    'a path that goes to a kubelet',
    (text) =>
      streamingRequest(
        {
          stage: 'ResponseStarted',
          requestURI: `/api/v1/nodes/n/proxy/${text}`,
          responseStatus: { code: 101 },
          objectRef: { resource: 'nodes', subresource: 'proxy' },
        },
        'evil',
      ),
  ],
  ['a value in a question to the logs', (text) => insightsQuery({ field: 'user.username', is: text }, 10)],
  ['a follow-up', (text) => followUpFrom({ followUp: { id: text, summary: text, open: [text] } })],
  ['the beginning of a recording', delimiterOf],
  ['a recording', (text) => inParts(new TextReader(CONTEXT), text), LETTERS],
  ['a list in a recording', (text) => inParts(new TextReader(CONTEXT), `{"items":[${text}`), LETTERS],
  ['a line behind another text', (text) => inParts(new TextReader(CONTEXT), `2026-11-20T09:15:00Z x ${text}`), LETTERS],
  ['a message in a recording', (text) => inParts(new TextReader(CONTEXT), JSON.stringify({ log: text })), LETTERS],
  ['a member that nobody knows', (text) => inParts(new TextReader(CONTEXT), `{"x":${JSON.stringify(text)}}`), LETTERS],
  ['a table', (text) => inParts(new TableReader({ ...CONTEXT, readText: eventsIn }, ','), `message\n${text}`), LETTERS],
];

/** Long, and in many entries. */
function inPieces(text: string): object {
  const list = text.match(/.{1,40}/gs) ?? [];
  return { text, list, map: Object.fromEntries(list.map((piece, index) => [`${index}${piece}`, piece])) };
}

const LOOKED_AT = { kind: 'Pod', usualRegistries: ['*.dkr.ecr.*.amazonaws.com'] };

/** The text in parts as a stream brings it, and its end. */
function inParts(reader: TextReader | TableReader, text: string): unknown[] {
  const found = [];
  for (let at = 0; at < text.length; at += 65_536) {
    reader.push(text.slice(at, at + 65_536));
    found.push(...reader.take());
  }
  reader.end();
  return [...found, ...reader.take()];
}

describe('grows no faster than the text', () => {
  test.each(READERS)(
    '%s',
    (_, reader, size = 2_000) => {
      expectLinear(
        (texts) => {
          for (const text of texts) attempt(() => reader(text));
        },
        hostile,
        size,
      );
    },
    60_000,
  );
});

describe('a reader that is not linear fails', () => {
  const reads: [string, (text: string) => unknown, number][] = [
    ['a pattern that begins everywhere', (text) => /A+ AUDIT/.exec(text), 1_000],
    ['what is left is copied for each line', copyRest, 4_000],
    ['a native search from each place', (text) => Array.from(text, (_, at) => text.indexOf('\0', at)), 4_000],
  ];
  test.each(reads)('%s', (_, read, size) => {
    expect(() => expectLinear(read, (length) => 'A'.repeat(length), size)).toThrow();
  });
});

function copyRest(text: string): void {
  for (let rest = Buffer.from(text); rest.length > 0; ) rest = Buffer.from(rest.subarray(64));
}

/** Whether it refuses the text does not matter here. */
function attempt(work: () => unknown): void {
  try {
    work();
  } catch {}
}

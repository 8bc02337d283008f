import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { judge } from '../../functions/detect/judge.ts';
import { leastTimes } from './measure.ts';
import type { Bench, Row } from './row.ts';

/** About the longest event that CloudWatch Logs takes, in characters. */
const LENGTH = 1.05 * 1024 * 1024;

/** What an event of a creation holds up to the metadata of its body. */
const HEAD = `${JSON.stringify({
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  level: 'RequestResponse',
  auditID: '6a25ba4e-ccd2-4c32-bd34-0a9bdbbd8b1c',
  stage: 'ResponseComplete',
  requestURI: '/api/v1/namespaces?fieldManager=kubectl-create',
  verb: 'create',
  user: { username: 'alice', groups: ['system:authenticated'] },
  sourceIPs: ['10.0.0.1'],
  userAgent: 'kubectl',
  objectRef: { resource: 'namespaces', name: 'team-a', apiVersion: 'v1' },
  responseStatus: { metadata: {}, code: 201 },
}).slice(0, -1)},"requestObject":{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"team-a","annotations":`;

const filled = (text: string): string => text.repeat(Math.ceil(LENGTH / text.length));
const annotations = (count: number, value: string): string =>
  `{${Array.from({ length: count }, (_, index) => `"k${index}":"${value}${index}"`).join(',')}}`;

/** The annotations of the body, by what is hard in them. */
const SHAPES: Record<string, string> = {
  'one long string': `{"a":"${filled('x')}"}`,
  '58,000 annotations': annotations(58_000, 'v'),
  '1,000 annotations of 1 kB': annotations(1_000, 'x'.repeat(1_024)),
  'nested arrays': `{"a":${'['.repeat(LENGTH / 2)}${']'.repeat(LENGTH / 2)}}`,
  'nested objects': `{"a":${'{"a":'.repeat(LENGTH / 6)}1${'}'.repeat(LENGTH / 6)}}`,
  'escapes of letters': `{"a":"${filled('\\u0041')}"}`,
  'escaped quotes': `{"a":"${filled('\\"')}"}`,
  'escaped backslashes': `{"a":"${filled('\\\\')}"}`,
};

/** A cut line is judged, against parsing a whole line of that length. */
function cutLine(shape: string, text: string): Row {
  const whole = `${HEAD}${text}}}}`;
  const cut = `${HEAD}${text},"labels":{"team":"pay`;
  const [ours = 0, parse = 0] = leastTimes([() => judged(cut), () => JSON.parse(whole)]);
  const work = `a cut line of 1 MB is judged: ${shape}`;
  return { bench: 'detect', work, unit: 'ms', ours, limit: parse, peer: { name: 'JSON.parse', value: parse }, goal: 3 };
}

const judged = (text: string) => judge({ text, cluster: { name: 'bench' }, eventId: '1' });

/** A delivery as it usually is, against a loop that only parses it. */
function ordinaryLines(): Row {
  const lines = gunzipSync(readFileSync('test/corpus/audit.jsonl.gz')).toString().trimEnd().split('\n');
  const [ours = 0, parse = 0] = leastTimes([() => lines.map(judged), () => lines.map((line) => parsed(line))]);
  const work = `the ${lines.length} lines of the recording are judged`;
  return { bench: 'detect', work, unit: 'ms', ours, limit: parse, peer: { name: 'JSON.parse of each', value: parse } };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

export const detect: Bench = {
  name: 'detect',
  about: 'lines judged, long and cut ones too, against JSON.parse',
  run(tell) {
    tell('ordinary lines');
    const rows = [ordinaryLines()];
    for (const [shape, text] of Object.entries(SHAPES)) {
      tell(`a cut line: ${shape}`);
      rows.push(cutLine(shape, text));
    }
    return rows;
  },
};

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EVENTS, findingsIn, run, SAMPLE, TRUTH } from './run.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'replay-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, bytes: string | Buffer) => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const eventOf = (name: string) => {
  const { line } = TRUTH.find(({ namespace, outcome }) => namespace === name && outcome === 'created') ?? { line: 0 };
  return EVENTS[line - 1] ?? '';
};
const PLAIN = eventOf('plain');
const KLOG = 'I1123 07:02:18.048964       1 controller.go:615] quota admission added evaluator for: namespaces';

describe('input that cannot be read ends with 2 and says why', () => {
  test.each<[string, () => string, RegExp]>([
    ['no such file', () => join(folder, 'missing.log'), /missing\.log: no such file; check the path/],
    ['a folder', () => folder, /is a directory; name the files in it/],
    ['an empty file', () => file('empty.log', ''), /empty\.log: is empty/],
    ['white space', () => file('blank.log', '\n \r\n'), /blank\.log: is empty/],
    ['an empty gzip', () => file('empty.gz', gzipSync('')), /empty\.gz: is empty/],
    [
      'binary junk',
      () => file('junk', Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256))),
      /junk: is binary, and none of the forms that are read here/,
    ],
    [
      'a picture',
      () => file('x.png', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')),
      /x\.png: is a picture or a recording/,
    ],
    ['other JSON', () => 'package.json', /package\.json: no audit event in it; see "sentinel replay --help"/],
    [
      'a list of something else',
      () => file('pods.json', '{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{}}]}'),
      /pods.json: no audit event in it; see/,
    ],
    [
      'another log',
      () => file('klog', `${KLOG}\n${KLOG}\n`),
      /klog: no audit event in it.*\n {2}the first problem: .*klog:1: no audit event: not JSON/,
    ],
    [
      'a packed payload of something else',
      () => file('p.json', '{"awslogs":{"data":"AAAA"}}'),
      /p\.json:1: payload is not base64 of gzip/,
    ],
    [
      'compressed data without beginning',
      () => file('cut.gz', gzipSync(PLAIN).subarray(0, 12)),
      /cut\.gz: the compressed data ends early/,
    ],
  ])('%s', async (_name, path, message) => {
    const { code, stdout, stderr } = await run(['replay', '--json', path()]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.split('\n').length).toBeLessThan(5);
  });

  test('and does not stop the other files', async () => {
    const result = await run(['replay', '--json', join(folder, 'missing'), SAMPLE, folder, SAMPLE]);
    expect(result.code).toBe(2);
    expect(findingsIn(result)).toHaveLength(2 * TRUTH.length);
  });
});

describe('nothing found is not a mistake', () => {
  test.each([
    ['audit events of other things', `${EVENTS[0]}\n`, 1],
    ['a page without log events', '{"events": [], "searchedLogStreams": []}', 0],
    ['a list without items', '{"kind":"EventList","items":[]}', 0],
    ['a query without results', '{"results":[],"status":"Complete"}', 0],
    ['a control message', '{"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logEvents":[]}', 0],
  ])('%s', async (_name, input, events) => {
    const { code, stdout, stderr } = await run(['replay', '-'], input);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`${events} audit event${events === 1 ? '' : 's'} read, 0 findings.\n`);
  });
});

describe('damage in the input ends with 1, and what is whole is found', () => {
  const twenty = Array.from({ length: 30 }, (_, index) => `junk ${index}`).join('\n');
  const list = `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[${PLAIN},${PLAIN}`;

  test.each<[string, string | Buffer, number, string[]]>([
    [
      'a line of something else',
      `${PLAIN}\n${KLOG}\n${PLAIN}`,
      2,
      [`(standard input):2: no audit event: not JSON; passed over`],
    ],
    [
      'bytes that are not text',
      Buffer.concat([Buffer.from(`${PLAIN}\n`), Buffer.from([0, 255, 254, 10]), Buffer.from(PLAIN)]),
      2,
      ['(standard input):2: no audit event: not JSON; passed over'],
    ],
    [
      'many such lines: twenty are told',
      `${twenty}\n${PLAIN}\n`,
      1,
      ['(standard input):1: no audit event: not JSON; passed over', '(standard input): 10 more problems like these'],
    ],
    [
      'a line without end',
      `${PLAIN}\n${'x'.repeat(17 * 2 ** 20)}\n${PLAIN}`,
      2,
      ['(standard input):2: longer than 1 MiB, and no document begins on it; passed over'],
    ],
    ['an event list that ends early', list, 2, ['(standard input):1: ends in the middle of a JSON document']],
    [
      'an event list with something else in it',
      `${list},7]}`,
      2,
      ['(standard input):1 (item 3): no audit event: JSON, but no object; passed over'],
    ],
    [
      'a log event without message',
      JSON.stringify({ events: [{ message: PLAIN }, {}] }),
      1,
      ['(standard input):1 (item 2): no audit event: a JSON object, but no event of audit.k8s.io; passed over'],
    ],
    [
      'a result without message',
      JSON.stringify({ results: [[{ field: '@message', value: PLAIN }], [{ field: '@ptr', value: 'x' }]] }),
      1,
      ['(standard input):1 (item 2): a result without "@message"'],
    ],
    [
      'a payload that is not one among others',
      `{"awslogs":{}}\n${JSON.stringify({ awslogs: { data: gzipSync(JSON.stringify({ messageType: 'DATA_MESSAGE', owner: '1', logGroup: 'g', logStream: 's', logEvents: [{ id: '1', timestamp: 1, message: PLAIN }] })).toString('base64') } })}`,
      1,
      ['(standard input):1: no subscription payload'],
    ],
  ])('%s', async (_name, input, found, told) => {
    const result = await run(['replay', '--json', '-'], input);
    expect(result.code).toBe(1);
    expect(findingsIn(result)).toHaveLength(found);
    for (const line of told) expect(result.stderr).toContain(line);
    expect(result.stderr.split('\n').length).toBeLessThan(26);
    expect(result.stderr).toMatch(/\d+ problems?: part of the input was not read, see above\.\n$/);
  });

  test('compressed data that ends early gives what came before', async () => {
    const whole = gzipSync(EVENTS.join('\n').repeat(3), { level: 1 });
    const result = await run(['replay', '--json', '-'], whole.subarray(0, whole.length - 20));
    expect(result.code).toBe(1);
    expect(findingsIn(result).length).toBeGreaterThan(TRUTH.length);
    expect(result.stderr).toContain(
      'the compressed data ends early; what comes after was not read: fetch the file again',
    );
  });
});

describe('cut lines reach the detector as they are', () => {
  const body = PLAIN.indexOf('"requestObject"');

  test.each([
    ['at the bodies', `${PLAIN.slice(0, body + 40)}[Truncated...]`],
    ['without a sign', PLAIN.slice(0, body + 40)],
  ])('%s', async (_name, line) => {
    const result = await run(['replay', '--json', '-'], `${line}\n${EVENTS[0]}\n`);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(findingsIn(result)).toMatchObject([
      { outcome: 'created', namespace: { name: 'plain' }, source: { truncated: true } },
    ]);
  });

  test('the last item of an event list, too', async () => {
    const result = await run(['replay', '--json', '-'], `{"items":[${EVENTS[0]},${PLAIN.slice(0, body + 40)}`);
    expect(result.code).toBe(1);
    expect(findingsIn(result)).toMatchObject([
      { outcome: 'created', namespace: { name: 'plain' }, source: { truncated: true } },
    ]);
  });
});

describe('other logs of the control plane', () => {
  test.each([
    'kube-apiserver-0123',
    'authenticator-0123',
    'kube-scheduler-0123',
    'kube-controller-manager-0123',
    'cloud-controller-manager-0123',
  ])('%s: its lines are counted, not complained of', async (logStreamName) => {
    const events = [
      { logStreamName, message: KLOG },
      { logStreamName: 'kube-apiserver-audit-0123', message: PLAIN },
    ];
    const { code, stdout, stderr } = await run(['replay', '-'], JSON.stringify({ events }));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /1 audit event read, 1 finding: 1 created\.\n1 line of other control plane logs passed over\.\n$/,
    );
  });

  test('an export of such a stream alone', async () => {
    mkdirSync(join(folder, 'authenticator-0123'));
    const path = file(
      'authenticator-0123/000000.gz',
      gzipSync(`2026-11-23T07:02:18.048Z time="2026" level=info\n  more of it\n`),
    );
    const { code, stdout, stderr } = await run(['replay', path]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('2 lines of other control plane logs passed over.');
  });

  test('an audit stream must hold audit events', async () => {
    const events = [{ logStreamName: 'kube-apiserver-audit-0123', message: KLOG }];
    expect((await run(['replay', '-'], JSON.stringify({ events }))).code).toBe(2);
  });
});

describe('output for people', () => {
  test('has a line for each finding of any outcome, and the numbers', async () => {
    const { code, stdout, stderr } = await run(['replay', SAMPLE]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(TRUTH.length + 2);
    expect(lines[0]).toMatch(/^TIME +OUTCOME +NAMESPACE +ACTOR +VIA +FROM$/);
    for (const [index, { outcome, namespace }] of TRUTH.entries())
      expect(lines[index + 1]).toMatch(
        new RegExp(`^2026-11-23T\\S+ +${outcome} +${namespace ?? '-'} .* 127\\.0\\.0\\.1$`),
      );
    expect(lines.at(-1)).toBe(
      '304 audit events read, 11 findings: 8 created, 1 already-exists, 1 attempt-denied, 1 rejected.',
    );
  });

  test('shows whom the actor claimed to be, and the session of a role', async () => {
    const { stdout } = await run(['replay', SAMPLE]);
    expect(stdout).toMatch(/ imp +admin as bob +kubectl/);
    expect(stdout).toMatch(/ - +arn:aws:iam::111122223333:role\/Dev \(session alice\) +kubectl/);
  });

  const hostile =
    '\x1b]0;owned\x07\x1b[2J\r\n\u009b31m\u202egnp.exe\u2066\u200b\u2028\u00a0\ud800\u0301\u{e0041}\u3164';

  test('lets no text of a client through to the terminal', async () => {
    const event = JSON.parse(PLAIN);
    event.user.username = hostile;
    event.userAgent = hostile;
    event.objectRef.name = hostile;
    event.responseObject.metadata.annotations = { [hostile]: hostile };
    const line = JSON.stringify(event);
    const people = await run(['replay', '-'], `${line}\n${hostile}\n`);
    const machines = await run(['replay', '--json', '-'], line);
    const name = file(`\x1b[2J\u202e.log`, `${line}\n${KLOG}\n`);
    const named = await run(['replay', '--json', name]);
    for (const { stdout, stderr } of [people, machines, named])
      expect(`${stdout}${stderr}`).not.toMatch(/[^\n\x20-\x7e…]/);
    expect(people.stdout.split('\n')).toHaveLength(5);
    expect(named.stderr).toContain('\\u001b[2J\\u202e.log:2: ');
    expect(findingsIn(machines)).toMatchObject([{ namespace: { name: hostile }, actor: { username: hostile } }]);
  });

  test('leaves letters of any script alone', async () => {
    const event = { ...JSON.parse(PLAIN), user: { username: 'Zoë Ωmega 李 🚀' } };
    expect((await run(['replay', '-'], JSON.stringify(event))).stdout).toContain('Zoë Ωmega 李 🚀');
  });
});

describe('progress', () => {
  const erase = '\r\x1b[K';

  test('shows on a terminal only, and is wiped at the end', async () => {
    const input = `${EVENTS.join('\n')}\n`.repeat(60);
    const path = file('long.log', input);
    const shown = await run(['replay', '--json', path], '', true);
    expect(shown.stderr.split(erase)[1]).toMatch(/^\d+\.\d MB of \d+\.\d MB, \d+ %; \d+ events …$/);
    expect(shown.stderr.lastIndexOf(erase)).toBeGreaterThan(shown.stderr.lastIndexOf(' events …'));
    expect(shown.stderr).toContain(`${erase}18240 audit events read, 660 findings: `);
    expect((await run(['replay', '--json', path])).stderr).toBe('');
  });
});

describe('wrong use ends with 2', () => {
  test.each([
    [[], /Usage: sentinel/],
    [['replay'], /missing required argument 'file'/],
    [['replay', '--jsn', SAMPLE], /unknown option '--jsn'[\s\S]*Did you mean --json/],
    [['rplay'], /unknown command 'rplay'/],
    [['replay', '--region', 'europe', SAMPLE], /This is not a valid AWS Region/],
    [['replay', '--account', '1234', SAMPLE], /This is not a valid account id of 12 digits/],
    [['replay', '--cluster', 'a b', SAMPLE], /This is not a valid name of an EKS cluster/],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  test.each([
    [['--help'], /Usage: sentinel[\s\S]*replay \[options\] <file\.\.\.>[\s\S]*Exit codes/],
    [['replay', '--help'], /Usage: sentinel replay[\s\S]*Kubernetes EventList[\s\S]*Examples:/],
    [['--version'], /^\d+\.\d+\.\d+\n$/],
  ])('%j is help', async (args, text) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(text);
  });
});

test('any bytes have an exit code, and stdout holds nothing but findings', async () => {
  const starts = [
    '',
    '{"awslogs":',
    '{"messageType":"DATA_MESSAGE",',
    '{"items":[',
    '{"events":[',
    '{"results":[',
    '{\n',
    '2026-11-23T07:02:18.048Z ',
  ];
  const parts = fc.oneof(
    fc.uint8Array(),
    fc
      .constantFrom(PLAIN, '\n', '"', '{"message":"', '},{', ']', '}', '\u001f\u008b')
      .map((text) => Buffer.from(text, 'latin1')),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...starts), fc.array(parts), fc.boolean(), async (start, rest, packed) => {
      const bytes = Buffer.concat([Buffer.from(start), ...rest]);
      const result = await run(['replay', '--json', '-'], packed ? gzipSync(bytes) : bytes);
      expect([0, 1, 2]).toContain(result.code);
      for (const finding of findingsIn(result)) expect(finding).toMatchObject({ schemaVersion: 1 });
      expect(result.stderr).not.toMatch(/\n {4}at /);
    }),
    { numRuns: 300 },
  );
});

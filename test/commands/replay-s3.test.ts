/** Objects in S3, read by the command as a process, with real requests over loopback. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { payload } from '../detect/events.ts';
import { EVENTS, SAMPLE, TRUTH } from './run.ts';
import { S3Server } from './s3-server.ts';

// Each test starts a process with threads, on a machine that may be busy.
jest.setTimeout(60_000);

let folder: string;
let s3: S3Server;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'replay-s3-'));
  s3 = await S3Server.start();
});
afterEach(async () => {
  await s3.stop();
  rmSync(folder, { recursive: true });
});

const start = (args: string[], env: NodeJS.ProcessEnv = s3.env) =>
  spawn(process.execPath, ['bin/start.mjs', 'replay', ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], AWS_EC2_METADATA_DISABLED: 'true', ...env },
  });

async function replay(args: string[], env?: NodeJS.ProcessEnv) {
  const child = start(args, env);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const [code] = await once(child, 'close');
  const ids = stdout.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line).id as string] : []));
  return { code, stdout, stderr, ids };
}

const TEXT = readFileSync(SAMPLE, 'utf8');
const lines = (from: number, to: number) => EVENTS.slice(from, to).join('\n');
const stamped = (text: string) => text.replace(/^/gm, '2026-11-20T09:15:00.123Z ');
/** Of some events, as Firehose stores it. */
const delivered = (from: number, to: number): string => JSON.stringify(payload(EVENTS.slice(from, to)));
const HALF = Math.floor(EVENTS.length / 2);
const EXPORT = 'audit/11112222-3333-4444-5555-666677778888/kube-apiserver-audit-1f';

/** All of the recording, in the forms in which logs come to S3. */
function putRecording(): void {
  s3.put('audit/aws-logs-write-test', 'Permission Check Successful');
  s3.put('audit/folder/', '');
  s3.put(`${EXPORT}/000000.gz`, gzipSync(stamped(lines(0, HALF))));
  s3.put('audit/firehose/1', gzipSync(delivered(HALF, HALF + 40) + delivered(HALF + 40, HALF + 60)));
  // Firehose packs what the subscription has packed.
  s3.put('audit/firehose/2', gzipSync(gzipSync(delivered(HALF + 60, HALF + 80))));
  s3.put('audit/plain+ & =.log', lines(HALF + 80, EVENTS.length));
}

const byId = async (): Promise<string[]> => (await replay(['--json', SAMPLE])).ids.sort();

describe('a prefix', () => {
  test('all forms are read, what there is and what it costs is told first, and nothing is read twice', async () => {
    putRecording();
    s3.put('other/1.log', TEXT);
    const { code, stdout, stderr } = await replay(['s3://logs/audit/']);
    expect(stderr).toMatch(
      /^s3:\/\/logs\/audit\/: 4 objects of 0\.\d MB to read; about 1 s at 50\.0 MB a second, \$0\.0000 for requests, /,
    );
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining(`${EVENTS.length} audit events read, ${TRUTH.length} findings: `),
    ]);
    expect(s3.reads.toSorted()).toEqual(
      [...s3.objects.keys()].filter((key) => /^audit\/(?!aws|folder)/.test(key)).toSorted(),
    );
  });

  test('the same findings in JSON as of the file', async () => {
    // A payload tells the account, so that its findings have other ids.
    s3.put('a/1.gz', gzipSync(lines(0, HALF)));
    s3.put('a/2', lines(HALF, EVENTS.length));
    const { ids } = await replay(['--json', 's3://logs/a/']);
    expect(ids.toSorted()).toEqual(await byId());
  });

  test('beside files', async () => {
    s3.put('a/1', TEXT);
    const { code, ids } = await replay(['--json', SAMPLE, 's3://logs/a/1']);
    expect([code, ids.length]).toEqual([0, 2 * TRUTH.length]);
  });

  test('without any object is wrong input', async () => {
    const { code, stderr } = await replay(['s3://logs/nothing/']);
    expect([code, stderr]).toEqual([2, 'sentinel replay: s3://logs/nothing/: no object has a key that begins so\n']);
  });
});

test('what cannot be read is told with its key, and the others are read', async () => {
  s3.put('a/1.gz', Buffer.concat([gzipSync(TEXT).subarray(0, 2_000), Buffer.from('damaged')]));
  s3.put('a/2', 'no log\n');
  s3.put('a/3\nsentinel: all is well\u001b[2J', TEXT, { refusal: { status: 403, code: 'AccessDenied' } });
  s3.put('a/4', TEXT, { storageClass: 'DEEP_ARCHIVE' });
  s3.put('a/5', TEXT, { refusal: { status: 403, code: 'InvalidObjectState' } });
  s3.put('a/6', TEXT, { refusal: { status: 404, code: 'NoSuchKey', message: 'x\nsentinel: all is well' } });
  s3.put('a/7', TEXT, { refusal: { status: 400, code: 'KMS.DisabledException' } });
  s3.put('a/8', TEXT);
  const { code, stdout, stderr } = await replay(['--json', 's3://logs/a/']);
  expect(code).toBe(2);
  expect(stdout.trimEnd().split('\n').length).toBeGreaterThanOrEqual(TRUTH.length);
  const notes = stderr.split('\n');
  expect(notes).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^s3:\/\/logs\/a\/1\.gz: the compressed data /),
      expect.stringMatching(/^s3:\/\/logs\/a\/2: no audit event in it/),
      expect.stringMatching(
        /^s3:\/\/logs\/a\/3\\u000asentinel: all is well\\u001b\[2J: may not be read: it takes "s3:GetObject"/,
      ),
      's3://logs/a/4: is archived (DEEP_ARCHIVE): restore it first ("aws s3api restore-object")',
      expect.stringMatching(/^s3:\/\/logs\/a\/5: is archived: restore it first/),
      expect.stringMatching(/^s3:\/\/logs\/a\/6: is not there any more/),
      expect.stringMatching(/^s3:\/\/logs\/a\/7: cannot be decrypted: /),
    ]),
  );
  expect(notes.filter((line) => line.startsWith('sentinel'))).toEqual([]);
  expect(s3.reads).not.toContain('a/4');
});

test('where the connection breaks, reading goes on behind the last byte', async () => {
  s3.put('a/1', TEXT, { cut: { after: 5_000, times: 3 } });
  const { code, ids } = await replay(['--json', 's3://logs/a/1']);
  expect([code, ids.toSorted()]).toEqual([0, await byId()]);
  expect(s3.reads).toHaveLength(4);
});

test('refusals that are about more than one object end it: no bucket, no credentials', async () => {
  s3.put('a/1', TEXT);
  const missing = await replay(['s3://other/a/']);
  expect([missing.code, missing.stderr]).toEqual([
    2,
    expect.stringMatching(/^sentinel replay: AWS has no such thing: /),
  ]);
  const { AWS_ACCESS_KEY_ID: _, ...env } = s3.env;
  const nobody = await replay(['s3://logs/a/'], env);
  expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining('there are no AWS credentials')]);
  // So many that threads read them.
  for (let each = 0; each < 20; each += 1)
    s3.put(`b/${each}`, TEXT, { refusal: { status: 400, code: 'ExpiredToken' } });
  const expired = await replay(['s3://logs/b/']);
  expect([expired.code, expired.stderr]).toEqual([2, expect.stringContaining('AWS does not accept the credentials')]);
});

describe('with a state', () => {
  const state = () => join(folder, 'state.ndjson');

  test('a run that was killed goes on behind what was done, and all findings are printed', async () => {
    const dense = `${TRUTH.map(({ line }) => EVENTS[line - 1]).join('\n')}\n`;
    for (let each = 10; each < 40; each += 1)
      s3.put(`a/${each}`, dense.replaceAll('"auditID":"', `"auditID":"${each}`));
    const child = start(['--json', '--state', state(), 's3://logs/a/']);
    let first = '';
    child.stdout.on('data', (text) => {
      first += text;
      if (existsSync(state()) && readFileSync(state(), 'utf8').split('\n').length > 5) child.kill('SIGKILL');
    });
    await once(child, 'close');
    const done = readFileSync(state(), 'utf8').trimEnd().split('\n').length - 1;
    expect(done).toBeLessThan(30);
    s3.reads.length = 0;
    const second = await replay(['--json', '--state', state(), 's3://logs/a/']);
    expect([second.code, second.stderr]).toEqual([
      0,
      expect.stringContaining(`: ${done} objects of before left out, ${30 - done} objects of`),
    ]);
    expect(s3.reads).toHaveLength(30 - done);
    const printed = new Set([
      ...first
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line).id),
      ...second.ids,
    ]);
    const { ids } = await replay(['--json', 's3://logs/a/']);
    expect(printed).toEqual(new Set(ids));
    const third = await replay(['--json', '--state', state(), 's3://logs/a/']);
    expect([third.code, third.stdout]).toEqual([0, '']);
  });

  test('an object that was written again is read again, and one that could not be read is', async () => {
    s3.put('a/1', TEXT);
    s3.put('a/2', TEXT, { refusal: { status: 403, code: 'AccessDenied' } });
    expect((await replay(['--state', state(), 's3://logs/a/'])).code).toBe(2);
    s3.put('a/1', `${TEXT}${TEXT}`);
    s3.put('a/2', TEXT);
    const { code, ids } = await replay(['--json', '--state', state(), 's3://logs/a/']);
    expect([code, ids.length]).toEqual([0, 3 * TRUTH.length]);
  });

  test.each<[string, string[], string]>([
    ['another file', ['s3://logs/a/'], 'is not a state of "sentinel replay"'],
    [
      'the state of another cluster',
      ['--cluster', 'other', 's3://logs/a/'],
      'is the state of a run for another cluster',
    ],
    ['no object in S3', [SAMPLE], 'a state is kept of objects in S3 alone'],
  ])('%s is wrong input', async (what, args, told) => {
    s3.put('a/1', TEXT);
    if (what === 'another file') writeFileSync(state(), TEXT);
    else await replay(['--state', state(), 's3://logs/a/']);
    const before = existsSync(state()) && readFileSync(state(), 'utf8');
    const { code, stderr } = await replay(['--state', state(), ...args]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(told)]);
    expect(existsSync(state()) && readFileSync(state(), 'utf8')).toEqual(before);
  });
});

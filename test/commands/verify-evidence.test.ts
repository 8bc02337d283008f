import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { run } from './run.ts';

const UID = '0a1b2c3d-0000-4000-8000-00000000000a';
const OWNER = `111122223333/eu-central-1/prod/${UID}`;
const RUN = `containment/${OWNER}/runs/run-1`;
const FILES: Record<string, string> = {
  [`${RUN}/report.json`]: '{"outcome":"contained"}\n',
  [`${RUN}/steps/snapshot.json`]: '{"step":"snapshot"}\n',
  [`${RUN}/evidence/logs/a b.log`]: 'one\ntwo\n',
  [`${RUN}/evidence/logs/back\\slash\nand line.log`]: 'x',
  [`snapshots/${OWNER}/snapshot.json.gz`]: '\u001f\u008bnot really',
};
const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

const root = mkdtempSync(join(tmpdir(), 'verify-evidence-'));
afterAll(() => rmSync(root, { recursive: true }));
let [folder, hash, count] = ['', '', 0];
const at = (file: string): string => join(folder, file);
function put(file: string, text: string): void {
  mkdirSync(dirname(at(file)), { recursive: true });
  writeFileSync(at(file), text);
}

beforeEach(() => {
  folder = join(root, String(++count));
  for (const [file, text] of Object.entries(FILES)) put(file, text);
  const list = Object.entries(FILES).map(([file, text]) => {
    const escaped = file.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
    return `${escaped === file ? '' : '\\'}${sha256(text)}  ${escaped}\n`;
  });
  put(`${RUN}/hashes.txt`, list.join(''));
  put(`${RUN}/steps/report.json`, 'written afterwards');
  put('.leases/hashes.jsonl', 'not evidence');
  hash = sha256(list.join(''));
});

const verify = (...more: string[]) => run(['verify-evidence', folder, '--hash', hash, ...more]);

test('what is as it was stored is said to be, and other runs are left alone', async () => {
  put(`containment/${OWNER}/runs/run-2/hashes.txt`, 'of another run');
  put(`containment/${OWNER}/runs/run-2/report.json`, 'of another run');
  put(`snapshots/${OWNER}/later/run-2-1.json.gz`, 'of another run');
  expect(await verify()).toMatchObject({ code: 0, stdout: `Every file of ${RUN}/hashes.txt is as it was stored.\n` });
  hash = hash.toUpperCase();
  expect((await verify()).code).toBe(0);
});

test('any byte of any file that is another is named with its file', async () => {
  const names = [...Object.keys(FILES)];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), fc.nat(), fc.integer({ min: 1, max: 255 }), async (file, where, by) => {
      const before = readFileSync(at(file));
      const after = Buffer.from(before);
      after[where % after.length] = (after[where % after.length] ?? 0) ^ by;
      writeFileSync(at(file), after);
      const { code, stdout } = await verify('--json');
      writeFileSync(at(file), before);
      expect([code, JSON.parse(stdout).differences]).toEqual([1, [{ file, what: 'changed' }]]);
    }),
    { numRuns: 25 },
  );
});

test('a file that is missing, longer, shorter, added or a link is named', async () => {
  rmSync(at(`${RUN}/report.json`));
  writeFileSync(at(`${RUN}/evidence/logs/a b.log`), 'one\ntwo\n\n');
  put(`${RUN}/evidence/more.log`, 'planted');
  renameSync(at(`${RUN}/steps/snapshot.json`), at('elsewhere.json'));
  symlinkSync(at('elsewhere.json'), at(`${RUN}/steps/other.json`));
  symlinkSync(at('elsewhere.json'), at(`${RUN}/steps/snapshot.json`));
  const { code, stdout } = await verify();
  expect(code).toBe(1);
  expect(stdout.trimEnd().split('\n').sort()).toEqual(
    [
      `5 files of ${RUN}/hashes.txt are not as stored.`,
      `added    ${RUN}/evidence/more.log`,
      `added    ${RUN}/steps/other.json`,
      `changed  ${RUN}/evidence/logs/a b.log`,
      `missing  ${RUN}/report.json`,
      `changed  ${RUN}/steps/snapshot.json`,
    ].sort(),
  );
});

test('a list that was changed is not believed', async () => {
  put(`${RUN}/report.json`, 'forged');
  const forged = readFileSync(at(`${RUN}/hashes.txt`), 'utf8').replace(
    sha256(FILES[`${RUN}/report.json`] ?? ''),
    sha256('forged'),
  );
  writeFileSync(at(`${RUN}/hashes.txt`), forged);
  const { code, stdout } = await verify();
  expect(code).toBe(1);
  expect(stdout).toContain(`changed  ${RUN}/hashes.txt\n`);
  expect(stdout).toContain(`No list of hashes has the hash ${hash}`);
});

describe('wrong input', () => {
  test.each([
    ['no hash', () => ['verify-evidence', folder], /--hash/],
    ['half a hash', () => ['verify-evidence', folder, '--hash', hash.slice(1)], /64 hex digits/],
    ['no such folder', () => ['verify-evidence', `${folder}x`, '--hash', hash], /cannot be read/],
    [
      'a folder without a list',
      () => ['verify-evidence', at(RUN), '--hash', hash],
      /holds no hashes.txt.*"containment"/,
    ],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await run(args());
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});

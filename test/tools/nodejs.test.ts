/** What ends `npm ci`: a Node.js for a checkout on a machine whose own is too old. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const PROGRAM = `node-${process.platform}-${process.arch}/bin/node`;
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nodejs-'));
  mkdirSync(join(root, 'node_modules/.bin'), { recursive: true });
  mkdirSync(join(root, 'bin'));
  cpSync('tools/nodejs', join(root, 'tools/nodejs'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

const link = () => join(root, 'node_modules/.bin/node');

/** In place of npm: notes how it was called, and unpacks a program where it answers. */
function npm(answers: boolean): void {
  const file = join(root, 'bin/npm');
  const unpack = `mkdir -p node_modules/${PROGRAM.replace('/node', '')} && touch node_modules/${PROGRAM}`;
  writeFileSync(
    file,
    `#!/bin/sh\necho "$@" >> ${root}/calls\ntest -f package-lock.json && ${answers ? unpack : 'false'}\n`,
  );
  chmodSync(file, 0o755);
}

/** @param needed what package.json promises; the Node.js of this run stands for the machine's */
function prepare(needed: string) {
  writeFileSync(join(root, 'package.json'), JSON.stringify({ engines: { node: needed } }));
  const env = { PATH: `${join(root, 'bin')}:${process.env['PATH']}`, NAMESPACE_SENTINEL_CACHE: join(root, 'cache') };
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'tools/nodejs/prepare.mjs')], {
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('leaves all as it is where the Node.js is new enough, which is that of an earlier run too', () => {
  npm(true);
  symlinkSync(process.execPath, link());
  expect(prepare('^22.19.0 || ^24.0.0')).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(readlinkSync(link())).toBe(process.execPath);
  expect(existsSync(join(root, 'calls'))).toBe(false);
});

describe('where it is too old', () => {
  test('links one from the cache, which is fetched once', () => {
    npm(true);
    symlinkSync('/gone', link());
    for (const _ of [1, 2]) {
      const { status, stdout, stderr } = prepare('^99.1.0');
      expect([status, stderr]).toEqual([0, '']);
      expect(stdout).toContain('is older than this checkout needs: npm scripts run on ');
    }
    expect(readlinkSync(link())).toMatch(new RegExp(`/cache/nodejs-[0-9a-f]{16}/node_modules/${PROGRAM}$`));
    expect(readFileSync(join(root, 'calls'), 'utf8')).toMatch(/^ci --ignore-scripts [^\n]*\n$/);
  });

  test('says so where none can be fetched, and keeps nothing half done', () => {
    npm(false);
    const { status, stderr } = prepare('^99.1.0');
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^This checkout needs Node\.js 99\.1 or later, this is \d+\.\d+\.\d+, and no other could be fetched: install one/,
    );
    expect(existsSync(link())).toBe(false);
    npm(true);
    expect(prepare('^99.1.0').status).toBe(0);
  });
});

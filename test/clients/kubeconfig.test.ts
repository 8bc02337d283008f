import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Kubeconfig } from '../../functions/clients/kubernetes/kubeconfig.ts';

const folder = mkdtempSync(join(tmpdir(), 'kubeconfigs-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A kubeconfig with contexts, each of a cluster of its name. */
function file(name: string, server: string, contexts: string[], current?: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  const config = {
    clusters: contexts.map((each) => ({ name: each, cluster: { server, 'certificate-authority': 'ca.crt' } })),
    users: [{ name: 'u', user: { token: name } }],
    contexts: contexts.map((each) => ({ name: each, context: { cluster: each, user: 'u' } })),
    ...(current !== undefined && { 'current-context': current }),
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}
const one = file('one/config', 'https://one', ['a', 'b'], 'b');
const two = file('two/config', 'https://two', ['b', 'c'], 'c');
const none = file('none/config', 'https://none', ['d']);
const placeOf = ({ clusterName, context, server }: Kubeconfig) => [clusterName, context, server];

describe('which kubeconfig', () => {
  const before = { ...process.env };
  beforeEach(() => {
    process.env['KUBECONFIG'] = '';
  });
  afterEach(() => {
    process.env = { ...before };
  });

  test('is the one that was said, with its current context or another one of it', () => {
    expect(placeOf(new Kubeconfig({ kubeconfig: one }))).toEqual(['b', 'b', 'https://one']);
    expect(placeOf(new Kubeconfig({ kubeconfig: one, context: 'a' }))).toEqual(['a', 'a', 'https://one']);
  });

  test('is of all files of KUBECONFIG; the first one that sets a value decides, as for kubectl', () => {
    process.env['KUBECONFIG'] = [join(folder, 'missing'), none, two, one].join(delimiter);
    expect(placeOf(new Kubeconfig({}))).toEqual(['c', 'c', 'https://two']);
    expect(placeOf(new Kubeconfig({ context: 'b' }))).toEqual(['b', 'b', 'https://two']);
    expect(placeOf(new Kubeconfig({ context: 'a' }))).toEqual(['a', 'a', 'https://one']);
    expect(new Kubeconfig({}).getCluster('a')?.caFile).toBe(join(folder, 'one', 'ca.crt'));
  });

  test('is that of the home without any', () => {
    file('home/.kube/config', 'https://home', ['h'], 'h');
    const script = `import { Kubeconfig } from './functions/clients/kubernetes/kubeconfig.ts';
      console.log(new Kubeconfig({}).server);`;
    const env = { ...process.env, HOME: join(folder, 'home'), KUBECONFIG: '' };
    const asked = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { env });
    expect(String(asked.stdout)).toBe('https://home\n');
  });

  test.each([
    [{ kubeconfig: none }, 'context', /sets no current context; it has "d"$/],
    [{ kubeconfig: one, context: 'x' }, 'context', /has no context "x"; it has "a", "b"$/],
    [
      { kubeconfig: file('gone', 'https://g', ['a'], 'z') },
      'context',
      /has no context "z", its current one; it has "a"$/,
    ],
    [{ kubeconfig: file('url', 'not a url', ['a'], 'a') }, 'context', /whose server is not a URL: not a url$/],
    [{ kubeconfig: folder }, 'file', /EISDIR/],
  ])('%j is told as a fault of its %s', (choice, kind, message) => {
    try {
      new Kubeconfig(choice);
      throw new Error('nothing was thrown');
    } catch (error) {
      expect(error).toMatchObject({ name: 'KubeconfigError', kind, message: expect.stringMatching(message) });
    }
  });
});

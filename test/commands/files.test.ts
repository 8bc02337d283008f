/** Where commands write: never over what is not theirs, and never where it cannot be written. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, jest, test } from '@jest/globals';
import { checkFile, checkFolder, claimFolder } from '../../bin/commands/files.ts';
import { evidenceFolder, evidenceFolders, evidenceHome } from '../../bin/local/evidence-home.ts';
import { localClients } from '../../bin/local/playbooks.ts';
import { Folder } from '../../functions/contain/framework/folder.ts';
import { CONTAINMENT_SCHEMA_VERSION } from '../../functions/contract/containment.ts';
import { run } from './run.ts';

// Names are looked up in vain, and processes are started, on a machine that may be busy.
jest.setTimeout(40_000);

const root = mkdtempSync(join(tmpdir(), 'sentinel-files-'));
afterAll(() => rmSync(root, { recursive: true }));
let count = 0;
const folder = (files: Record<string, string> = {}): string => {
  const made = join(root, String(++count));
  mkdirSync(made);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(made, name, '..'), { recursive: true });
    writeFileSync(join(made, name), text);
  }
  return made;
};
const RECORDING = 'test/corpus/incidents/denied-reconnaissance/audit.jsonl.gz';

describe('sentinel demo', () => {
  test.each<[string, Record<string, string>]>([
    ['a thesis', { 'thesis.txt': 'years' }],
    ['a repository', { '.git/HEAD': 'ref: refs/heads/main' }],
    ['a hidden file', { '.keep': '' }],
  ])('touches nothing where %s lies', async (_name, files) => {
    const out = folder(files);
    const { code, stdout, stderr } = await run(['demo', RECORDING, '--out', out]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe(
      `sentinel demo: ${out} is not empty, and was not made by this command: nothing was touched. Name a new or empty folder with --out\n`,
    );
    for (const [name, text] of Object.entries(files)) expect(readFileSync(join(out, name), 'utf8')).toBe(text);
  });

  test('refuses the folder in which it stands, and a link to one of another', async () => {
    const theirs = folder({ 'a.txt': '1' });
    const link = join(root, 'link');
    symlinkSync(theirs, link);
    expect((await run(['demo', RECORDING, '--out', '.'])).code).toBe(2);
    expect((await run(['demo', RECORDING, '--out', link])).code).toBe(2);
    expect(readdirSync(theirs)).toEqual(['a.txt']);
  });

  test('refuses a file, and a path through one', async () => {
    const file = join(folder({ 'a.txt': '1' }), 'a.txt');
    for (const out of [file, join(file, 'b')]) {
      const { code, stderr } = await run(['demo', RECORDING, '--out', out]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/cannot be (used|written): part of the path is not a folder/);
    }
    expect(readFileSync(file, 'utf8')).toBe('1');
  });

  test('writes into a new folder and an empty one, and again into its own, which it empties', async () => {
    for (const out of [join(root, 'new', 'deep'), folder()]) {
      expect((await run(['demo', RECORDING, '--out', out])).code).toBe(0);
      const first = readdirSync(out).sort();
      expect(first.length).toBeGreaterThan(3);
      writeFileSync(join(out, 'left-over.txt'), '');
      expect((await run(['demo', RECORDING, '--out', out])).code).toBe(0);
      expect(readdirSync(out).sort()).toEqual(first);
    }
  });

  test.each([
    ['README.md', /README\.md: no audit event in it/],
    ['none.log', /none\.log: no such file/],
  ])('a log that is not one: %s', async (file, message) => {
    const out = join(root, `demo-${++count}`);
    const { code, stderr } = await run(['demo', file, '--out', out]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  test('a wrong option ends with 2', async () => expect((await run(['demo', '--bogus'])).code).toBe(2));
});

/** Special file systems, as on Linux. */
const special = existsSync('/proc/self') ? ['/proc/x', '/proc/x/y', '/sys/x/y', '/dev/null/x'] : [];

describe('what cannot be written is refused at once', () => {
  test.each([...special, '/dev/null'])('%s', async (path) => {
    const begun = performance.now();
    await expect(checkFolder(path, '--out')).rejects.toThrow(/cannot be written: .*; name another folder with --out$/);
    await expect(claimFolder(path, '--out')).rejects.toThrow(/name another folder with --out$/);
    if (path !== '/dev/null') await expect(checkFile(join(path, 'f'), '--report')).rejects.toThrow('--report');
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  test('a check leaves nothing behind, and changes nothing', async () => {
    const place = folder({ 'a.txt': 'kept' });
    await checkFolder(join(place, 'b', 'c'), '--out');
    await checkFolder(place, '--out');
    await checkFile(join(place, 'a.txt'), '--report');
    await checkFile(join(place, 'new.html'), '--report');
    expect(readdirSync(place)).toEqual(['a.txt']);
    expect(readFileSync(join(place, 'a.txt'), 'utf8')).toBe('kept');
    await expect(checkFile(place, '--report')).rejects.toThrow('it is a folder');
  });

  // By a process of its own: nothing else would notice an endless loop inside of Node.js.
  test.each([
    ['contain', '--out'],
    ['release', '--from'],
    ['verify', '--from'],
    ['investigate', '--report'],
    ['demo', '--out'],
  ])(
    'sentinel %s %s, before any cluster is asked',
    async (command, option) => {
      let asked = 0;
      const server = createServer(() => asked++);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const file = join(root, `kubeconfig-${++count}`);
      const { port } = server.address() as { port: number };
      const cluster = { server: `https://127.0.0.1:${port}` };
      const contexts = [{ name: 'c', context: { cluster: 'c', user: 'u' } }];
      writeFileSync(
        file,
        JSON.stringify({
          clusters: [{ name: 'c', cluster }],
          users: [{ name: 'u', user: {} }],
          contexts,
          'current-context': 'c',
        }),
      );
      const args =
        command === 'demo' ? [] : ['--kubeconfig', file, ...(command === 'release' ? [] : ['--namespace', 'n'])];
      const child = spawn(process.execPath, [
        'bin/sentinel.ts',
        command,
        ...args,
        option,
        special[1] ?? '/dev/null/x',
        ...(command === 'release' ? ['--yes'] : []),
      ]);
      let stderr = '';
      child.stderr.on('data', (text) => {
        stderr += text;
      });
      const stop = setTimeout(() => child.kill('SIGKILL'), 30_000);
      const [code] = await once(child, 'close');
      clearTimeout(stop);
      server.close();
      expect([code, asked]).toEqual([2, 0]);
      expect(stderr).toMatch(
        command === 'release' ? /holds no snapshot/ : new RegExp(`cannot be written: .*${option}`),
      );
    },
    40_000,
  );
});

describe('the home of evidence', () => {
  const before = process.env['XDG_STATE_HOME'];
  afterEach(() => {
    if (before === undefined) delete process.env['XDG_STATE_HOME'];
    else process.env['XDG_STATE_HOME'] = before;
  });
  const UID = '0a1b2c3d-0000-4000-8000-00000000000a';
  const OTHER = '0a1b2c3d-0000-4000-8000-00000000000b';

  test.each([
    [{ XDG_STATE_HOME: '/state' }, '/state/namespace-sentinel/containment'],
    [{ XDG_STATE_HOME: 'relative' }, /^\/.+\/\.local\/state\/namespace-sentinel\/containment$/],
    [{ XDG_STATE_HOME: '' }, /^\/.+\/\.local\/state\/namespace-sentinel\/containment$/],
    [{}, /^\/.+\/\.local\/state\/namespace-sentinel\/containment$/],
  ])('%j', (environment, expected) => expect(evidenceHome(environment)).toMatch(expected));

  test('has a folder for each namespace of a cluster, which is found by its name', async () => {
    process.env['XDG_STATE_HOME'] = root;
    expect(await evidenceFolders('c1', 'shop')).toEqual([]);
    for (const namespace of ['shop', 'shop-a'])
      for (const uid of [UID, OTHER]) mkdirSync(evidenceFolder({ cluster: 'c1', namespace, uid }), { recursive: true });
    expect(await evidenceFolders('c1', 'shop')).toEqual(
      [UID, OTHER].map((uid) => join(root, 'namespace-sentinel', 'containment', 'c1', `shop-${uid}`)),
    );
    expect(() => evidenceFolder({ cluster: 'c1', namespace: 'shop', uid: '../../x' })).toThrow('UID that is not one');
  });

  test('release finds what contain has kept, and says so where it does not', async () => {
    process.env['XDG_STATE_HOME'] = join(root, 'home');
    const file = join(root, 'kubeconfig-home');
    // Nobody listens there: release has found the snapshot when it asks.
    const cluster = { server: 'https://nowhere.invalid' };
    const contexts = [{ name: 'c', context: { cluster: 'c', user: 'u' } }];
    writeFileSync(
      file,
      JSON.stringify({
        clusters: [{ name: 'c', cluster }],
        users: [{ name: 'u', user: {} }],
        contexts,
        'current-context': 'c',
      }),
    );
    const release = (...args: string[]) =>
      run(['release', '--kubeconfig', file, '--namespace', 'shop', '--plan', ...args]).then(({ stderr }) => stderr);
    const keep = async (uid: string) => {
      const target = { cluster: { name: 'c' }, namespace: 'shop', uid };
      const { store } = localClients(evidenceFolder({ cluster: 'c', namespace: 'shop', uid }));
      await new Folder(store, target, 'run-1').addSnapshot(
        {
          schemaVersion: CONTAINMENT_SCHEMA_VERSION,
          target,
          takenAt: '',
          execution: 'x',
          secretNames: [],
          namespace: { metadata: {} },
          objects: [],
          bindings: [],
          notRead: [],
        },
        async () => {},
      );
    };
    expect(await release()).toMatch(/nothing is kept about the namespace shop in .*home\/.*, for cluster c; .*--from/);
    await keep(UID);
    expect(await release()).toMatch(/cannot be resolved/);
    await keep(OTHER);
    expect(await release()).toMatch(new RegExp(`contained several times, .* --uid: ${UID}, ${OTHER}`));
    expect(await release('--uid', OTHER)).toMatch(/cannot be resolved/);
    expect(await release('--cluster', 'other')).toMatch(/nothing is kept/);
  });
});

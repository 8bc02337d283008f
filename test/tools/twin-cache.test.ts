import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { binaries, CONTAINERD_VERSION, KUBERNETES_VERSION } from '../../tools/twin/binaries.ts';
import { cached, cacheFolder, contentKey } from '../../tools/twin/cache.ts';
import { MissingPrerequisite, run } from '../../tools/twin/commands.ts';
import { python } from '../../tools/twin/python.ts';
import { DNS_SERVICE, REAL_NODE } from '../../tools/twin/real-node/place.ts';
import { missingForRealNode, requireRealNode } from '../../tools/twin/real-node/prerequisites.ts';
import { TEST_IMAGE } from '../../tools/twin/real-node/programs.ts';

let folder: string;
const before = { ...process.env };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cache-'));
  process.env.NAMESPACE_SENTINEL_CACHE = folder;
});
afterEach(() => {
  process.env = { ...before };
  rmSync(folder, { recursive: true });
});

test.each([
  { env: { NAMESPACE_SENTINEL_CACHE: '/mine', XDG_CACHE_HOME: '/xdg' }, is: '/mine' },
  { env: { XDG_CACHE_HOME: '/xdg' }, is: '/xdg/namespace-sentinel' },
  { env: {}, is: join(homedir(), '.cache/namespace-sentinel') },
])('the cache is in the folder that $env names', ({ env, is }) => {
  expect(cacheFolder(env)).toBe(is);
});

describe('what is built', () => {
  const fill = async (into: string) => {
    await writeFile(join(into, 'a'), '1');
    await sleep(20);
    await writeFile(join(into, 'b'), '2');
  };

  test('is built once for a key', async () => {
    let builds = 0;
    const build = (into: string) => {
      builds++;
      return fill(into);
    };
    expect(await cached('thing', 'k', build)).toBe(join(folder, 'thing-k'));
    await cached('thing', 'k', build);
    expect(builds).toBe(1);
    await cached('thing', 'other', build);
    expect(builds).toBe(2);
  });

  test('is whole, though two processes build it at once', async () => {
    const script = (mark: string) => `
      import { cached } from '${join(process.cwd(), 'tools/twin/cache.ts')}';
      import { writeFile } from 'node:fs/promises';
      import { setTimeout as sleep } from 'node:timers/promises';
      await cached('thing', 'k', async (into) => {
        await writeFile(into + '/a', '${mark}');
        await sleep(200);
        await writeFile(into + '/b', '${mark}');
      });`;
    await Promise.all(['1', '2'].map((mark) => run(process.execPath, ['--input-type=module', '--eval', script(mark)])));
    expect(readdirSync(folder)).toEqual(['thing-k']);
    const [a, b] = ['a', 'b'].map((name) => readFileSync(join(folder, 'thing-k', name), 'utf8'));
    expect(a).toBe(b);
  });

  test('is not there at all when the build fails', async () => {
    const failing = cached('thing', 'k', async (into) => {
      await fill(into);
      throw new Error('out of space');
    });
    await expect(failing).rejects.toThrow('out of space');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is built again when a file changes, or is renamed, or anything else that decides', async () => {
    const [one, two] = [join(folder, 'go.mod'), join(folder, 'go.sum')];
    await writeFile(one, 'x');
    await writeFile(two, 'x');
    const keys = [await contentKey([one]), await contentKey([two]), await contentKey([one], 'linux')];
    await writeFile(one, 'y');
    keys.push(await contentKey([one]));
    expect(new Set(keys).size).toBe(4);
    expect(await contentKey([one])).toBe(keys[3]);
  });
});

test('the pinned version is that of the module', () => {
  const module = readFileSync('tools/twin/go/controlplane/go.mod', 'utf8');
  expect(module).toContain(`k8s.io/kubernetes v${KUBERNETES_VERSION}\n`);
  const runtime = readFileSync('tools/twin/go/containerd/go.mod', 'utf8');
  expect(runtime).toContain(`github.com/containerd/containerd/v2 v${CONTAINERD_VERSION}\n`);
});

test('what the manifest of the real node names is what the node has', () => {
  const manifest = readFileSync('tools/twin/manifests/real-node.yaml', 'utf8');
  expect(new Set(manifest.match(/(?<=image: "?)[\w./:-]+/g))).toEqual(new Set([TEST_IMAGE]));
  expect(manifest).toContain(`clusterIP: ${DNS_SERVICE}\n`);
  for (const [label, value] of Object.entries(REAL_NODE)) expect(manifest).toContain(`{ ${label}: "${value}" }`);
});

describe('what is missing is named, with the fix', () => {
  beforeEach(() => {
    process.env.PATH = folder;
  });
  test('Go', async () => {
    const missing = await binaries(() => {}).catch((error) => error);
    expect(missing).toBeInstanceOf(MissingPrerequisite);
    expect(missing.message).toMatch(/^Go is not installed\..*install Go 1\.26 or newer/);
  });
  test('what a real node needs, with the packages that have it', () => {
    const missing = missingForRealNode();
    if (process.platform !== 'linux') return expect(missing).toEqual(['a real node needs Linux']);
    expect(missing.join('\n')).toMatch(/not installed: runc, clang, bpftool, .*apt-get install runc clang bpftool/);
    expect(requireRealNode).toThrow(/^A real node cannot run here:\n {2}- /);
  });
  test('Python', async () => {
    const missing = await python(() => {}).catch((error) => error);
    expect(missing).toBeInstanceOf(MissingPrerequisite);
    expect(missing.message).toMatch(/install Python 3\.10 or newer/);
  });
});

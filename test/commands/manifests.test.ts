import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { run } from './run.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sentinel-manifests-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const BASE = 'clusters:\n  - name: production\nemails: [{ address: oncall@example.com }]\n';
const write = async (containment: string, out = 'out') => {
  writeFileSync(join(folder, 'config.yaml'), `${BASE}${containment}`);
  return run(['manifests', '--config', join(folder, 'config.yaml'), '--out', join(folder, out)]);
};
const kustomization = () => parse(readFileSync(join(folder, 'out/kustomization.yaml'), 'utf8'));

test('puts the lists of the configuration into every policy that has them', async () => {
  const { code, stdout, stderr } = await write(
    "containment:\n  protectedNamespaces: [vault, 'team-*']\n  exempt: [{ who: 'a:b', group: cilium.io, resource: '*' }]\n",
  );
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('Protected in addition to those of Kubernetes: vault, team-*.');
  const { patches, resources } = kustomization();
  expect(resources).toEqual(['roles', 'policies']);
  const values = patches.flatMap(({ patch }: { patch: string }) =>
    parse(patch).flatMap(({ op, value }: { op: string; value: string }) => (op === 'replace' ? value : [])),
  );
  expect(values.filter((value: string) => value === "['vault', 'team-*']")).toHaveLength(5);
  expect(values).toContain("[{'who': 'a:b', 'group': 'cilium.io', 'resource': '*'}]");
  for (const part of ['roles', 'policies'])
    for (const file of readdirSync(`cluster/${part}`))
      expect(readFileSync(join(folder, 'out', part, file), 'utf8')).toBe(
        readFileSync(`cluster/${part}/${file}`, 'utf8'),
      );
});

test('writes the same again, and only what it has made', async () => {
  await write('');
  const first = readFileSync(join(folder, 'out/kustomization.yaml'), 'utf8');
  expect((await write('')).code).toBe(0);
  expect(readFileSync(join(folder, 'out/kustomization.yaml'), 'utf8')).toBe(first);
  mkdirSync(join(folder, 'mine'));
  writeFileSync(join(folder, 'mine/file'), 'x');
  const { code, stderr } = await write('', 'mine');
  expect([code, readdirSync(join(folder, 'mine'))]).toEqual([2, ['file']]);
  expect(stderr).toContain('nothing was touched');
});

test.each([
  [
    'containment:\n  protectedNamespaces: [Team]\n',
    'line 5: containment.protectedNamespaces[0]: "Team" is not accepted. Fix: use the name of',
  ],
  [
    'containment:\n  exempt: [{ who: "a\' b", group: x, resource: y }]\n',
    'containment.exempt[0].who: "a\' b" is not accepted. Fix: use the name',
  ],
  [
    'containment:\n  exempt: [{ who: a, group: X, resource: y }]\n',
    'containment.exempt[0].group: "X" is not accepted. Fix: use an API group',
  ],
])('names the mistake and its line, and writes nothing', async (containment, message) => {
  const { code, stderr } = await write(containment);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
  expect(readdirSync(folder)).toEqual(['config.yaml']);
});

test('says how another configuration is named', async () => {
  const { code, stderr } = await run([
    'manifests',
    '--config',
    join(folder, 'none.yaml'),
    '--out',
    join(folder, 'out'),
  ]);
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining('there is no such file. Fix: name the file with --config FILE.'),
  ]);
});

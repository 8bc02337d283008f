/** What comes from others: fixed, checked, under licences that we may pass on, and without scripts that nobody has looked at. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { satisfies } from 'semver';
import { NODE_NEEDED } from '../../bin/node-version.ts';
import { isAllowed } from '../../tools/build/third-party.ts';

interface Locked {
  version: string;
  engines?: { node?: string };
  integrity?: string;
  resolved?: string;
  license?: string;
  dev?: boolean;
  devOptional?: boolean;
  hasInstallScript?: boolean;
  bundleDependencies?: string[] | boolean;
  inBundle?: boolean;
}

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
const manifest = read('package.json');
const { '': own, ...packages }: Record<string, Locked> = read('package-lock.json').packages;
/** What is fetched only where it is needed. */
const APART = ['tools/nodejs', 'tools/browser/chromium'];
const nameOf = (place: string): string => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);

describe('package-lock.json', () => {
  const all = Object.entries(packages);

  test('is that of package.json', () => {
    for (const kind of ['dependencies', 'devDependencies', 'peerDependencies'])
      expect(Object(own)[kind]).toEqual(manifest[kind]);
  });

  test('has the hash of each package', () => {
    expect(all.length).toBeGreaterThan(500);
    // What a package brings in its own archive is under the hash of that archive.
    expect(all.filter(([, { integrity = '', inBundle }]) => !inBundle && !integrity.startsWith('sha512-'))).toEqual([]);
  });

  test('fetches from a registry alone', () => {
    expect(all.filter(([, { resolved = 'https:' }]) => !resolved.startsWith('https:'))).toEqual([]);
  });

  test('has no licence that we may not pass on', () => {
    const problems = all.filter(([, { license = 'none', dev }]) => !dev && !isAllowed(license));
    expect(problems.map(([place, { license }]) => [place, license])).toEqual([]);
  });

  test('has no licence that binds what is built with it', () => {
    // Data and tools that only this checkout uses, and passes nothing of on.
    // MPL-2.0 is that of axe-core, and binds changes to its own files.
    const tools = new Set(['CC-BY-4.0', 'MPL-2.0', 'PSF-2.0', 'Python-2.0']);
    const problems = all.filter(([, { license = 'none' }]) => !isAllowed(license) && !tools.has(license));
    expect(problems.map(([place, { license }]) => [place, license])).toEqual([]);
  });

  test('has no install script but those that were looked at', () => {
    const scripts = all.filter(([, { hasInstallScript }]) => hasInstallScript);
    // By name: the lock fixes the version, and npm trusts a version only where the lock names a registry.
    const found = scripts.map(([place]) => nameOf(place));
    expect(found.sort()).toEqual(Object.keys(manifest.allowScripts).sort());
    expect(readFileSync('.npmrc', 'utf8')).toMatch(/^strict-allow-scripts=true$/m);
  });
});

describe('the promised Node.js', () => {
  test('is that which the command line asks for', () => {
    expect(satisfies(`${NODE_NEEDED}.0`, manifest.engines.node)).toBe(true);
    const [major = 0, minor = 0] = NODE_NEEDED.split('.').map(Number);
    expect(satisfies(`${major}.${minor - 1}.99`, manifest.engines.node)).toBe(false);
  });

  // The first of each line, and one of its later ones.
  test.each(['22.19.0', '22.99.0', '24.0.0', '24.99.0', '26.0.0', '28.0.0'])(
    'is one that no package warns of: %s',
    (version) => {
      expect(satisfies(version, manifest.engines.node)).toBe(true);
      const warned = Object.entries(packages).filter(([, { engines }]) => !satisfies(version, engines?.node ?? '*'));
      expect(warned.map(([place, { engines }]) => [place, engines?.node])).toEqual([]);
    },
  );
});

test('package.json names exact versions', () => {
  const { dependencies, devDependencies, overrides } = manifest;
  for (const version of Object.values({ ...dependencies, ...devDependencies, ...overrides }))
    expect(version).toMatch(/^((npm:typescript@)?\d+\.\d+\.\d+|\$@types\/node)$/);
});

test.each(APART)('%s has the hash of each package, and licences that bind nothing', (folder) => {
  const { '': _own, ...all }: Record<string, Locked> = read(join(folder, 'package-lock.json')).packages;
  expect(Object.keys(all).length).toBeGreaterThan(0);
  for (const { integrity, resolved = 'https:', license = 'none' } of Object.values(all)) {
    expect(integrity).toMatch(/^sha512-/);
    expect(resolved).toMatch(/^https:/);
    expect(isAllowed(license)).toBe(true);
  }
  const { dependencies, optionalDependencies } = read(join(folder, 'package.json'));
  for (const version of Object.values({ ...dependencies, ...optionalDependencies }))
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
});

test.each([
  ['MIT', true],
  ['(MIT OR GPL-3.0-or-later)', true],
  ['Apache-2.0 AND MIT', true],
  ['Apache-2.0 AND GPL-2.0-only', false],
  ['AGPL-3.0-only', false],
  ['SEE LICENSE IN LICENSE', false],
  ['none', false],
])('the licence %s may be passed on: %s', (license, expected) => expect(isAllowed(license)).toBe(expected));

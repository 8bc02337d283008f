/** What comes from others: fixed, checked, under licences that we may pass on, and without scripts that nobody has looked at. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { isAllowed } from '../../tools/build/third-party.ts';

interface Locked {
  version: string;
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
    const tools = new Set(['CC-BY-4.0', 'PSF-2.0', 'Python-2.0']);
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

test('package.json names exact versions', () => {
  const { dependencies, devDependencies, overrides } = manifest;
  for (const version of Object.values({ ...dependencies, ...devDependencies, ...overrides }))
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

/** What a case may say of itself, and what is refused. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { casesOf, isHeldOut } from '../../tools/judge/case.ts';

const TIMES = {
  begunAt: '2026-11-23T19:53:11.5Z',
  looks: { first: '2026-11-23T19:53:15Z', second: '2026-11-23T20:18:11Z' },
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'judge-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(name: string, incident: unknown): Promise<void> {
  await mkdir(join(folder, name));
  await writeFile(
    join(folder, name, 'incident.json'),
    typeof incident === 'string' ? incident : JSON.stringify(incident),
  );
}

test('a case says what it expects', async () => {
  const facts = { actor: 'a', right: 'r', binding: 'ClusterRoleBinding b', person: 'p' };
  const expected = { first: { atMost: 'LOW' }, second: { atLeast: 'LOW', atMost: 'MEDIUM' }, told: ['first'], facts };
  await write('one', { ...TIMES, kind: 'benign', story: 's', expect: expected, settings: { knownAutomation: ['x'] } });
  expect(await casesOf(folder)).toMatchObject([
    { name: 'one', kind: 'benign', story: 's', expect: expected, settings: { knownAutomation: ['x'] } },
  ]);
});

describe('what does not expect everything', () => {
  test.each<[string, object, object]>([
    [
      'words, and severities beside them',
      { expect: 'HIGH: it is bad', expectedSeverity: { second: { atLeast: 'HIGH', atMost: 'CRITICAL' } } },
      { kind: 'hostile', expect: { first: {}, second: { atLeast: 'HIGH', atMost: 'CRITICAL' }, facts: {} } },
    ],
    [
      'LOW at least is ordinary work',
      { expectedSeverity: { first: { atMost: 'LOW' }, second: { atLeast: 'LOW' } }, expectedFacts: { person: 'p' } },
      { kind: 'benign', expect: { first: { atMost: 'LOW' }, facts: { person: 'p' } } },
    ],
    ['an attack', { attack: true }, { kind: 'hostile' }],
    ['nothing', {}, { kind: 'benign', expect: { first: {}, second: {}, facts: {} } }],
  ])('%s', async (_, incident, read) => {
    await write('one', { ...TIMES, ...incident });
    expect(await casesOf(folder)).toMatchObject([read]);
  });
});

describe('what is refused, with its place', () => {
  test.each<[string, unknown, RegExp]>([
    ['a severity that does not exist', { ...TIMES, expect: { first: { atLeast: 'SEVERE' } } }, /expect: /],
    ['a look that does not exist', { ...TIMES, expect: { told: ['third'] } }, /expect: /],
    ['a fact that nobody judges', { ...TIMES, expectedFacts: { weather: 'fine' } }, /expectedFacts: .*weather/],
    ['no times', {}, /begunAt: .*; looks: /],
    ['no JSON', '{', /incident\.json is not JSON/],
  ])('%s', async (_, incident, message) => {
    await write('one', incident);
    await expect(casesOf(folder)).rejects.toThrow(message);
  });

  test('a folder without recordings, and none', async () => {
    await expect(casesOf(folder)).rejects.toThrow(/holds no recording: each is a folder with incident.json/);
    await expect(casesOf(join(folder, 'none'))).rejects.toThrow(/not a folder that can be read/);
  });
});

test('about a third of names is held out, and always the same', () => {
  const names = Array.from({ length: 3_000 }, (_, index) => `case-${index}`);
  const heldOut = names.filter(isHeldOut);
  expect(heldOut.length).toBeGreaterThan(900);
  expect(heldOut.length).toBeLessThan(1_100);
  expect(names.filter(isHeldOut)).toEqual(heldOut);
});

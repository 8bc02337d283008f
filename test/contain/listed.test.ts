/** What an entry of a playbook needs beside its file: a row in its table, and a test. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { CAUSES } from '../../functions/contain/causes/index.ts';
import { DANGERS } from '../../functions/contain/dangers/index.ts';
import { DECIDE_FUNCTION_STEPS } from '../../functions/contain/decide/index.ts';
import { NETWORK_FORMS, WORKLOAD_FORMS } from '../../functions/contain/forms/index.ts';
import { ISOLATION, REMOVAL } from '../../functions/contain/proofs/index.ts';
import { RELEASE_FUNCTION_STEPS } from '../../functions/contain/release/index.ts';
import { REMEDIES } from '../../functions/contain/remedies/index.ts';
import { CONTAIN_FUNCTION_STEPS } from '../../functions/contain/steps/index.ts';
import { PROBE_FUNCTION_STEPS } from '../../functions/contain/steps/probe.ts';
import {
  CONTAIN_TABLE,
  DECIDE_TABLE,
  keysOf,
  RELEASE_TABLE,
  type StepKey,
} from '../../functions/contract/playbook-steps.ts';

/** Each kind of entry: where its files are, what its exports have, and the tables. */
const KINDS: { what: string; folders: string[]; fields: string[]; listed: readonly object[] }[] = [
  {
    what: 'step',
    folders: ['steps', 'release', 'decide'],
    fields: ['key', 'needs', 'run'],
    listed: [...CONTAIN_FUNCTION_STEPS, ...PROBE_FUNCTION_STEPS, ...RELEASE_FUNCTION_STEPS, ...DECIDE_FUNCTION_STEPS],
  },
  {
    what: 'proof',
    folders: ['proofs'],
    fields: ['id', 'claim', 'decisive', 'shows', 'needs', 'prove'],
    listed: [...ISOLATION, ...REMOVAL],
  },
  { what: 'danger', folders: ['dangers'], fields: ['about', 'needs', 'find'], listed: DANGERS },
  {
    what: 'form',
    folders: ['forms'],
    fields: ['kind', 'what', 'contain', 'restore', 'isContained'],
    listed: [...NETWORK_FORMS, ...WORKLOAD_FORMS],
  },
  { what: 'cause', folders: ['causes'], fields: ['question', 'find'], listed: CAUSES },
  { what: 'remedy', folders: ['remedies'], fields: ['name', 'propose'], listed: REMEDIES },
];

const files = KINDS.flatMap(({ what, folders, ...kind }) =>
  folders.flatMap((folder) =>
    readdirSync(join('functions/contain', folder))
      .filter((name) => name.endsWith('.ts') && !['index.ts', 'probe.ts'].includes(name))
      .map((name) => ({ what, file: `functions/contain/${folder}/${name}`, ...kind })),
  ),
);

async function entriesOf({ file, fields }: (typeof files)[number]): Promise<object[]> {
  const exported = Object.values<unknown>(await import(resolve(file)));
  return exported.filter(
    (each): each is object => typeof each === 'object' && each !== null && fields.every((field) => field in each),
  );
}

test.each(files)('each $what of $file has a row in its index.ts', async (file) => {
  const entries = await entriesOf(file);
  expect(entries.filter((entry) => !file.listed.includes(entry))).toEqual([]);
});

test.each(KINDS)('each $what of the tables is in a file of its folder', async ({ what, listed }) => {
  const own = await Promise.all(files.filter((file) => file.what === what).map(entriesOf));
  // What reports is made for its playbook.
  const others = listed.filter((entry) => !own.flat().includes(entry) && !('key' in entry && entry.key === 'report'));
  expect(others).toEqual([]);
});

describe('the tables of steps', () => {
  const keys = (steps: readonly { key: StepKey }[]) => steps.map(({ key }) => key);
  const ofProbe = keysOf(CONTAIN_TABLE).filter((key) => CONTAIN_TABLE[key].by === 'probe');

  test.each([
    ['contain', keysOf(CONTAIN_TABLE).filter((key) => !ofProbe.includes(key)), keys(CONTAIN_FUNCTION_STEPS)],
    ['probe', ofProbe, keys(PROBE_FUNCTION_STEPS)],
    ['release', keysOf(RELEASE_TABLE), keys(RELEASE_FUNCTION_STEPS)],
    ['decide', keysOf(DECIDE_TABLE), keys(DECIDE_FUNCTION_STEPS)],
  ])('have a row for each step that %s runs, in its order, and no other', (_, rows, steps) => {
    expect(steps).toEqual(rows);
  });
});

const tests = readdirSync('test/contain', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => readFileSync(join('test/contain', name), 'utf8'));

test.each(files.filter(({ file }) => file.includes('/steps/')).map(({ file }) => file))(
  'the step of %s has a test in test/contain, which runs it',
  (file) => {
    expect(tests.filter((text) => text.includes(`/${file}'`))).not.toEqual([]);
  },
);

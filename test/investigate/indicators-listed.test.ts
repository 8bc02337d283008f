/** What an indicator needs beside its file: a row in the table, rows of tests, and a row in the documentation. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { RULES } from '../../functions/investigate/indicators/index.ts';
import { defineRule, type Rule } from '../../functions/investigate/rule.ts';

const FOLDER = 'functions/investigate/indicators';
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.ts') && name !== 'index.ts');

test.each(FILES)(`the indicator of ${FOLDER}/%s has a row in its index.ts`, async (file) => {
  const exported = Object.values<Rule>(await import(resolve(FOLDER, file)));
  expect(exported.map(({ id }) => `${id}.ts`)).toEqual([file]);
  expect(RULES).toContain(exported[0]);
});

const TESTS = readdirSync(__dirname).filter((name) => name.endsWith('.test.ts'));
const TESTED = TESTS.flatMap((name) =>
  [...readFileSync(join(__dirname, name), 'utf8').matchAll(/^table\('([a-z-]+)', /gm)].map(([, id]) => id),
);

test.each(RULES.map(({ id }) => id))('the indicator %s has a table of cases here, and only one', (id) => {
  expect(TESTED.filter((tested) => tested === id)).toEqual([id]);
});

test('docs/indicators.md lists every indicator with its kind, weight and reason for it, in the order of the table', () => {
  const row = /^\| `([a-z-]+)` \| ([a-z]+) \| (-?\d+) \| [^|]+ \| (.*) \|$/gm;
  const rows = readFileSync('docs/indicators.md', 'utf8').matchAll(row);
  expect([...rows].map(([, id, kind, weight, why]) => ({ id, kind, weight: Number(weight), why }))).toEqual(
    RULES.map(({ id, kind, weight, why }) => ({ id, kind, weight, why })),
  );
});

test('an indicator is given the details of the checks that it names, and of no others', () => {
  const rule = defineRule({
    id: 'x',
    kind: 'threat',
    weight: 1,
    why: 'w',
    shownBy: ['images'],
    // @ts-expect-error: it does not name that check
    judge: (_, details) => (details.images && details.workloads ? { reason: 'r', brief: 'r' } : undefined),
  });
  expect(rule.id).toBe('x');
});

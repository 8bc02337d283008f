/** What the functions load: as little as they need, as their size and their files show. */
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from '@jest/globals';
import { FUNCTIONS } from '../../lib/base/bundling.ts';
import { bundlesOf, rowsOf } from '../../tools/bench/bundles.ts';
import { isMet } from '../../tools/bench/table.ts';

let bundles: Awaited<ReturnType<typeof bundlesOf>>;
beforeAll(async () => {
  bundles = await bundlesOf();
}, 60_000);

test('no bundle is larger than its bound', () => {
  const rows = rowsOf(bundles);
  expect(rows.map(({ work }) => work)).toEqual(Object.keys(FUNCTIONS).map((name) => `the bundle of ${name}`));
  expect(rows.filter((row) => isMet(row) !== true)).toEqual([]);
});

test('each begins with what makes its stacks readable', () => {
  for (const { files } of Object.values(bundles)) expect(files).toContain('functions/kit/stack-traces.ts');
});

test('none holds the library that reads kubeconfigs, or an HTTP client beside that of Node.js', () => {
  const files = Object.values(bundles).flatMap((bundle) => bundle.files);
  expect(files.filter((file) => /node_modules\/(@kubernetes|undici|ws|js-yaml)\//.test(file))).toEqual([]);
  expect(files).toContain('functions/clients/kubernetes/http-request.ts');
});

test('alert shows what the checks found, and holds no AWS client but those that its entry makes', () => {
  const clients = bundles.alert.files.flatMap((file) => /@aws-sdk\/client-([a-z0-9-]+)/.exec(file)?.[1] ?? []);
  const entry = readFileSync(`functions/${FUNCTIONS.alert}`, 'utf8');
  const made = [...entry.matchAll(/'@aws-sdk\/client-([a-z0-9-]+)'/g)].map(([, name]) => name);
  expect([...new Set(clients)].sort()).toEqual(made.sort());
});

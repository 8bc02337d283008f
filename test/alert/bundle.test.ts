/** What *alert* loads: it shows what the checks found, and must not load what these ask. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { BUNDLING } from '../../lib/base/bundling.ts';

const ENTRY = 'functions/alert/lambda.ts';

test('the bundle holds no Kubernetes client, and no AWS client but those that its entry makes', async () => {
  const { metafile } = await build({
    ...BUNDLING,
    format: 'cjs',
    entryPoints: [ENTRY],
    bundle: true,
    platform: 'node',
    outfile: 'lambda.cjs',
    write: false,
    metafile: true,
  });
  const inputs = Object.keys(metafile.inputs);
  expect(inputs.filter((file) => file.includes('@kubernetes/'))).toEqual([]);
  const clients = inputs.flatMap((file) => /@aws-sdk\/client-([a-z0-9-]+)/.exec(file)?.[1] ?? []);
  const made = [...readFileSync(ENTRY, 'utf8').matchAll(/'@aws-sdk\/client-([a-z0-9-]+)'/g)].map(([, name]) => name);
  expect([...new Set(clients)].sort()).toEqual(made.sort());
  expect(metafile.outputs['lambda.cjs']?.bytes).toBeLessThan(1024 * 1024);
});

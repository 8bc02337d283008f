import { expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { BUNDLING, FUNCTIONS } from '../../lib/base/bundling.ts';

test('the bundle stays small, and holds no Kubernetes client', async () => {
  const { metafile } = await build({
    ...BUNDLING,
    format: 'cjs',
    entryPoints: [`functions/${FUNCTIONS.detect}`],
    bundle: true,
    platform: 'node',
    outfile: 'lambda.cjs',
    write: false,
    metafile: true,
  });
  expect(Object.keys(metafile.inputs).filter((file) => file.includes('node_modules/@kubernetes/'))).toEqual([]);
  expect(metafile.outputs['lambda.cjs']?.bytes).toBeLessThan(560_000);
});

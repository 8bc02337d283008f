import { build } from 'esbuild';
import { BUNDLING, FUNCTIONS } from '../../lib/base/bundling.ts';
import type { Bench, Row } from './row.ts';

/** In kilobytes, as deployed but for the source map. */
async function sizeOf(entry: string): Promise<number> {
  const { outputFiles } = await build({
    ...BUNDLING,
    format: 'cjs',
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    outfile: 'index.js',
    write: false,
  });
  return outputFiles.reduce((sum, { contents }) => sum + contents.length, 0) / 1_000;
}

export const bundles: Bench = {
  name: 'bundles',
  about: 'how large the functions are',
  async run(tell) {
    const rows: Row[] = [];
    for (const [name, file] of Object.entries(FUNCTIONS)) {
      tell(name);
      rows.push({
        bench: 'bundles',
        work: `the bundle of ${name}`,
        unit: 'kB',
        ours: await sizeOf(`functions/${file}`),
      });
    }
    return rows;
  },
};

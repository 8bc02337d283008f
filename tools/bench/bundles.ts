import { build } from 'esbuild';
import { FUNCTIONS, type FunctionName } from '../../lib/base/bundling.ts';
import { COMMON } from '../build/function-bundle.ts';
import type { Bench, Row } from './row.ts';

/** The most that each may have, in kilobytes: about a tenth more than it has, so that what it takes in by mistake shows. */
const MOST: Readonly<Record<FunctionName, number>> = {
  detect: 410,
  investigate: 830,
  alert: 880,
  watch: 690,
  securityhub: 440,
  contain: 970,
  probe: 760,
  release: 865,
  decide: 580,
};

const NAMES = Object.keys(FUNCTIONS) as FunctionName[];

/** A bundle as deployed, without its source map. */
interface Bundle {
  bytes: number;
  /** The files that it holds something of. */
  files: readonly string[];
}

export async function bundlesOf(): Promise<Record<FunctionName, Bundle>> {
  const outdir = 'weighed';
  const { metafile } = await build({
    ...COMMON,
    sourcemap: false,
    entryPoints: NAMES.map((name) => ({ in: `functions/${FUNCTIONS[name]}`, out: name })),
    outdir,
    write: false,
    metafile: true,
  });
  const bundleOf = (name: string): Bundle => {
    const output = metafile.outputs[`${outdir}/${name}.js`];
    if (!output) throw new Error(`${name} was not built`);
    return { bytes: output.bytes, files: Object.keys(output.inputs) };
  };
  return Object.fromEntries(NAMES.map((name) => [name, bundleOf(name)])) as Record<FunctionName, Bundle>;
}

export const rowsOf = (all: Record<FunctionName, Bundle>): Row[] =>
  NAMES.map((name) => ({
    bench: 'bundles',
    work: `the bundle of ${name}`,
    unit: 'kB',
    ours: all[name].bytes / 1_000,
    most: MOST[name],
  }));

export const bundles: Bench = {
  name: 'bundles',
  about: 'how large the functions are',
  async run(tell) {
    tell('bundles are made');
    return rowsOf(await bundlesOf());
  },
};

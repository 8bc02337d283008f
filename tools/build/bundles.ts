import { join } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { FUNCTIONS, type FunctionName } from '../../lib/base/bundling.ts';
import { optionsOf } from './function-bundle.ts';

const COMMON = {
  bundle: true,
  platform: 'node',
  sourcesContent: false,
  metafile: true,
} as const satisfies BuildOptions;

/** What a user of the package installs with it: these hold types that the declarations name, or are one with the app. */
const EXTERNAL = ['aws-cdk-lib', 'constructs', 'yaml', 'zod'];

/** The oldest Node.js that package.json promises. */
const OLDEST = 'node22';

const built = async (options: BuildOptions): Promise<Metafile> =>
  (await build({ ...COMMON, ...options })).metafile as Metafile;

/** CommonJS, as the AWS CDK is: `ts-node`, which many CDK apps run by, cannot `require` an ES module. */
export const buildConstruct = (dist: string): Promise<Metafile> =>
  built({
    entryPoints: ['lib/index.ts'],
    outfile: join(dist, 'construct', 'index.js'),
    format: 'cjs',
    target: OLDEST,
    external: EXTERNAL,
    define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  });

/** Builds the functions' bundles, equal to those of a checkout. */
export const buildFunctions = (dist: string): Promise<Metafile>[] =>
  (Object.keys(FUNCTIONS) as FunctionName[]).map((name) =>
    built(optionsOf(name, join(dist, 'functions', name, 'index.js'))),
  );

/** In parts, so that a command loads what it needs. */
export const buildCommandLine = (dist: string): Promise<Metafile> =>
  built({
    entryPoints: ['bin/sentinel.ts', 'bin/replay-thread.mjs'],
    outdir: join(dist, 'bin'),
    chunkNames: 'parts/[name]-[hash]',
    splitting: true,
    format: 'esm',
    target: OLDEST,
    mainFields: ['module', 'main'],
    external: EXTERNAL,
    sourcemap: true,
    // For CommonJS packages among those in it.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });

/** How the functions are bundled (docs/adr/0001): by a synthesis in a checkout, and by the build of the package. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import { FUNCTIONS, type FunctionName } from '../../lib/base/bundling.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/**
 * The SDK describes every operation of a service in one module, with computed keys. Whether these do anything esbuild does not
 * look into, and so kept the descriptions of all operations, two thirds of what the clients weigh.
 */
const schemas: Plugin = {
  name: 'schemas',
  setup({ onLoad }) {
    onLoad({ filter: /@aws-sdk\/client-[^/]+\/dist-es\/schemas\/schemas_\d+\.js$/ }, async ({ path }) => ({
      contents: withPlainKeys(await readFile(path, 'utf8')),
      loader: 'js',
    }));
  },
};

/** Writes `[_h]: 1` as `"http": 1`, where the file says `const _h = "http"`. */
export function withPlainKeys(source: string): string {
  const texts = new Map(
    [...source.matchAll(/^const (_\w+) = ("[^"\\\n]*");$/gm)].map(([, name, text]) => [name, text]),
  );
  return source.replace(/\[(_\w+)\]:/g, (whole, name: string) => (texts.has(name) ? `${texts.get(name)}:` : whole));
}

const aws = (file: string): string => join(ROOT, 'functions', 'clients', 'aws', file);

/** What stands for a package in the bundles. */
const STAND_INS = {
  '@aws-sdk/credential-provider-node': aws('environment-credentials.ts'),
  '@smithy/core/event-streams': aws('no-event-streams.ts'),
  // The same as ES modules: of these only what is used is taken.
  yaml: join(ROOT, 'node_modules', 'yaml', 'browser', 'dist', 'index.js'),
};

/** What all bundles have in common. CommonJS loads faster than an ES module. */
export const COMMON = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node24',
  minify: true,
  mainFields: ['module', 'main'],
  sourcemap: true,
  sourcesContent: false,
  inject: [join(ROOT, 'functions', 'kit', 'stack-traces.ts')],
  alias: STAND_INS,
  plugins: [schemas],
} as const satisfies BuildOptions;

/** The SDK is bundled too: its exact version, not the runtime's. */
export const optionsOf = (name: FunctionName, outfile: string) =>
  ({ ...COMMON, entryPoints: [join(ROOT, 'functions', FUNCTIONS[name])], outfile }) satisfies BuildOptions;

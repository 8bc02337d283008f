import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type NodejsFunctionProps, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';

/** The file that exports the handler of each function, in `functions/`. */
export const FUNCTIONS = {
  detect: 'detect/lambda.ts',
  investigate: 'investigate/lambda.ts',
  alert: 'alert/lambda.ts',
  watch: 'watch/lambda.ts',
  securityhub: 'securityhub/lambda.ts',
  contain: 'contain/lambda/contain.ts',
  probe: 'contain/lambda/probe.ts',
  release: 'contain/lambda/release.ts',
  decide: 'contain/lambda/decide.ts',
} as const;

export type FunctionName = keyof typeof FUNCTIONS;

/** How functions are bundled (docs/adr/0001): here, by the build of the package, and by the tests that weigh a bundle. */
export const BUNDLING = {
  format: OutputFormat.CJS, // loads faster than an ES module
  target: 'node24',
  minify: true,
  mainFields: ['module', 'main'],
  sourcesContent: false,
  inject: [join(import.meta.dirname, '..', '..', 'functions', 'kit', 'stack-traces.ts')],
};

/** Where the published package has the bundles, from the file that is built of this one; see tools/build. */
const BUILT = join('..', 'functions');

/**
 * The code of a function: its bundle in the published package; in a checkout, where this file is TypeScript, one that is
 * made now from the sources beside it.
 */
export function codeOf(name: FunctionName): NodejsFunctionProps {
  const here = import.meta.dirname;
  if (!import.meta.filename.endsWith('.ts'))
    return { code: Code.fromAsset(join(here, BUILT, name)), handler: 'index.handler' };
  const root = join(here, '..', '..');
  return {
    entry: join(root, 'functions', FUNCTIONS[name]),
    projectRoot: root,
    depsLockFilePath: join(root, 'package-lock.json'),
    bundling: {
      ...BUNDLING,
      sourceMap: true,
      externalModules: [], // the SDK's exact version, not the runtime's
    },
  };
}

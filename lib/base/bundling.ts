import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';

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
  const folder = join(here, '..', '..');
  const make = join(folder, 'tools', 'build', 'bundle-function.ts');
  const tryBundle = (output: string): boolean => {
    execFileSync(process.execPath, [make, name, output], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
    return true;
  };
  const image = DockerImage.fromRegistry('none'); // the type demands one; nothing is made in a container
  return {
    code: Code.fromAsset(dirname(join(folder, 'functions', FUNCTIONS[name])), {
      assetHashType: AssetHashType.OUTPUT,
      bundling: { image, command: [name], local: { tryBundle } },
    }),
    handler: 'index.handler',
  };
}

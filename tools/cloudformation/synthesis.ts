/** Synthesises a configuration for accounts that were not bootstrapped: where the code lies is a parameter. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, DefaultStackSynthesizer, type IStackSynthesizer } from 'aws-cdk-lib';
import { PACKAGE_ROOT } from '../../bin/package-root.ts';
import type { SentinelConfig } from '../../lib/config/config-schema.ts';
import { SentinelStack } from '../../lib/sentinel-stack.ts';
import type { Placeholder, Template } from './parameters.ts';

export const CODE_BUCKET: Placeholder = {
  parameter: 'CodeBucket',
  text: 'code-bucket-of-parameters',
  definition: {
    Type: 'String',
    Description: 'The bucket in this Region to which the files in code/ were uploaded',
    AllowedPattern: '[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]',
    ConstraintDescription: 'must be the name of a bucket',
  },
};

/** @param version of the package: each has a folder of its own, so that a stack of an older one can be rolled back to */
export const codePrefix = (version: string): Placeholder => ({
  parameter: 'CodePrefix',
  text: 'code-prefix-of-parameters/',
  definition: {
    Type: 'String',
    Description: 'The folder in that bucket, with "/" at its end',
    Default: `namespace-sentinel/${version}/`,
    AllowedPattern: '|[A-Za-z0-9!_.*()/-]+/',
    ConstraintDescription: 'must be empty, or end with "/"',
  },
});

/** The code of a function: the folder in which its bundle is, and the name that the template has for it. */
export interface CodeAsset {
  folder: string;
  name: string;
}

/**
 * @param outdir where the cloud assembly is written
 * @returns the template, in which {@link CODE_BUCKET} and {@link codePrefix} stand as their texts, and the code
 */
export function synthesise(config: SentinelConfig, outdir: string): { template: Template; assets: CodeAsset[] } {
  const { context } = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'cdk.json'), 'utf8')) as { context: object };
  const app = new App({
    outdir,
    context: { ...context, 'aws:cdk:enable-path-metadata': false },
    analyticsReporting: false,
    builtinCloudFormationValidation: false, // the suite validates, and it takes four fifths of a synthesis
  });
  const synthesizer = new DefaultStackSynthesizer({
    fileAssetsBucketName: CODE_BUCKET.text,
    bucketPrefix: codePrefix('').text,
    generateBootstrapVersionRule: false,
  }) as IStackSynthesizer;
  const stack = new SentinelStack(app, 'NamespaceSentinel', { config, synthesizer });
  const { template } = app.synth().getStackArtifact(stack.artifactId);
  const manifest = JSON.parse(readFileSync(join(outdir, `${stack.artifactId}.assets.json`), 'utf8')) as AssetManifest;
  const zipped = Object.entries(manifest.files).filter(([, { source }]) => source.packaging === 'zip');
  return {
    template: template as Template,
    assets: zipped.map(([hash, { source }]) => ({ folder: join(outdir, source.path), name: `${hash}.zip` })),
  };
}

interface AssetManifest {
  files: Record<string, { source: { path: string; packaging: string } }>;
}

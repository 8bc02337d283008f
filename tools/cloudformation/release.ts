/** The folder that is part of a release, for those who deploy without the CDK. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import { EKS_CLUSTER } from '../../functions/kubernetes/names/aws.ts';
import { loadConfig, parseConfig } from '../../lib/config/config.ts';
import { type Placeholder, withParameters } from './parameters.ts';
import { CODE_BUCKET, type CodeAsset, codePrefix, synthesise } from './synthesis.ts';

export const TEMPLATE_FILE = 'namespace-sentinel.template.json';

const CLUSTER: Placeholder = {
  parameter: 'ClusterName',
  text: 'cluster-of-parameters',
  definition: {
    Type: 'String',
    Description: 'The EKS cluster to watch, in this account and Region; its audit log must be on',
    AllowedPattern: EKS_CLUSTER.source.replaceAll(/^\^|\$$/g, ''),
    ConstraintDescription: 'must be the name of an EKS cluster',
  },
};

const EMAIL: Placeholder = {
  parameter: 'OnCallEmail',
  text: 'on-call@placeholder.sentinel',
  definition: {
    Type: 'String',
    Description: 'Who gets the alerts; Amazon SNS sends a message there that has to be confirmed',
    // No quotation mark: it stands within JSON, too.
    AllowedPattern: '[^@\\s"\\\\]+@[^@\\s"\\\\]+\\.[^@\\s"\\\\]+',
    ConstraintDescription: 'must be an e-mail address',
  },
};

/** What this wrote for an earlier release; other files in the folder are somebody's. */
const CODE_FILE = /^[0-9a-f]{64}\.zip$/;

/** The oldest instant that a zip file can tell: the same code is the same file, whenever it is packed. */
const EPOCH = new Date('1980-01-01T00:00:00');

export interface ReleaseOptions {
  /** Into which folder; what is there of an earlier release is replaced. */
  out: string;
  /** A configuration, which the template then holds as it is. @default one cluster and one address, as parameters */
  config?: string;
  version: string;
  report: (text: string) => void;
}

/**
 * Writes the template, and the code of the functions in `code/`.
 *
 * @returns the parameters of the template
 * @throws {ConfigError} where the configuration is wrong
 */
export async function writeRelease({ out, config, version, report }: ReleaseOptions): Promise<string[]> {
  const own = config === undefined ? [CLUSTER, EMAIL] : [];
  const whole =
    config === undefined
      ? parseConfig(
          JSON.stringify({ clusters: [{ name: CLUSTER.text }], emails: [{ address: EMAIL.text }] }),
          'the template',
        )
      : loadConfig(config, '--config FILE');
  const placeholders = [CODE_BUCKET, codePrefix(version), ...own];
  const assembly = await mkdtemp(join(tmpdir(), 'sentinel-cloudformation-'));
  try {
    report('Bundling the functions, and synthesising the template …');
    const { template, assets } = synthesise(whole, assembly);
    const code = join(out, 'code');
    await mkdir(code, { recursive: true });
    for (const name of await readdir(code)) if (CODE_FILE.test(name)) await rm(join(code, name));
    for (const asset of assets) {
      report(`Packing code/${asset.name} …`);
      await writeFile(join(code, asset.name), await zipped(asset, own));
    }
    await writeFile(join(out, TEMPLATE_FILE), JSON.stringify(withParameters(template, placeholders)));
  } finally {
    await rm(assembly, { recursive: true, force: true });
  }
  return placeholders.map(({ parameter }) => parameter);
}

/** @throws {Error} where a placeholder is in the code, in which CloudFormation puts nothing in its place */
async function zipped({ folder }: CodeAsset, placeholders: readonly Placeholder[]): Promise<Uint8Array> {
  const files: Zippable = {};
  for (const name of (await readdir(folder)).sort()) {
    const content = await readFile(join(folder, name));
    for (const { parameter, text } of placeholders)
      if (content.includes(text)) throw new Error(`${parameter} stands in the code of a function: ${name}`);
    files[name] = [content, { mtime: EPOCH, os: 3, attrs: 0o644 << 16 }];
  }
  return zipSync(files, { level: 9 });
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** A package whose code is in a file that we publish. */
export interface ThirdParty {
  name: string;
  version: string;
  license: string;
  /** The texts of its licence and notices. */
  texts: string[];
  /** As in `node_modules`. */
  folder: string;
}

/** Licences that let us publish the code with ours, as long as their texts come with it. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
]);

/** Whether an SPDX expression of `AND` and `OR` is allowed. */
export const isAllowed = (license: string): boolean =>
  license
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((each) => ALLOWED.has(each)));

/** The packages whose files went into the bundles, by name and version. */
export function packagesIn(metafiles: readonly Metafile[]): ThirdParty[] {
  const outputs = metafiles.flatMap(({ outputs }) => Object.values(outputs));
  // A file that was looked at and left out is not named here.
  const files = outputs.flatMap(({ inputs }) =>
    Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  );
  const folders = new Set(files.flatMap(([file]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []));
  return [...folders].map(thirdParty).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function thirdParty(folder: string): ThirdParty {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return { name, version, license: typeof license === 'string' ? license : (license?.type ?? 'none'), texts, folder };
}

/** Why packages must not be published with ours. */
export const refused = (packages: readonly ThirdParty[]): string[] =>
  packages
    .filter(({ license }) => !isAllowed(license))
    .map(({ name, version, license }) => `${name} ${version}: its licence is ${license}`);

const RULE = '-'.repeat(80);

export const noticesOf = (packages: readonly ThirdParty[]): string =>
  [
    'Namespace Sentinel contains code of these packages.',
    ...packages.map(({ name, version, license, texts }) =>
      [
        RULE,
        `${name} ${version} (${license})`,
        '',
        ...(texts.length > 0
          ? texts
          : [`The package comes without the text: https://spdx.org/licenses/${license}.html`]),
      ].join('\n'),
    ),
    '',
  ].join('\n\n');

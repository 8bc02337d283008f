/**
 * `npm run build`: makes `dist/`, what the published package runs on.
 *
 * | path | content |
 * | --- | --- |
 * | `construct/` | the construct as CommonJS, which `require` and `import` of any Node.js load, with its declarations |
 * | `functions/<name>/` | the bundle of each Lambda function |
 * | `bin/` | the command line, with all that it uses but `yaml` and `zod` |
 * | `THIRD_PARTY_NOTICES.txt`, `sbom.cdx.json` | what of others is in these files, with its licences |
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildCommandLine, buildConstruct, buildFunctions } from './bundles.ts';
import { writeDeclarations } from './declarations.ts';
import { writeSbom } from './sbom.ts';
import { noticesOf, packagesIn, refused } from './third-party.ts';

const DIST = join(import.meta.dirname, '../../dist');

rmSync(DIST, { recursive: true, force: true });
mkdirSync(join(DIST, 'construct'), { recursive: true });
writeFileSync(join(DIST, 'construct', 'package.json'), '{ "type": "commonjs" }\n');
const metafiles = await Promise.all([buildConstruct(DIST), buildCommandLine(DIST), ...buildFunctions(DIST)]);
writeDeclarations(join(DIST, 'construct'));

const packages = packagesIn(metafiles);
const problems = refused(packages);
if (problems.length > 0) throw new Error(`not to be published:\n${problems.join('\n')}`);
writeFileSync(join(DIST, 'THIRD_PARTY_NOTICES.txt'), noticesOf(packages));
writeSbom(join(DIST, 'sbom.cdx.json'), packages);

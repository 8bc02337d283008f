import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import manifest from '../../package.json' with { type: 'json' };
import type { ThirdParty } from './third-party.ts';

interface Sbom {
  serialNumber?: string;
  metadata: { timestamp?: string; component: { name: string } };
  components: { name: string; version: string; 'bom-ref': string; properties?: { name: string; value: string }[] }[];
  dependencies: { ref: string; dependsOn?: string[] }[];
}

/**
 * Writes what the package holds and needs, as CycloneDX: npm's own list of all that is installed here, without what only
 * builds and tests. It is the same each time: whoever builds the package again gets the same file.
 */
export function writeSbom(file: string, packages: readonly ThirdParty[]): void {
  const text = execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
    maxBuffer: 1 << 28,
  });
  const sbom = JSON.parse(text.toString()) as Sbom;
  const bundled = new Set(packages.map(({ name, version }) => `${name}@${version}`));
  const isNeeded = ({ properties = [] }: Sbom['components'][number]) =>
    !properties.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true');
  sbom.components = sbom.components.filter((each) => bundled.has(`${each.name}@${each.version}`) || isNeeded(each));
  const kept = new Set(sbom.components.map((each) => each['bom-ref']));
  sbom.dependencies = sbom.dependencies
    .filter(({ ref }, index) => index === 0 || kept.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((each) => kept.has(each)) }));
  // npm takes the folder's name.
  sbom.metadata.component.name = manifest.name;
  delete sbom.serialNumber;
  delete sbom.metadata.timestamp;
  writeFileSync(file, `${JSON.stringify(sbom, undefined, 2)}\n`);
}

import { readFileSync } from 'node:fs';

interface Partition {
  id: string;
  outputs: { dnsSuffix: string; dualStackDnsSuffix: string };
  regions: Record<string, unknown>;
}

/** The partitions of the AWS SDK as it ships them: its own table, which no package exports. */
const FILE = '@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js';
const text = readFileSync(new URL(`../../node_modules/${FILE}`, import.meta.url), 'utf8');
const { partitions } = JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)) as {
  partitions: Partition[];
};

/** Every Region of every partition; without the names that stand for a partition as a whole (`aws-global`). */
export const REGIONS = partitions.flatMap(({ id, outputs, regions }) =>
  Object.keys(regions)
    .filter((region) => !region.endsWith('-global'))
    .map((region) => ({ partition: id, region, ...outputs })),
);

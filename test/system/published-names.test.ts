import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { run } from '../../tools/twin/commands.ts';
import { python } from '../../tools/twin/python.ts';
import { KUBERNETES, LAMBDA_REGION, PUBLISHED } from '../kubernetes/published-names.ts';

/** What the unit tests hold our grammars against is what AWS and Kubernetes publish. */

const silent = (): void => {};

async function modelOf(service: string): Promise<Record<string, { pattern?: string; min?: number; max?: number }>> {
  const folder = join((await python(silent)).packages, 'botocore', 'data', service);
  const latest = (await readdir(folder)).sort().at(-1) ?? '';
  const read = 'import gzip,sys; sys.stdout.write(gzip.open(sys.argv[1], "rt").read())';
  const text = await run('python3', ['-c', read, join(folder, latest, 'service-2.json.gz')]);
  return JSON.parse(text).shapes;
}

test.each(Object.values(PUBLISHED))('$service: $shape', async ({ service, shape, pattern, min, max }) => {
  const published = (await modelOf(service))[shape];
  expect({ ...published }).toMatchObject({ pattern, min, max });
});

test('Lambda: the Regions', async () => {
  expect((await modelOf('lambda'))['MasterRegion']?.pattern).toBe(`ALL|${LAMBDA_REGION}`);
});

test('Kubernetes: the constants of its validation', async () => {
  const module = join(import.meta.dirname, '..', '..', 'tools', 'twin', 'go', 'controlplane');
  const folder = await run('go', ['list', '-m', '-f', '{{.Dir}}', 'k8s.io/apimachinery'], { cwd: module });
  const source = await readFile(join(folder.trim(), 'pkg', 'util', 'validation', 'validation.go'), 'utf8');
  const label = /^const dns1123LabelFmt string = "(.*)"$/m.exec(source)?.[1];
  expect(label).toBe(KUBERNETES.label.pattern);
  expect(
    /^const dns1123SubdomainFmt string = dns1123LabelFmt \+ "(.*)" \+ dns1123LabelFmt \+ "(.*)"$/m
      .exec(source)
      ?.slice(1),
  ).toEqual(['(\\\\.', ')*']);
  expect(KUBERNETES.subdomain.pattern).toBe(`${label}(\\.${label})*`);
  const labels = await readFile(join(folder.trim(), 'pkg', 'api', 'validate', 'content', 'kube.go'), 'utf8');
  const [character, further] = ['labelKeyCharFmt', 'labelKeyExtCharFmt'].map(
    (name) => new RegExp(`^const ${name} string = "(.*)"$`, 'm').exec(labels)?.[1],
  );
  expect(labels).toContain(
    'const labelKeyFmt string = "(" + labelKeyCharFmt + labelKeyExtCharFmt + "*)?" + labelKeyCharFmt\n',
  );
  expect(KUBERNETES.qualifiedPart.pattern).toBe(`(${character}${further}*)?${character}`);
  expect(source).toContain(`const DNS1123LabelMaxLength int = ${KUBERNETES.label.max}\n`);
  expect(source).toContain(`const DNS1123SubdomainMaxLength int = ${KUBERNETES.subdomain.max}\n`);
});

/** The kinds of Argo CD and Flux, from the definitions that they publish: out of Go's module cache, never committed. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MissingPrerequisite, run } from './commands.ts';
import type { Report } from './report.ts';

const MODULES = [
  { module: 'github.com/argoproj/argo-cd/v3@v3.2.0', files: ['manifests/crds/application-crd.yaml'] },
  {
    module: 'github.com/fluxcd/source-controller@v1.7.0',
    files: ['buckets', 'gitrepositories', 'helmcharts', 'helmrepositories', 'ocirepositories'].map(
      (name) => `config/crd/bases/source.toolkit.fluxcd.io_${name}.yaml`,
    ),
  },
  {
    module: 'github.com/fluxcd/helm-controller@v1.4.0',
    files: ['config/crd/bases/helm.toolkit.fluxcd.io_helmreleases.yaml'],
  },
];

/** The kustomize-controller is not published as a Go module: a definition of our own, which checks nothing. */
const KUSTOMIZATIONS = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: kustomizations.kustomize.toolkit.fluxcd.io
spec:
  group: kustomize.toolkit.fluxcd.io
  names: { kind: Kustomization, listKind: KustomizationList, plural: kustomizations, singular: kustomization }
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      subresources: { status: {} }
      schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
`;

/**
 * The definitions, as one manifest.
 *
 * @throws MissingPrerequisite without Go; CommandError when a module cannot be had
 */
export async function gitOpsDefinitions(report: Report): Promise<string> {
  report('fetching the definitions of Argo CD and Flux');
  const printed = await run('go', ['mod', 'download', '-json', ...MODULES.map(({ module }) => module)], {
    env: { ...process.env, GOFLAGS: '' },
  }).catch((error) => {
    if (!(error instanceof MissingPrerequisite)) throw error;
    throw new MissingPrerequisite('Go is not installed: the definitions of Argo CD and Flux come as Go modules.');
  });
  // One JSON object a module, one after the other.
  const folders = JSON.parse(`[${printed.trim().replace(/\}\n\{/g, '},{')}]`) as { Path: string; Dir: string }[];
  const texts = await Promise.all(
    MODULES.flatMap(({ module, files }) => {
      const folder = folders.find(({ Path }) => module.startsWith(`${Path}@`))?.Dir;
      if (folder === undefined) throw new Error(`go mod download told nothing about ${module}`);
      return files.map((file) => readFile(join(folder, file), 'utf8'));
    }),
  );
  return [...texts, KUSTOMIZATIONS].join('\n---\n');
}

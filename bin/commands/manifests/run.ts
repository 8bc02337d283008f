import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type AdmissionObject, ownLists, ownVariables } from '../../../functions/kubernetes/cluster-side.ts';
import { claimFolder } from '../files.ts';
import { harmlessInTerminal } from '../harmless.ts';
import { EXIT, type ExitCode } from '../io.ts';
import { FOLDER, shippedManifests } from '../preflight/manifests.ts';
import type { Task } from '../task.ts';
import { configOf } from './config.ts';

/** What the folder takes over as it is. */
const PARTS = ['roles', 'policies'];

/**
 * Writes the kustomization of the cluster side into a folder of its own.
 *
 * @throws {InputError} when the configuration has mistakes, or the folder may not be written
 */
export async function writeManifests({ config, out }: { config: string; out: string }, task: Task): Promise<ExitCode> {
  const { containment } = configOf(config);
  await claimFolder(out, '--out');
  for (const part of PARTS) await cp(join(FOLDER, part), join(out, part), { recursive: true });
  const lists = ownLists(containment);
  await writeFile(join(out, 'kustomization.yaml'), kustomization(lists));
  await task.print(
    `Written: ${harmlessInTerminal(out)}
Protected in addition to those of Kubernetes: ${containment.protectedNamespaces.join(', ') || 'nothing'}.
Exempt from the freeze in addition to those that are shipped: ${containment.exempt.map(({ who }) => who).join(', ') || 'nobody'}.
Apply it to each cluster: kubectl apply -k ${harmlessInTerminal(out)}
`,
  );
  return EXIT.done;
}

/** Each list goes into every policy that has one; where a policy has it no longer in that place, kubectl refuses. */
function kustomization(lists: Readonly<Record<string, string>>): string {
  const patches = shippedManifests().policies.flatMap((policy) => {
    const variables = ownVariables(policy as AdmissionObject);
    if (variables.length === 0) return [];
    const patch = variables.flatMap(({ name, index }) => [
      { op: 'test', path: `/spec/variables/${index}/name`, value: name },
      { op: 'replace', path: `/spec/variables/${index}/expression`, value: lists[name] },
    ]);
    return { target: { kind: policy.kind, name: policy.metadata.name }, patch: stringify(patch, { lineWidth: 0 }) };
  });
  const head = '# Made by "sentinel manifests": change the configuration, and make it again.\n';
  return (
    head +
    stringify(
      { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources: PARTS, patches },
      { lineWidth: 0 },
    )
  );
}

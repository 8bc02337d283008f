import type { Kubernetes } from '../../../functions/clients/kubernetes/kubernetes.ts';
import type { Cluster, Finding } from '../../../functions/contract/finding.ts';
import { SCHEMA_VERSION } from '../../../functions/contract/vocabulary.ts';
import { judge } from '../../../functions/detect/judge.ts';
import { defined } from '../../../functions/kit/defined.ts';
import { InputError } from '../../input/input.ts';
import { openRecording } from '../../input/read.ts';

/** The texts of all records in these files, in any form that can be read; what cannot be read is told. */
export async function* recordsOf(
  files: readonly string[],
  cluster: Cluster,
  problem: (file: string, what: string) => void,
): AsyncGenerator<string> {
  for (const file of files) {
    try {
      const { items } = await openRecording(file, { stdin: process.stdin, cluster });
      for await (const item of items)
        if ('record' in item) yield item.record.text;
        else problem(file, item.problem);
    } catch (error) {
      throw error instanceof InputError ? new InputError(`${file}: ${error.message}`) : error;
    }
  }
}

/**
 * The finding to investigate: the creation in the audit log that agrees with the live namespace, else the last one of
 * that name; without either, one made from the live object alone, which no audit event explains.
 *
 * @returns undefined when the namespace is neither in the cluster nor in the logs
 */
export async function findingFor(
  name: string,
  cluster: Cluster,
  kubernetes: Kubernetes,
  records: AsyncIterable<string>,
  signal: AbortSignal,
): Promise<Finding | undefined> {
  const live = await kubernetes.read(`/api/v1/namespaces/${encodeURIComponent(name)}`, signal);
  let found: Finding | undefined;
  for await (const text of records) {
    const verdict = judge({ text, cluster });
    if (verdict.kind !== 'finding' || verdict.finding.outcome !== 'created' || verdict.finding.namespace.name !== name)
      continue;
    found = verdict.finding;
    if (live && found.namespace.uid === live.metadata.uid) return found;
  }
  if (!live || (found && found.namespace.uid === undefined)) return found;
  const { uid, creationTimestamp: createdAt, labels, annotations } = live.metadata;
  return {
    schemaVersion: SCHEMA_VERSION,
    id: `live-${uid ?? name}`,
    outcome: 'created',
    cluster,
    namespace: {
      name,
      ...defined({ uid: uid || undefined, createdAt: createdAt || undefined, labels, annotations }),
    },
    actor: { kind: 'anonymous' },
    request: {},
    source: { kind: 'coverage' },
  };
}

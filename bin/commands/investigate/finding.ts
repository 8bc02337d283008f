import type { Kubernetes } from '../../../functions/clients/kubernetes/kubernetes.ts';
import type { Cluster, Finding } from '../../../functions/contract/finding.ts';
import { SCHEMA_VERSION } from '../../../functions/contract/vocabulary.ts';
import { defined } from '../../../functions/kit/defined.ts';
import type { JudgedRecord } from '../recorded-log.ts';

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
  records: AsyncIterable<JudgedRecord>,
  signal: AbortSignal,
): Promise<Finding | undefined> {
  const live = await kubernetes.read(`/api/v1/namespaces/${encodeURIComponent(name)}`, signal);
  let found: Finding | undefined;
  for await (const { verdict } of records) {
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

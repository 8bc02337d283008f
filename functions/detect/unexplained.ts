import type { Finding } from '../contract/finding.ts';
import { idOf, idOfNamespace } from '../contract/finding-id.ts';
import { read } from '../contract/read.ts';
import { fit } from '../contract/sizes.ts';
import { type UnexplainedNamespace, unexplainedSchema } from '../contract/unexplained.ts';
import { MAX_FINDING_BYTES, SCHEMA_VERSION } from '../contract/vocabulary.ts';
import { defined } from '../kit/defined.ts';

/**
 * The findings for namespaces that *watch* has found in a cluster and no record explains. Who made them is not known.
 *
 * @returns undefined where the event is something else
 * @throws {Unreadable} where it is one without what it is about
 */
export function unexplainedFindings(event: unknown): Finding[] | undefined {
  if (typeof event !== 'object' || event === null || !Object.hasOwn(event, 'unexplained')) return undefined;
  const what = 'list of unexplained namespaces';
  const { cluster, namespaces } = read(unexplainedSchema, (event as { unexplained: unknown }).unexplained, what);
  return namespaces.map((namespace) => findingOf(cluster, namespace));
}

function findingOf(cluster: Finding['cluster'], { contradicts, ...namespace }: UnexplainedNamespace): Finding {
  const finding: Finding = {
    schemaVersion: SCHEMA_VERSION,
    // The id of its record is taken by what the cluster contradicts.
    id: contradicts ? idOf(cluster, ['live', namespace.uid]) : idOfNamespace(cluster, namespace.uid),
    outcome: 'created',
    cluster,
    namespace,
    actor: { kind: 'unknown' },
    request: {},
    source: { kind: 'coverage', ...defined({ contradicts }) },
  };
  const { value, cut } = fit(finding, MAX_FINDING_BYTES, ['schemaVersion', 'id', 'outcome', 'cluster', 'source']);
  return cut.length > 0 ? { ...value, cut } : value;
}

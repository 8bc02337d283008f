import type { Finding } from '../contract/finding.ts';
import { idOf } from '../contract/finding-id.ts';
import { isRecord, parseJson } from '../kit/json.ts';

/**
 * A namespace is created once, so two records of one creation are the same record. Where they are not, one of them is forged:
 * whoever may write into the log group can name another creator, and be there before the real record, which comes some minutes
 * late. Which of both is real is not known here; so the second one has an id of its own, and is told as well. So has the record of
 * a namespace that coverage had found before: it says who made it.
 *
 * @param known the finding under this id that is written down, as JSON text: read plainly, as any other record
 * @returns the finding under an id of its own; undefined where both records say the same
 */
export function contradiction(finding: Finding, known: string): Finding | undefined {
  const other = parseJson(known);
  if (!isRecord(other)) return undefined;
  const said = statementOf(finding);
  if (JSON.stringify(said) === JSON.stringify(statementOf(other))) return undefined;
  const isRecorded = partOf(other, 'source')['kind'] !== 'coverage';
  return {
    ...finding,
    id: idOf(finding.cluster, ['record', finding.id, said]),
    source: { ...finding.source, ...(isRecorded && { contradicts: finding.id }) },
    // One of both is forged: neither is called a drill by what the second one says.
    ...(finding.drill && { drill: 'said' as const }),
  };
}

const partOf = (finding: object, name: string): Record<string, unknown> => {
  const part = (finding as Record<string, unknown>)[name];
  return isRecord(part) ? part : {};
};

/** What a record says of a creation. What may be cut for its size is left out. */
function statementOf(finding: object): unknown[] {
  const [namespace, actor, request] = ['namespace', 'actor', 'request'].map((name) => partOf(finding, name));
  return [
    namespace?.['name'],
    namespace?.['createdAt'],
    actor?.['username'],
    actor?.['principalArn'],
    request?.['at'],
    request?.['auditId'],
  ];
}

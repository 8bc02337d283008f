import { wholeEvent } from '../../functions/kubernetes/event-shape.ts';

type Json = Record<string, unknown>;

/** A field by which a flattened event is known, and what stands before all of its fields: `kubernetes.audit.`. */
const MARK = /^(.*?[._])?(?:requestURI|auditID|objectRef[._]resource)$/;
const PARTS = /^(user|impersonatedUser|objectRef|responseStatus|requestObject|responseObject|annotations)_/;
const IN_MAP = /^((?:user|impersonatedUser)\.extra|\w+Object\.metadata\.(?:labels|annotations))_/;

/** The audit event whose fields stand side by side in an object, as in tables and indexes. */
export function flatEventIn(object: Json): Json | undefined {
  const mark = Object.keys(object).flatMap((key) => MARK.exec(key) ?? []);
  if (mark.length === 0) return undefined;
  const prefix = mark[1] ?? '';
  const fields = Object.entries(object).filter(([key]) => key.startsWith(prefix));
  // Elasticsearch gives every field as a list.
  const isLists = fields.every(([, value]) => Array.isArray(value));
  const flat = Object.fromEntries(
    fields.map(([key, value]) => [dotted(key.slice(prefix.length)), isLists ? single(value as unknown[]) : value]),
  );
  const event = wholeEvent(flat);
  if (event === flat && prefix === '') return undefined;
  const { kind, apiVersion } = event;
  if (kind !== undefined && kind !== '' && kind !== 'Event') return undefined;
  return { ...event, kind: 'Event', apiVersion: apiVersion || 'audit.k8s.io/v1' };
}

const single = (list: unknown[]): unknown => (list.length === 1 ? list[0] : list);

/** Prometheus and Loki know no dots in names. */
function dotted(name: string): string {
  if (!PARTS.test(name)) return name;
  if (name.startsWith('annotations_'))
    return name.replace(/^annotations_(\w+)_k8s_io_(\w+)$/, 'annotations.$1.k8s.io/$2');
  const path = name.replace(PARTS, '$1.').replace(/^(\w+Object)\.metadata_/, '$1.metadata.');
  return path.replace(/\.(extra|labels|annotations)_/, '.$1.').replace(IN_MAP, '$1.');
}

/** Pods that the objects in the audit log describe. */
import { record, text } from '../../kit/json.ts';
import { short } from '../../kit/words.ts';
import type { AuditEntry } from './audit-entry.ts';
import { isOfConcern, SIGNS, type WorkloadSign } from './workload-signs/index.ts';
import { type PodSpec, podSpecOf } from './workload-signs/pod-spec.ts';

/** Where objects describe pods: a pod itself, what has a template, and a CronJob. */
const SPECS = [['spec'], ['spec', 'template', 'spec'], ['spec', 'jobTemplate', 'spec', 'template', 'spec']];
/** The longest name that is kept, in characters. */
const LONG = 300;

/** The pod that an object describes, of what the API server stored, or else of what it was asked to; what is deleted describes none that comes. */
export function podIn({ verb, responseObject, requestObject }: AuditEntry): { pod: PodSpec; kind: string } | undefined {
  if (verb.startsWith('delete')) return undefined;
  const stored = responseObject?.['kind'] === 'Status' ? undefined : responseObject;
  return [stored, requestObject]
    .flatMap((object) =>
      SPECS.map((path) => ({
        pod: podSpecOf(path.reduce<unknown>((value, key) => record(value)[key], object)),
        kind: text(object?.['kind']) ?? '',
      })),
    )
    .find(({ pod }) => pod.containers.length > 0);
}

/** Each once. */
export function imagesIn(entry: AuditEntry): string[] {
  const containers = podIn(entry)?.pod.containers ?? [];
  return [...new Set(containers.flatMap(({ image }) => (image ? [short(image, LONG)] : [])))];
}

/** The signs of concern, in the order of their table. */
export function concernsIn(entry: AuditEntry, usualRegistries: readonly string[]): WorkloadSign[] {
  const found = podIn(entry);
  if (!found) return [];
  const context = { kind: found.kind, usualRegistries };
  return SIGNS.flatMap(({ sign, look }) => (isOfConcern(sign) && look(found.pod, context).length > 0 ? [sign] : []));
}

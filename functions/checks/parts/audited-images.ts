/** Images in the objects that the audit log holds. */
import { record } from '../../kit/json.ts';
import { short } from '../../kit/words.ts';
import type { AuditEntry } from './audit-entry.ts';
import { podSpecOf } from './workload-signs/pod-spec.ts';

/** Where objects describe pods: a pod itself, what has a template, and a CronJob. */
const SPECS = [['spec'], ['spec', 'template', 'spec'], ['spec', 'jobTemplate', 'spec', 'template', 'spec']];
/** The longest name that is kept, in characters. */
const LONG = 300;

/** Each once: of what the API server stored, or else of what it was asked to. */
export function imagesIn({ responseObject, requestObject }: AuditEntry): string[] {
  const stored = responseObject?.['kind'] === 'Status' ? undefined : responseObject;
  const images = [stored, requestObject].map((object) =>
    SPECS.flatMap((path) => {
      const spec = path.reduce<unknown>((value, key) => record(value)[key], object);
      return podSpecOf(spec).containers.flatMap(({ image }) => (image ? [short(image, LONG)] : []));
    }),
  );
  return [...new Set(images.find((found) => found.length > 0) ?? [])];
}

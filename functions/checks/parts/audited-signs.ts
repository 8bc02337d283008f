/** What is of concern in requests of the audit log, put together: what pods were to be, and what was done. */

import type { Written } from '../../contract/read.ts';
import * as field from '../../contract/read.ts';
import type { Block } from '../../kit/blocks.ts';
import * as block from '../../kit/blocks.ts';
import { defined } from '../../kit/defined.ts';
import { ownWords, say, term } from '../../kit/phrase.ts';
import { short } from '../../kit/words.ts';
import { type ActSign, actsIn, actWords } from './act-signs.ts';
import type { AuditEntry } from './audit-entry.ts';
import { concernsIn, podIn } from './audited-pods.ts';
import { signPhrase, type WorkloadSign } from './workload-signs/index.ts';

/** So many, each sign with at most a few objects: padding with harmless ones pushes nothing out. */
const MAX_SIGNS = 60;
const OBJECTS_OF_ONE = 5;

export const auditedSign = field.object({
  sign: field.word<WorkloadSign | ActSign>(),
  /** `Pod x1`, or `pods/exec x1`: kind or resource, and name. Chosen by who made it. */
  on: field.text,
  /** Where it is; absent where it is in none. */
  namespace: field.optional(field.text),
  /** The first time. */
  at: field.text,
  /** Requests about this object that show the sign. */
  count: field.number,
});
type AuditedSign = Written<typeof auditedSign>;

/**
 * @param isAct whether what the request did counts, too: what controllers do by themselves does not, but their pods do
 */
export function signsIn(
  entries: readonly AuditEntry[],
  usualRegistries: readonly string[],
  isAct: (entry: AuditEntry) => boolean,
): AuditedSign[] {
  const found = new Map<string, Map<string, AuditedSign>>();
  for (const entry of [...entries].sort((a, b) => a.at - b.at)) {
    const acts = isAct(entry) ? actsIn(entry) : [];
    for (const sign of [...concernsIn(entry, usualRegistries), ...acts]) {
      const on = short(`${podIn(entry)?.kind || entry.resource} ${entry.name ?? ''}`.trim(), 120);
      const namespace = entry.namespace ? short(entry.namespace) : undefined;
      const objects = found.get(sign) ?? new Map<string, AuditedSign>();
      found.set(sign, objects);
      const key = JSON.stringify([namespace, on]);
      const known = objects.get(key);
      if (known) known.count++;
      else if (objects.size < OBJECTS_OF_ONE)
        objects.set(key, defined({ sign, on, namespace, at: new Date(entry.at).toISOString(), count: 1 }));
    }
  }
  return [...found.values()].flatMap((objects) => [...objects.values()]).slice(0, MAX_SIGNS);
}

type ShownSign = { sign?: string; on?: string; namespace?: string; at?: string; count?: number };

export const signTable = (title: string, signs: readonly ShownSign[] | undefined): Block[] =>
  block.table(title, signs, {
    Sign: ({ sign = 'unknown' }) => {
      const words = actWords(sign);
      return words === undefined ? signPhrase({ sign }) : ownWords(words);
    },
    Object: ({ on = '', namespace }) => {
      const [kind = '', ...name] = on.split(' ');
      return say`${term(kind)} ${name.join(' ')}${namespace === undefined ? [] : say` in ${namespace}`}`;
    },
    First: ({ at }) => block.instant(at),
    Requests: ({ count }) => block.amount(count),
  });

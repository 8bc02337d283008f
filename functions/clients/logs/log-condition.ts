import type { Condition, LogEntry } from './log-search.ts';

/**
 * Whether an entry meets a condition; undefined where the entry is cut, and what is missing could decide it. A field
 * that an entry does not have is equal to nothing and holds nothing.
 */
export function meetsCondition(condition: Condition, entry: LogEntry): boolean | undefined {
  if ('all' in condition) return every(condition.all, entry);
  if ('any' in condition)
    return negated(
      every(
        condition.any.map((not) => ({ not })),
        entry,
      ),
    );
  if ('not' in condition) return negated(meetsCondition(condition.not, entry));
  const value = fieldOf(entry, condition.field);
  if ('has' in condition) {
    if (typeof value === 'string' && value.includes(condition.has)) return true;
    // A line's text goes on; a field that is there at all is complete.
    if (condition.field === '@message') return entry.cut ? undefined : false;
    return value === undefined && mayFollow(entry, condition.field) ? undefined : false;
  }
  if (value === undefined) return mayFollow(entry, condition.field) ? undefined : false;
  return 'in' in condition ? condition.in.some((wanted) => wanted === value) : condition.is === value;
}

const negated = (verdict: boolean | undefined): boolean | undefined => (verdict === undefined ? undefined : !verdict);

function every(conditions: readonly Condition[], entry: LogEntry): boolean | undefined {
  const verdicts = conditions.map((condition) => meetsCondition(condition, entry));
  if (verdicts.includes(false)) return false;
  return verdicts.includes(undefined) ? undefined : true;
}

function fieldOf(entry: LogEntry, field: string): unknown {
  if (field === '@message') return entry.message;
  if (field === '@logStream') return entry.logStream;
  if (field === '@aws.account') return entry.origin?.account;
  if (field === '@aws.region') return entry.origin?.region;
  let value: unknown = entry.json;
  for (const key of field.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/**
 * What stands next behind a field that an event need not have: a cut event that holds it is known not to have the other
 * (audit.k8s.io/v1, Event: written in the order of its fields).
 */
const NEXT: Record<string, string> = { impersonatedUser: 'sourceIPs' };

/** Whether a field that is not there could stand behind the cut. Of a cut object, all but what is last in it is whole. */
function mayFollow({ cut, json }: LogEntry, field: string): boolean {
  if (!cut || field.startsWith('@')) return false;
  if (!json) return true;
  let value: unknown = json;
  for (const key of field.split('.')) {
    if (typeof value !== 'object' || value === null) return false;
    if (!Object.hasOwn(value, key)) return value !== json || !Object.hasOwn(json, NEXT[key] ?? key);
    if (Object.keys(value).at(-1) !== key) return false;
    value = (value as Record<string, unknown>)[key];
  }
  return false;
}

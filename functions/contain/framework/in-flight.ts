/** Whether what came back from a write is what was sent: a webhook or a policy of somebody may change it on its way. */

/** Begins the reason of an action whose answer differs. */
export const CHANGED_IN_FLIGHT = 'the API server stored something else than was sent';

/** Server-set or ours to give only on the way in. */
const UNTOLD = new Set(['generateName', 'resourceVersion', 'apiVersion', 'kind', 'status']);

/** At most so many places are named. */
const MAX_NAMED = 3;

/**
 * @param sent an object to create, or a JSON merge patch
 * @param stored what the API server answered
 * @returns why they differ, as the reason of an action; undefined where all that was sent is there
 */
export function changedInFlight(sent: object, stored: object, subresource?: string): string | undefined {
  const paths = differencesOf(sent, stored, '', subresource === 'status' ? new Set<string>() : UNTOLD);
  if (paths.length === 0) return undefined;
  const named = paths.slice(0, MAX_NAMED).join(', ');
  return `${CHANGED_IN_FLIGHT} (${named}${paths.length > MAX_NAMED ? ' and more' : ''}): a mutating webhook or policy changes it`;
}

/** The places at which something that was sent is not there. What the server adds by itself is not a difference. */
function differencesOf(sent: unknown, stored: unknown, path: string, untold: ReadonlySet<string>): string[] {
  if (typeof sent === 'object' && sent !== null && !Array.isArray(sent) && Object.keys(sent).length > 0) {
    if (isAbsent(stored)) return isEmpty(sent) ? [] : [path];
    if (typeof stored !== 'object' || Array.isArray(stored)) return [path];
    return Object.entries(sent).flatMap(([key, value]) => {
      if ((path === '' || path === 'metadata') && untold.has(key)) return [];
      const at = path ? `${path}.${key}` : key;
      return differencesOf(value, (stored as Record<string, unknown>)[key], at, untold);
    });
  }
  if (isEmpty(sent)) return isEmpty(stored) ? [] : [path];
  if (!Array.isArray(sent)) return sent === stored ? [] : [path];
  if (!Array.isArray(stored) || stored.length !== sent.length) return [path];
  return sent.flatMap((item, index) => differencesOf(item, stored[index], `${path}[${index}]`, untold));
}

const isAbsent = (value: unknown): value is null | undefined => value === undefined || value === null;

/** What an answer leaves out. A list with an empty item is not empty: `ingress: [{}]` allows everything. */
function isEmpty(value: unknown): boolean {
  if (isAbsent(value) || value === '' || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.values(value).every(isEmpty);
}

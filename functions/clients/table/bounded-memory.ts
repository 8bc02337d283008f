import type { AnswerMemory } from './answer-memory.ts';

/** What one answer may hold in the memory, in characters of JSON text. */
const MAX_TEXT = 8 * 1024 * 1024;

/**
 * Keeps as many of the newest entries as there is room for.
 *
 * @param newestFirst the entries
 * @param jsonOf the answer with these entries; they are all of those it is given that are as new as the oldest of them
 */
export async function keepNewest<T>(
  memory: Pick<AnswerMemory, 'keep'>,
  key: string,
  newestFirst: readonly T[],
  jsonOf: (kept: readonly T[], dropped: readonly T[]) => string,
): Promise<void> {
  for (let count = newestFirst.length; ; count = Math.floor(count / 2)) {
    const json = jsonOf(newestFirst.slice(0, count), newestFirst.slice(count));
    if (json.length <= MAX_TEXT && (await memory.keep(key, json))) return;
    if (count === 0) return;
  }
}

/** Which state leads to which, as a state machine's definition says. */
import type { Definition } from '../../functions/contain/machines/states.ts';

export interface Transition {
  from: string;
  to: string;
  /** `next` after a state or a choice's rule, `otherwise` of a choice, `error` where a state catches a failure. */
  by: 'next' | 'otherwise' | 'error';
}

/** Each once: where an error goes the way of success, the latter stands. */
export function transitionsOf({ States: states }: Definition): Transition[] {
  const all = Object.entries(states).flatMap(([from, state]): Transition[] => [
    ...targets([state, ...list(state['Choices'])], 'Next').map((to) => ({ from, to, by: 'next' as const })),
    ...targets([state], 'Default').map((to) => ({ from, to, by: 'otherwise' as const })),
    ...targets(list(state['Catch']), 'Next').map((to) => ({ from, to, by: 'error' as const })),
  ]);
  const seen = new Set<string>();
  return all.filter(({ from, to }) => {
    const key = JSON.stringify([from, to]);
    return !seen.has(key) && seen.add(key);
  });
}

const list = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value : []);

const targets = (objects: readonly Record<string, unknown>[], key: string): string[] =>
  objects.map((object) => object[key]).filter((name): name is string => typeof name === 'string');

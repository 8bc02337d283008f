import { editDistance } from './edit-distance.ts';

/**
 * What is wrong, and how to fix it, in the one form that all messages about settings have.
 *
 * @param what a clause without a full stop
 * @param fix in the imperative, without a full stop
 */
export const mistake = (what: string, fix: string): string => `${what}. Fix: ${fix}.`;

/** The known word that was probably meant, as a fix; undefined where none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((name) => ({ name, distance: editDistance(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= name.length / 2)
    .sort((a, b) => a.distance - b.distance);
  return best && `use "${best.name}", if that is what you mean`;
}

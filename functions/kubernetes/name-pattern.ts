/** Patterns of namespace names: a whole name (`team-a`), or the beginning of one up to a hyphen (`team-*`). */
import { LABEL } from './names/kubernetes.ts';

/** At least two characters before the hyphen: less says nothing. */
const BEGINNING = /^[a-z0-9][a-z0-9-]{0,59}[a-z0-9]-\*$/;

/** From this number of names that begin alike, their beginning becomes the pattern. */
const MIN_ALIKE = 3;

/** Why this is not a pattern; undefined where it is one. */
export function patternProblem(pattern: string): string | undefined {
  if (LABEL.test(pattern) || BEGINNING.test(pattern)) return undefined;
  return 'is neither the name of a namespace nor the beginning of one, as "team-*"';
}

/** All patterns that cover the name, the narrowest first. */
export function patternsOf(name: string): string[] {
  if (!LABEL.test(name)) return [];
  const parts = name.split('-');
  const beginnings = parts.map((_, index) => `${parts.slice(0, index).join('-')}-*`).slice(1);
  return [name, ...beginnings.reverse().filter((pattern) => patternProblem(pattern) === undefined)];
}

/**
 * The patterns that cover these names: beginnings where at least three are alike, the longest that will do, and whole
 * names for the rest. The same for the same names in any order; what cannot be a name is left out.
 */
export function generalise(names: Iterable<string>): Map<string, string[]> {
  let left = [...new Set(names)].filter((name) => patternsOf(name).length > 0).sort();
  const beginnings = new Map<string, number>();
  for (const name of left)
    for (const pattern of patternsOf(name).slice(1)) beginnings.set(pattern, (beginnings.get(pattern) ?? 0) + 1);

  const patterns = new Map<string, string[]>();
  const candidates = [...beginnings].filter(([, count]) => count >= MIN_ALIKE).map(([pattern]) => pattern);
  for (const pattern of candidates.sort((a, b) => partsOf(b) - partsOf(a) || (a < b ? -1 : 1))) {
    const covered = left.filter((name) => name.startsWith(pattern.slice(0, -1)));
    if (covered.length < MIN_ALIKE) continue;
    patterns.set(pattern, covered);
    left = left.filter((name) => !covered.includes(name));
  }
  for (const name of left) patterns.set(name, [name]);
  return patterns;
}

const partsOf = (pattern: string): number => pattern.split('-').length;

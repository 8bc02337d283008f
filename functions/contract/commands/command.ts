import type { OptionsOf, Start } from './table.ts';

/**
 * The argument vector of a command that the table has. It holds values as they are: whoever prints it looks at each.
 *
 * @param values what stands by itself, in the order of the table
 * @param options in the order in which they are to stand; one that is undefined or false is left out
 */
export function command<S extends Start>(
  start: S,
  values: readonly string[] = [],
  options: OptionsOf<S> = {} as OptionsOf<S>,
): string[] {
  const isKubectl = start.startsWith('kubectl');
  const words = Object.entries<string | boolean | undefined>(options).flatMap(([name, value]) => {
    if (value === undefined || value === false) return [];
    if (value === true) return [name];
    // Some options of kubectl have a value of their own where they are given none, so that a word beside them is not theirs.
    return isKubectl && name.startsWith('--') ? [`${name}=${value}`] : [name, String(value)];
  });
  return [...start.split(' '), ...values, ...words];
}

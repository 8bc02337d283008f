/** `*` stands for any text (CloudWatch Logs user guide, "Filter pattern syntax"). */
const matches = (text: string, pattern: string): boolean =>
  new RegExp(`^${pattern.replaceAll('.', String.raw`\.`).replaceAll('*', '.*')}$`, 's').test(text);

/**
 * Evaluates the part of the JSON filter pattern syntax that we use: `=` and `!=` on a dotted selector with a quoted value in which `*` may stand, `&&`,
 * `||`, parentheses. A selector that points at nothing, or at no scalar, never matches. Throws on any other syntax.
 */
export function matchesJson(pattern: string, line: string): boolean {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    return false;
  }
  const expression = pattern
    .replace(/^\{ (.*) \}$/, '$1')
    .replace(/\$((?:\.\w+)+) (!?=) ("[\w.*-]+")/g, (_, selector: string, operator: string, value: string) => {
      const found = selector
        .slice(1)
        .split('.')
        .reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], event);
      if (found === undefined || typeof found === 'object') return 'false';
      return String(matches(String(found), JSON.parse(value)) === (operator === '='));
    });
  if (!/^(true|false|&&|\|\||[() ])*$/.test(expression)) throw new Error(`syntax not known: ${expression}`);
  return new Function(`return ${expression}`)() as boolean;
}

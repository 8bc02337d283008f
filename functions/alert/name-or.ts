/** A name for filter policies and patterns; what is not known, or not a valid name, stands in parentheses, which no name can hold. */
export function nameOr(grammar: RegExp, name: string | undefined): string {
  if (name === undefined) return '(unknown)';
  return grammar.test(name) ? name : '(invalid)';
}

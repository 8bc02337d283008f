/** The words of one command line as a shell sees them: quotation marks are taken off; what redirects or pipes ends it. */
export function words(command: string): string[] {
  const found = command.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  const end = found.findIndex((word) => /^(\||>|<|;|2>)/.test(word));
  return (end < 0 ? found : found.slice(0, end)).map((word) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
}

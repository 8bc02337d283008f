/** What npm's answers about the installed packages mean. */

export type Verdict =
  | { kind: 'good'; says: string }
  | { kind: 'bad'; says: string }
  /** Nobody answered: that is nothing against the packages. */
  | { kind: 'unknown'; says: string };

const jsonIn = (output: string): Record<string, unknown> => {
  try {
    return Object(JSON.parse(output));
  } catch {
    return {};
  }
};

/** Why there is no answer, as npm words it. */
function silence({ message, error }: Record<string, unknown>): string {
  const { code, summary } = Object(error) as { code?: unknown; summary?: unknown };
  return (
    ([message, code, summary].find((text) => typeof text === 'string' && text !== '') as string | undefined) ??
    'no answer'
  );
}

/** Reads `npm audit --json`: known vulnerabilities of severity high or worse are bad. */
export function advisories(output: string): Verdict {
  const answer = jsonIn(output);
  const counts = Object(Object(answer['metadata']).vulnerabilities) as Record<string, number>;
  if (typeof counts['total'] !== 'number') return { kind: 'unknown', says: silence(answer) };
  const serious = (counts['high'] ?? 0) + (counts['critical'] ?? 0);
  const says = `${counts['total']} known vulnerabilities, ${serious} of them high or critical`;
  return { kind: serious > 0 ? 'bad' : 'good', says };
}

/** Reads `npm audit signatures --json`: a package whose signature does not fit is bad. */
export function signatures(output: string): Verdict {
  const answer = jsonIn(output);
  const { invalid, missing } = answer as { invalid?: unknown; missing?: unknown };
  if (!Array.isArray(invalid) || !Array.isArray(missing)) return { kind: 'unknown', says: silence(answer) };
  const says = `${invalid.length} invalid signatures, ${missing.length} packages without one`;
  return { kind: invalid.length > 0 ? 'bad' : 'good', says };
}

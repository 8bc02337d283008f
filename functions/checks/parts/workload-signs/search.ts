import type { Container } from './pod-spec.ts';

/** What to look for, and what to say: never more of the text than the pattern itself. */
export interface Pattern {
  /** Takes linear time: the text is an attacker's, and can be long. */
  pattern: RegExp;
  says(match: string): string;
}

/** Looks through arguments and values of environment variables. */
export const searchContainer = ({ label, ...container }: Container, patterns: readonly Pattern[]): string[] => [
  ...search(container.arguments, patterns).map((says) => `${label}: an argument ${says}`),
  ...search(container.environment, patterns).map((says) => `${label}: an environment variable ${says}`),
];

function search(values: readonly string[], patterns: readonly Pattern[]): string[] {
  const joined = values.join('\n');
  return patterns.flatMap(({ pattern, says }) => {
    const [match] = pattern.exec(joined) ?? [];
    return match === undefined ? [] : [says(match)];
  });
}

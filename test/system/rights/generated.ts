/** A generated part of a page in docs/, between two markers. */
import { readFileSync, writeFileSync } from 'node:fs';

/** Set, the tests write the page in place of comparing it: `npm run security-rights`. */
const REWRITE = 'WRITE_SECURITY_RIGHTS';

const PAGE = 'docs/security-rights.md';
const begin = (part: string): string => `<!-- ${part}: written by \`npm run security-rights\` from what was tried -->`;
const end = (part: string): string => `<!-- end of ${part} -->`;

/**
 * Writes the part where the environment asks for it.
 *
 * @returns what the page says
 * @throws when the page has no such part
 */
export function generatedPart(part: string, text: string): string {
  const page = readFileSync(PAGE, 'utf8');
  const from = page.indexOf(begin(part));
  const to = page.indexOf(end(part));
  if (from < 0 || to < from) throw new Error(`${PAGE} lacks the markers of its part "${part}"`);
  const body = from + begin(part).length;
  if (process.env[REWRITE]) writeFileSync(PAGE, `${page.slice(0, body)}\n\n${text}\n\n${page.slice(to)}`);
  return process.env[REWRITE] ? text : page.slice(body, to).trim();
}

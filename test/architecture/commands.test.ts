/** Commands are turned into text in one place: `functions/contract/commands/print.ts`. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = join(__dirname, '..', '..');
const PRINTER = 'functions/contract/commands/print.ts';

const FILES = ['bin', 'functions', 'lib'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file}`),
);

/** What a second way to print a command would look like. */
const SECOND_WAYS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['joined argument vector', /\b(?:argv|arguments?|args|commands?)\b[^;\n]{0,80}\.join\((['"`]) \1\)/i],
  // A fixed text, as in a usage or an error message, holds nobody's value.
  ['command with a value put in', /`[^`\n]*\b(?:kubectl|aws|sentinel) [a-z0-9-]+ [^`\n]*\$\{/],
  ['command that is put together', /(['"`])(?:kubectl|aws) [a-z0-9-]+[^'"`\n]*\1 \+/],
  ['quotation for a shell', /'\\\\''|shellArgument|shellQuote/],
];

const found = (pattern: RegExp): string[] =>
  FILES.filter((file) => pattern.test(readFileSync(join(ROOT, file), 'utf8')));

test.each(SECOND_WAYS)('there is no %s but in the one place', (_, pattern) => {
  expect(found(pattern).filter((file) => file !== PRINTER)).toEqual([]);
});

test('each of these is something that the search finds', () => {
  const lines = [
    "const line = argv.map(quote).join(' ');",
    'const line = `kubectl label namespace $<name> $<label>-`;',
    "const line = 'aws eks update-addon ' + name;",
    "const quoted = `'$<text.replaceAll(\"'\", `'\\\\''`)>'`;",
  ].map((line) => line.replaceAll('$<', '${').replaceAll('>', '}'));
  expect(SECOND_WAYS.map(([, pattern], index) => pattern.test(lines[index] ?? ''))).toEqual([true, true, true, true]);
});

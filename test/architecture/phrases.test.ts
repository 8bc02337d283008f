/** The text of the whole project, code and comments included, keeps to the words of docs/style.md. Recorded data may say what it likes. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { PHRASES } from './phrases.ts';

/** Recorded or of others; and the two files that name the phrases. */
const EXCEPTED =
  /^(test\/corpus\/.*\.(json|jsonl|gz|log|txt|csv|ndjson)|test\/corpus\/forms\/|test\/samples\/|tools\/outside\/lists\/|package-lock\.json|LICENSE|docs\/style\.md|test\/architecture\/phrases\.(test\.)?ts)/;
const TEXT = /\.(ts|tsx|mjs|cjs|js|md|ya?ml|json|py|go|sh|html|css|svg|txt|eta)$|^[^.]*$|^\.ci\//;

const files = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' })
  .split('\0')
  .filter((name) => name !== '' && TEXT.test(name) && !EXCEPTED.test(name));

const hits = (text: string): string[] =>
  text
    .split('\n')
    .flatMap((line, index) =>
      PHRASES.filter(({ pattern }) => pattern.test(line)).map(
        ({ never, better }) => `line ${index + 1}: "${never}" (better: ${better}): ${line.trim().slice(0, 160)}`,
      ),
    );

test('no file uses a phrase of the list', () => {
  expect(files.length).toBeGreaterThan(1000);
  const found = files.flatMap((name) => hits(readFileSync(name, 'utf8')).map((hit) => `${name} ${hit}`));
  expect(found).toEqual([]);
});

/** A number from a length that stands before a plural, where nothing says that it is more than one: "1 accounts". */
const PLURAL = /(?<!\bof |\? `|: `|first |by )\$\{[\w.]+\.(?:length|size)\} (?!characters|lanes|minutes|was)[a-z]+s\b/;

test('no message says "1 accounts": what may be one is counted', () => {
  const found = files
    .filter((name) => /^(bin|functions)\//.test(name))
    .flatMap((name) =>
      readFileSync(name, 'utf8')
        .split('\n')
        .filter((line) => PLURAL.test(line))
        .map((line) => `${name}: ${line.trim()}`),
    );
  expect(found).toEqual([]);
  expect(PLURAL.test('`Read: $'.concat('{before.length} accounts are gone`'))).toBe(true);
});

describe('each phrase of the list', () => {
  test.each(PHRASES.map(({ never }) => [never]))('"%s" is noticed by its own pattern', (never) => {
    expect(hits(never).join('\n')).toContain(`"${never}"`);
  });

  test.each(PHRASES.map(({ better }) => [better]))('"%s" is clean', (better) => {
    expect(hits(better)).toEqual([]);
  });
});

test.each(['there is no pattern', 'it is no longer there', 'two lists, one of which is empty', 'No packet was sent.'])(
  '%s: ordinary English',
  (line) => {
    expect(hits(line)).toEqual([]);
  },
);

test('docs/style.md has the same table', () => {
  const rows = PHRASES.map(({ never, better }) => `| ${never} | ${better} |`).join('\n');
  expect(readFileSync('docs/style.md', 'utf8')).toContain(`| --- | --- |\n${rows}\n`);
});

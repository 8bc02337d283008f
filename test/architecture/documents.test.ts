/** What the documents say leads somewhere: links, anchors, and commands, which are run, or parsed by the program that they call. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { run } from '../commands/run.ts';
import { parse, sentinelArguments } from './sentinel-command.ts';
import { words } from './shell-words.ts';

const PAGES = execFileSync('git', ['ls-files', '-z', '*.md'], { encoding: 'utf8' }).split('\0').filter(Boolean);
const read = (page: string): string => readFileSync(page, 'utf8');

/** Without code, in which brackets are not links. */
const prose = (page: string): string =>
  read(page)
    .replaceAll(/^```[\s\S]*?^ *```$/gm, '')
    .replaceAll(/`[^`\n]*`/g, '`code`');

/** As GitHub makes them of headings; and those that a page sets itself. */
function anchors(page: string): Set<string> {
  const headings = [
    ...read(page)
      .replaceAll(/^ *```[\s\S]*?^ *```$/gm, '')
      .matchAll(/^#+ (.*)$/gm),
  ].map(([, text = '']) =>
    text
      .toLowerCase()
      .replaceAll(/\]\([^)]*\)/g, '')
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set([...headings, ...[...read(page).matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)]);
}

test.each(PAGES)('%s: every link and anchor leads somewhere', (page) => {
  const broken = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
    if (/^(https?|mailto):/.test(link)) return [];
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? page : normalize(join(dirname(page), file));
    if (!existsSync(target)) return [link];
    return anchor !== undefined && !anchors(target).has(anchor) ? [link] : [];
  });
  expect(broken).toEqual([]);
});

interface Line {
  page: string;
  command: string;
  /** The block is marked: it needs an account or a cluster. */
  needsAccount: boolean;
}

/** One command a line; a backslash joins lines. */
const LINES: Line[] = PAGES.flatMap((page) =>
  [...read(page).matchAll(/^ *```sh( account)?\n([\s\S]*?)^ *```$/gm)].flatMap(([, mark, body = '']) =>
    body
      .replaceAll(/\\\n\s*/g, '')
      .split('\n')
      .map((line) => line.replace(/\s+# .*$/, '').trim())
      .filter((line) => line !== '' && !line.startsWith('#'))
      .flatMap((line) => line.split(' && '))
      .map((command) => ({ page, command, needsAccount: mark !== undefined })),
  ),
);

/** Commands that need no account, and what runs them; the file has to hold the text. `fix` is what `npm test` asks for. */
const RUN_BY: Readonly<Record<string, [file: string, text: string]>> = {
  'npm ci': ['.ci/run', 'npm ci'],
  'npm test': ['.ci/run', 'npm test'],
  'npm run test:system': ['.ci/run', 'test:system'],
  'npm run demo': ['.ci/run', 'npm run --silent demo'],
  'npm run images': ['test/tools/images.test.ts', 'demoFiles'],
  'npm run cloudformation': ['test/system/cloudformation.test.ts', "'tools/cloudformation/main.ts'"],
  'npm run schema': ['test/system/add-a-destination.test.ts', 'write-schema.ts'],
  'npm run judge': ['test/judge/command.test.ts', "'tools/judge/main.ts'"],
  'npm run twin': ['.ci/run', 'npm run --silent twin'],
  'npm run record': ['test/system/incidents.test.ts', 'tools/record/'],
  'npm run fix': ['package.json', '"fix": "biome check --write"'],
  'bash .ci/run': ['.ci/run', 'set -'],
};

const SCRIPTS = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts;

const COMMAND_LINE = /^\s*(\$ )?(npm|npx|node|bash|sentinel|aws|kubectl|cdk|git) /;

test.each(PAGES)('%s: every block with commands is one of sh', (page) => {
  const others = [...read(page).matchAll(/^ *```([^\n]*)\n([\s\S]*?)^ *```$/gm)]
    .filter(([, label = '']) => !/^sh( account)?$/.test(label))
    .flatMap(([, , body = '']) => body.split('\n').filter((line) => COMMAND_LINE.test(line)));
  expect(others).toEqual([]);
});

describe('each command in a document', () => {
  test('there are some of both kinds', () => {
    expect(LINES.filter(({ needsAccount }) => needsAccount).length).toBeGreaterThan(10);
    expect(LINES.filter(({ needsAccount }) => !needsAccount).length).toBeGreaterThan(5);
  });

  test.each(LINES)('$page: $command', async ({ command, needsAccount }) => {
    const args = sentinelArguments(command);
    if (args && needsAccount) return parse(args);
    // What needs no account is run, as it stands there.
    if (args) return expect(await run(args)).toMatchObject({ code: 0, stderr: '' });
    const [program = '', second = '', third = ''] = words(command);
    if (program === 'npm' && second === 'run')
      expect(Object.keys(SCRIPTS)).toContain(third === '-s' ? words(command)[3] : third);
    if (program === 'npx') expect(existsSync(join('node_modules', '.bin', second))).toBe(true);
    if (needsAccount) return expect(['aws', 'kubectl', 'npm', 'npx']).toContain(program);
    if (program === 'npx' && second === 'jest') return expect(existsSync(third)).toBe(true);
    const [file, text] = RUN_BY[command.split(' -- ')[0] ?? ''] ?? [];
    expect(file).toBeDefined();
    expect(read(file ?? '')).toContain(text);
  });

  test.each([['sentinel contain --no-such-option'], ['sentinel no-such-command'], ['sentinel contain --uid x']])(
    'a wrong one is noticed: %s',
    async (command) => {
      await expect(parse(sentinelArguments(command) ?? [])).rejects.toThrow();
    },
  );
});

/** Tables that are made by a program, as long as what they list. */
const MADE = ['docs/coverage.md', 'docs/security-rights.md'];
const DOCS = PAGES.filter((page) => /^docs\/[^/]+$/.test(page) && !MADE.includes(page));

test.each(DOCS)('%s: one question, so that it is short; and a longer page begins with its contents', (page) => {
  const lines = read(page).trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(230);
  const headings = lines.filter((line) => line.startsWith('## '));
  if (lines.length <= 60 || headings.length < 3) return;
  const top = lines
    .slice(
      0,
      lines.findIndex((line) => line.startsWith('## ')),
    )
    .join(' ');
  expect(headings.filter((heading) => !top.includes(`[${heading.slice(3)}](#`))).toEqual([]);
});

test('a page of docs/ that code, manifests or messages name is there, with the heading that they name', () => {
  const files = execFileSync(
    'git',
    ['ls-files', '-z', 'bin', 'functions', 'lib', 'tools', 'cluster', 'sentinel.config.yaml', '.github'],
    {
      encoding: 'utf8',
    },
  ).split('\0');
  const named = files
    .filter((file) => /\.(ts|ya?ml|json|md)$/.test(file))
    .flatMap((file) =>
      [...read(file).matchAll(/\b(docs\/[\w/-]+\.md)(?:(?:, "([^"]+)")|(?:, ([A-Z][a-z ]+)))?/g)].map(
        ([, page = '', quoted, plain]) => ({
          file,
          page,
          heading: quoted ?? plain,
        }),
      ),
    );
  expect(named.length).toBeGreaterThan(50);
  const wrong = named.filter(
    ({ page, heading }) =>
      !existsSync(page) || (heading !== undefined && !new RegExp(`^#+ ${heading.trim()}`, 'm').test(read(page))),
  );
  expect(wrong).toEqual([]);
});

test('README.md fits on three screens: at most 150 lines', () => {
  expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(150);
});

/**
 * Every line that calls `sentinel` or a script of npm, in code, mails, help, documents and comments, names commands, options and
 * scripts that exist.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../functions/contract/commands/table.ts';
import { allCommands, commandOf, nameOf, optionsOf, PROGRAM, parse, sentinelArguments } from './sentinel-command.ts';

/** Tests call commands wrongly on purpose; the fixtures of `aws` and `kubectl` are not ours. */
const FILES = execFileSync(
  'git',
  ['ls-files', '-z', 'bin', 'functions', 'lib', 'tools', 'cluster', 'docs', '.ci', '*.md', '*.yaml'],
  {
    encoding: 'utf8',
  },
)
  .split('\0')
  .filter((name) => /\.(ts|mjs|md|ya?ml|json)$|^\.ci\//.test(name) && !name.startsWith('test/'));

const NPM = (JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }).scripts;
const SCRIPTS = Object.keys(NPM);

/** The source of the tool that a script of npm runs; empty where it is not one of ours. */
function toolText(script: string): string {
  const [, folder] = /^node (tools\/[a-z]+)\//.exec(NPM[script] ?? '') ?? [];
  const files = folder
    ? execFileSync('git', ['ls-files', '-z', folder], { encoding: 'utf8' }).split('\0').filter(Boolean)
    : [];
  return files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
}

/** What follows `sentinel`, up to the end of the code, the sentence or the line. */
const CALL = /\bsentinel (?:-- )?([a-z][a-z-]*)((?:(?!\. |; |, )[^\n`"'|>)])*)/g;
/** After these words the next is not a command but prose. */
const isProse = (before: string): boolean => /(?:Namespace|the|a|of|for|by|our) $/i.test(before);

interface Call {
  place: string;
  name: string;
  rest: string;
}

const callsIn = (place: string, text: string): Call[] =>
  [...text.matchAll(CALL)]
    .filter(({ index }) => !isProse(text.slice(Math.max(0, index - 12), index)))
    .map(([, name = '', rest = '']) => ({ place, name, rest }));

/** What is wrong with it. */
function problemOf({ name, rest }: Call): string | undefined {
  if (name === 'help') return undefined;
  const command = commandOf([name, ...rest.trim().split(/\s+/)]);
  if (!command) return `there is no command ${name}`;
  const known = optionsOf(command);
  const unknown = (rest.match(/(?<=\s)--[a-z][a-z-]*/g) ?? []).filter((option) => !known.has(option));
  return unknown.length > 0 ? `${nameOf(command).join(' ')} has no ${unknown.join(', ')}` : undefined;
}

const CALLS = FILES.flatMap((file) => callsIn(file, readFileSync(file, 'utf8')));

test('each call names a command that there is, and options that it has', () => {
  expect(CALLS.length).toBeGreaterThan(100);
  const wrong = CALLS.flatMap((call) => {
    const problem = problemOf(call);
    return problem === undefined ? [] : [`${call.place}: sentinel ${call.name}${call.rest}: ${problem}`];
  });
  expect(wrong).toEqual([]);
});

test.each([
  ['sentinel baseline accept FILE --tables TABLE', 'baseline accept has no --tables'],
  ['npm run -s sentinel -- contain --namespac x', 'contain has no --namespac'],
  ['see "sentinel baselines"', 'there is no command baselines'],
  ['sentinel findings show nsf-1 --severity HIGH', 'findings show has no --severity'],
])('%s: this is noticed', (text, problem) => {
  expect(callsIn('a file', text).map(problemOf)).toEqual([problem]);
});

test('each script of npm that is named is one', () => {
  const wrong = FILES.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\bnpm run (?:-s |--silent )?([a-z][\w:-]*)/g)]
      .map(([, script = '']) => script)
      .filter((script) => !SCRIPTS.includes(script))
      .map((script) => `${file}: npm run ${script}`),
  );
  expect(wrong).toEqual([]);
});

test('each option that is given to a script of npm is one that its tool has', () => {
  const options = FILES.flatMap((file) =>
    [
      ...readFileSync(file, 'utf8').matchAll(
        /\bnpm run (?:-s |--silent )?([a-z][\w:-]*) -- ((?:(?!\. |; )[^\n`"'|>)#])*)/g,
      ),
    ].flatMap(([, script = '', rest = '']) =>
      (rest.match(/(?<![\w-])--[a-z][a-z-]*/g) ?? []).map((option) => ({ file, script, option })),
    ),
  ).filter(({ script }) => toolText(script) !== '');
  expect(options.length).toBeGreaterThan(10);
  expect(options.filter(({ script, option }) => !toolText(script).includes(option))).toEqual([]);
});

test('each command of ours that mails and reports may print is one, with its options', () => {
  const ours = COMMANDS.filter(({ start }) => start.startsWith('sentinel '));
  expect(ours).not.toEqual([]);
  for (const { start, options = {} } of ours) {
    const command = commandOf(start.split(' ').slice(1));
    expect([start, command && nameOf(command).join(' ')]).toEqual([start, start.replace('sentinel ', '')]);
    if (command) expect([...optionsOf(command)]).toEqual(expect.arrayContaining(Object.keys(options)));
  }
});

describe('the help of each command', () => {
  test.each(
    [PROGRAM, ...allCommands()].map((command) => [['sentinel', ...nameOf(command)].join(' '), command] as const),
  )('%s has one shape, and examples that parse', async (name, command) => {
    let text = '';
    command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 100 }).outputHelp();
    const behind = text.slice(text.indexOf('Examples:') < 0 ? text.indexOf('Example:') : text.indexOf('Examples:'));
    const [, block = ''] = /^Examples?:\n((?: {2}.*\n)+)\n/.exec(behind) ?? [];
    const examples = block
      .replaceAll(/\\\n\s*/g, '')
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
    expect(examples.some((line) => line.includes(name))).toBe(true);
    for (const line of examples.flatMap((each) => each.split(' | '))) {
      const args = sentinelArguments(line);
      if (args) await parse(args);
      else expect(line).toMatch(/^(aws|kubectl) /);
    }
    expect(text.trimEnd().replaceAll(/\s+/g, ' ')).toMatch(/Exit codes: 0 [^;]+; (?:1 [^;]+; )?2 [^;]+\.$/);
    expect(command.description()).toMatch(/^[A-Z].*\.$/s);
  });
});

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { analyse } from 'scslre';
import ts from 'typescript';

const ROOT = join(__dirname, '..', '..');
const FILES = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'functions', 'bin'], { cwd: ROOT })
  .toString()
  .split('\n')
  .filter((file) => file.endsWith('.ts'));

/** Patterns that are made within a function, with what bounds the work. */
const MADE_LATER: Record<string, string> = {
  'functions/alert/layout.ts': 'a repetition of any character up to a fixed width',
};

interface Pattern {
  file: string;
  source: string;
  flags: string;
}

/** The patterns that are written as literals, and the files that make some of text. */
function patternsIn(file: string): { literals: Pattern[]; makesSome: boolean } {
  const literals: Pattern[] = [];
  let makesSome = false;
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      literals.push({ file, source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
    }
    if (ts.isNewExpression(node) && node.expression.getText() === 'RegExp') makesSome = true;
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, true));
  return { literals, makesSome };
}

/** The patterns that a file makes of text when it is loaded. */
function madeBy(file: string): Pattern[] {
  const made: Pattern[] = [];
  const Original = globalThis.RegExp;
  globalThis.RegExp = new Proxy(Original, {
    construct(target, [source, flags = '']) {
      if (typeof source === 'string') made.push({ file, source, flags });
      return new target(source, flags);
    },
  });
  try {
    jest.isolateModules(() => require(join(ROOT, file)));
  } finally {
    globalThis.RegExp = Original;
  }
  return made;
}

/** What a backtracking engine may need more than linear time for: on one text, or begun at each of its characters. */
const slow = ({ file, source, flags }: Pattern): string[] =>
  analyse({ source, flags }, { reportTypes: { Move: true, Self: true, Trade: true } }).reports.map(
    ({ type, exponential }) =>
      `${file}: /${source}/${flags} is ${exponential ? 'exponential' : 'polynomial'} (${type})`,
  );

const found = FILES.map((file) => ({ file, ...patternsIn(file) }));

test('no pattern takes more than linear time, whatever the text', () => {
  const literals = found.flatMap((file) => file.literals);
  expect(literals.length).toBeGreaterThan(150);
  expect(literals.flatMap(slow)).toEqual([]);
}, 60_000);

test('nor does one that is made of text', () => {
  const makers = found.flatMap(({ file, makesSome }) => (makesSome ? file : []));
  const made = new Map(makers.map((file) => [file, madeBy(file)]));
  expect([...made].flatMap(([file, patterns]) => (patterns.length > 0 || MADE_LATER[file] ? [] : file))).toEqual([]);
  expect([...made.values()].flat().flatMap(slow)).toEqual([]);
}, 60_000);

test('the analysis finds what it is for', () => {
  expect(slow({ file: 'x', source: '(\\S+) AUDIT:', flags: 'g' })).toHaveLength(1);
  expect(slow({ file: 'x', source: '^(a+)+$', flags: '' })).not.toEqual([]);
});

import { globSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import ts from 'typescript';

/** The types, interfaces, classes and enums that a file declares and exports itself; what it passes on is not its own. */
function exportedTypes(file: string, text: string): string[] {
  const { statements } = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  return statements
    .filter(
      (statement) =>
        ts.isInterfaceDeclaration(statement) ||
        ts.isTypeAliasDeclaration(statement) ||
        ts.isClassDeclaration(statement),
    )
    .filter((statement) => statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
    .flatMap(({ name }) => name?.text ?? []);
}

/** The names that more than one file exports, each with its files. */
function exportedTwice(files: readonly (readonly [file: string, text: string])[]): [name: string, files: string[]][] {
  const places = new Map<string, string[]>();
  for (const [file, text] of files)
    for (const name of exportedTypes(file, text)) places.set(name, [...(places.get(name) ?? []), file]);
  return [...places].filter(([, { length }]) => length > 1);
}

test('a name that two files export is found, what is passed on or kept to itself is not', () => {
  expect(
    exportedTwice([
      ['a.ts', 'export interface One {}\nexport type Two = 1;\ninterface Three {}\nexport const four = 4;'],
      [
        'b.ts',
        "export class One {}\nexport type { Two } from './a.ts';\nexport interface Three {}\nexport const four = 4;",
      ],
    ]),
  ).toEqual([['One', ['a.ts', 'b.ts']]]);
});

test('a type has a name of its own, so that an import line says what is meant', () => {
  const files = globSync(['functions/**/*.ts', 'lib/**/*.ts', 'bin/**/*.ts']);
  expect(files.length).toBeGreaterThan(300);
  expect(exportedTwice(files.map((file) => [file, readFileSync(file, 'utf8')]))).toEqual([]);
});

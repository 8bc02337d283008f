/** The contract is written once: rooms read what travels by it, and describe nothing of it themselves. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = join(__dirname, '..', '..');
const sources = (...folders: string[]): { file: string; text: string }[] =>
  folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => ({ file: `${folder}/${name}`, text: readFileSync(join(ROOT, folder, name), 'utf8') })),
  );

/** Who else has schemas, and of what: none of it travels between rooms. */
const OTHER_SCHEMAS: readonly (readonly [pattern: RegExp, of: string])[] = [
  [/^functions\/checks\//, 'the details of each check, which describe themselves (docs/adr/0016)'],
  [/^functions\/kit\/schemas\.ts$/, 'parts for configuration'],
  [
    /^functions\/alert\/(?:destinations\/|(?:event-bus|https|digest-frequency)\.ts$)/,
    'the part of each destination in the configuration',
  ],
  [/^functions\/alert\/(auto-start|state-machine-arns)\.ts$/, 'environment variables that the stack sets'],
  [/^functions\/investigate\/settings\.ts$/, 'environment variables that the stack sets'],
  [/^functions\/detect\/payload\.ts$/, 'what CloudWatch Logs sends'],
  [/^functions\/alert\/destination\.ts$/, 'what Lambda sends to the destination of an invocation'],
  [/^functions\/investigate\/answer\.ts$/, 'what the code of a check returned, within one process'],
  [/^functions\/contain\/framework\/payload\.ts$/, 'what a state sends'],
  [/^functions\/clients\/local\/hash-file\.ts$/, 'a file that this client alone writes and reads'],
  [/^functions\/clients\/(?:logs\/remembered|aws\/shared-trail)\.ts$/, 'what a client remembers, for itself alone'],
  [/^functions\/contain\/snapshot\/snapshot\.ts$/, 'the snapshot, which contain keeps for itself'],
];

/** Reading by a schema is for everybody; these make one. */
const COMBINATORS = /\b(object|open|part|list|mapOf|oneOf|optional|otherwise|tolerant|pairs|texts|facts|flag)\b/;
const definesSchema = (text: string): boolean =>
  /^import (?!type)[^;]* from 'zod(?:\/mini)?';/m.test(text) ||
  [...text.matchAll(/^import \{([^}]*)\} from '[^']*contract\/read\.ts';/gm)].some(([, names = '']) =>
    COMBINATORS.test(names),
  );

test('only the contract has schemas of what travels between rooms', () => {
  const found = sources('functions').filter(
    ({ file, text }) => !file.startsWith('functions/contract/') && definesSchema(text),
  );
  const unknown = found.filter(({ file }) => !OTHER_SCHEMAS.some(([pattern]) => pattern.test(file)));
  expect(unknown.map(({ file }) => file)).toEqual([]);
  // A row that nothing needs any more goes.
  const unused = OTHER_SCHEMAS.filter(([pattern]) => !found.some(({ file }) => pattern.test(file)));
  expect(unused).toEqual([]);
});

test('no JSON is given a type that nothing has checked', () => {
  const casts = sources('functions', 'bin', 'lib').flatMap(({ file, text }) =>
    [...text.matchAll(/JSON\.parse\([^;]*?\)+ as (?!unknown\b)[A-Za-z{][^;]*;/g)].map(([cast]) => `${file}: ${cast}`),
  );
  // A quoted key of an object is a text.
  expect(
    casts.filter((cast) => !cast.startsWith('functions/kit/cut-json.ts: JSON.parse(text.slice(quote, end)) as string')),
  ).toEqual([]);
});

test('errors are told apart by class', () => {
  const byName = sources('functions').flatMap(({ file, text }) =>
    [...text.matchAll(/\.name [!=]== '(?:KubernetesError|Log\w+|LessonRefused|PlaybookInputError|Unreadable)'/g)].map(
      ([match]) => `${file}: ${match}`,
    ),
  );
  expect(byName).toEqual([]);
});

test('the words of the contract need no schema library: the detector loads them in the way of every alert', () => {
  for (const name of ['vocabulary', 'ids', 'sizes', 'actor-key', 'errors'])
    expect(readFileSync(join(ROOT, `functions/contract/${name}.ts`), 'utf8')).not.toMatch(
      /from 'zod|from '\.\/read\.ts'/,
    );
});

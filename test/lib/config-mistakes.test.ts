/** Whatever is wrong at whichever key is told in one form. */
import { describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { ConfigError, parseConfig } from '../../lib/config/config.ts';
import { configJsonSchema } from '../../lib/config/config-schema.ts';
import { lineOf } from '../../lib/config/mistakes.ts';
import { FORM } from './mistake-form.ts';

interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema;
  required?: string[];
}
type Path = readonly (string | number)[];

/** Each key of the schema, and each item of its lists. */
const places = (schema: Schema, path: Path = []): Path[] => [
  ...(path.length > 0 ? [path] : []),
  ...Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => places(inner, [...path, key])),
  ...(schema.items ? places(schema.items, [...path, 0]) : []),
];

/** Wrong in most places: by its type, its size or its text. */
const VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  1e9,
  '',
  '*',
  'no such thing!',
  'x'.repeat(5000),
  [],
  ['', ''],
  Array.from({ length: 500 }, () => 'x'),
  {},
  { strange: 1 },
];

/** A configuration that has the value in this place, and otherwise only what must be there. */
function configWith([first, ...others]: Path, value: unknown): unknown {
  const inner = others.length === 0 ? value : configWith(others, value);
  return typeof first === 'number' ? [inner] : { [String(first)]: inner };
}

const textWith = (path: Path, value: unknown): string =>
  stringify({ clusters: [{ name: 'demo' }], ...(configWith(path, value) as object) });

/** As they are printed. */
function mistakesIn(text: string): string[] {
  try {
    parseConfig(text, 'test.yaml');
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.message.split('\n').slice(1)).toEqual(error.mistakes.map((each) => `  ${lineOf(each)}`));
    return error.mistakes.map(lineOf);
  }
}

const PLACES = places(configJsonSchema() as Schema);

test('there are places enough', () => {
  expect(PLACES.length).toBeGreaterThan(60);
});

describe('each key refuses what is wrong in the one form', () => {
  test.each(PLACES.map((path) => [path.join('.'), path] as const))('%s', (_, path) => {
    const mistakes = VALUES.flatMap((value) => mistakesIn(textWith(path, value)));
    expect(mistakes).not.toEqual([]);
    for (const each of mistakes) expect(each).toMatch(FORM);
  });
});

test.each([
  ['no colon', 'line 2: investigation.weights.minor there is no indicator. Fix: remove it.'],
  ['no fix', 'line 2: region: "here" is not accepted.'],
  ['a predicate without subject', 'line 2: region: must be an AWS Region. Fix: use one.'],
])('the form notices %s', (_, line) => {
  expect(line).not.toMatch(FORM);
});

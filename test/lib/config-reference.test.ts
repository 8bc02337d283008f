import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { configJsonSchema } from '../../lib/config/config-schema.ts';
import { configReference } from '../../lib/config/reference.ts';

test('docs/configuration.md is that of the schema (if not: npm run schema)', () => {
  expect(readFileSync('docs/configuration.md', 'utf8')).toBe(configReference(configJsonSchema()));
});

test('every key has a meaning', () => {
  const rows = configReference(configJsonSchema())
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  expect(rows.length).toBeGreaterThan(20);
  expect(rows.filter((line) => line.endsWith('|  |'))).toEqual([]);
});

describe('a row', () => {
  test.each([
    [
      { type: 'integer', minimum: 1, maximum: 9, default: 3, description: 'd' },
      '| `a` | whole number 1 to 9 | `3` | d |',
    ],
    [{ enum: ['x', 'y'], description: 'd' }, '| `a` | `x`, `y` | required | d |'],
    [{ type: 'array', items: { type: 'string' }, default: [], description: 'd' }, '| `a` | list of text | `[]` | d |'],
    [{ type: 'boolean', description: 'a | b' }, '| `a` | true, false | required | a \\| b |'],
  ])('%j', (a, row) => {
    expect(configReference({ properties: { a }, required: ['a'] })).toContain(`\n${row}\n`);
  });
});

import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { RULES } from '../../functions/investigate/indicators/index.ts';

test('docs/indicators.md lists every indicator with its kind and weight, in the order of the table', () => {
  const rows = readFileSync('docs/indicators.md', 'utf8').matchAll(/^\| `([a-z-]+)` \| ([a-z]+) \| (-?\d+) \|/gm);
  expect([...rows].map(([, id, kind, weight]) => ({ id, kind, weight: Number(weight) }))).toEqual(
    RULES.map(({ id, kind, weight }) => ({ id, kind, weight })),
  );
});

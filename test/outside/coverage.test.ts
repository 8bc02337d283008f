/** Each item of the outside lists, put beside an ordinary creation, is answered as docs/coverage.md says. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { missOf } from '../../tools/outside/answers.ts';
import { LISTS } from '../../tools/outside/lists/index.ts';
import { coveragePage } from '../../tools/outside/page.ts';

describe.each(LISTS.map((list) => ({ ...list })))('$title', ({ items, mayDecline }) => {
  test('every item is there once', () => {
    const ids = items.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });

  test('not more is declined than may be', () => {
    const declined = items.filter(({ answer }) => 'declined' in answer);
    expect(declined.length).toBeLessThanOrEqual(mayDecline ?? items.length);
  });

  test.each(items.filter(({ answer }) => !('declined' in answer)).map((item) => ({ ...item })))('$id', async (item) => {
    expect(await missOf(item)).toBeUndefined();
  });
});

test('docs/coverage.md is what the tables say: npm run coverage', () => {
  expect(readFileSync('docs/coverage.md', 'utf8')).toBe(coveragePage(LISTS));
});

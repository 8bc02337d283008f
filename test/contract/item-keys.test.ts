import { expect, test } from '@jest/globals';
import { ID } from '../../functions/contract/ids.ts';
import { ITEM_KEYS } from '../../functions/contract/item-keys.ts';

const beginnings = Object.values(ITEM_KEYS);

test.each(beginnings)('an item whose key begins with %s is of one kind, and no finding', (beginning) => {
  expect(beginnings.filter((other) => beginning.startsWith(other) || other.startsWith(beginning))).toEqual([beginning]);
  expect(ID.test(`${beginning}x`)).toBe(false);
  expect(beginning).toMatch(/^[a-z-]+#$/);
});

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { asTyped, ID, isShortened, shortFindingId } from '../../functions/contract/ids.ts';

const hex = (digits: number) =>
  fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: digits, maxLength: digits }).map((all) => all.join(''));

test('a finding has one short id, however much of it is typed', () => {
  fc.assert(
    fc.property(hex(32), fc.integer({ min: 12, max: 32 }), (digits, typed) => {
      const id = `nsf-${digits}`;
      expect(shortFindingId(id.slice(0, 4 + typed))).toBe(id.slice(0, 16));
      expect(isShortened(id.slice(0, 4 + typed))).toBe(typed < 32);
      expect(asTyped(id.slice(0, 4 + typed).toUpperCase())).toBe(id.slice(0, 4 + typed));
    }),
  );
});

test.each(['nsf-47514e8a499', 'nsf-', `nsf-${'a'.repeat(33)}`, 'nsf-47514e8a499g', 'containment-47514e8a4998', 'Q-1'])(
  '%s is not the id of a finding as detect makes it, and stays as it is',
  (id) => {
    expect([shortFindingId(id), isShortened(id), asTyped(id)]).toEqual([undefined, false, id]);
    expect(ID.test(id)).toBe(true);
  },
);

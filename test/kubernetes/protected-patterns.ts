/** Names of namespaces, and patterns of them that are near enough to match. */
import fc from 'fast-check';

const letter = fc.constantFrom('a', 'b', '-', '0');
const text = (min: number) => fc.array(letter, { minLength: min, maxLength: 6 }).map((letters) => letters.join(''));

export const name = text(1).map((middle) => `a${middle}b`.slice(0, 63));
export const pattern = fc
  .array(fc.oneof(text(1), fc.constant('*')), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join(''))
  .filter((each) => each.length <= 63 && !/^\*+$/.test(each));

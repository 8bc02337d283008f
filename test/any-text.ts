import fc from 'fast-check';

/** Code points that no character has: halves of pairs. */
const SURROGATES = { from: 0xd800, count: 0x800 };

function unmapped(value: unknown): number {
  const code = typeof value === 'string' ? (value.codePointAt(0) ?? Number.NaN) : Number.NaN;
  if (value !== String.fromCodePoint(code)) throw new Error('not one character');
  return code < SURROGATES.from ? code : code - SURROGATES.count;
}

/**
 * Any character. The same as the unit `binary` of `fc.string`, which takes a second in each file of tests that uses it: it
 * makes a table of a million characters to find out which dangerous words it can build.
 */
const character = fc
  .integer({ min: 0, max: 0x10ffff - SURROGATES.count })
  .map((code) => String.fromCodePoint(code < SURROGATES.from ? code : code + SURROGATES.count), unmapped);

/** Text of any characters, and of the words that are dangerous as keys. */
export const anyText = (lengths: { minLength?: number; maxLength?: number } = {}): fc.Arbitrary<string> =>
  fc.string({ ...lengths, unit: character });

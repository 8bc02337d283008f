import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { jsonBytes, MIN_FIT_BYTES, fit as shorten } from '../../functions/contract/sizes.ts';
import { MAX_FINDING_BYTES } from '../../functions/contract/vocabulary.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What the limit is about: the value with its cuts beside it. */
const bytesOf = ({ value, cut }: { value: unknown; cut: unknown[] }): number =>
  jsonBytes(value) + (cut.length > 0 ? jsonBytes(cut) + ',"cut":'.length : 0);

/** Every string in a value, with its path. */
function* strings(value: unknown, path = ''): Generator<[string, string]> {
  if (typeof value === 'string') yield [path, value];
  else if (Array.isArray(value)) for (const [i, item] of value.entries()) yield* strings(item, `${path}[${i}]`);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      const step = /^[A-Za-z_$][\w$]*$/.test(key) ? (path && '.') + key : `[${JSON.stringify(key)}]`;
      yield* strings(item, path + step);
    }
  }
}

describe('what fits', () => {
  test.each([[{}], [[]], ['x'], [7], [null], [{ a: { b: ['c'] } }], ['x'.repeat(MIN_FIT_BYTES - 2)]])(
    '%j is returned as it is',
    (value) => {
      expect(shorten(value, MIN_FIT_BYTES).value).toBe(value);
      expect(shorten(value, MIN_FIT_BYTES).cut).toEqual([]);
    },
  );

  test('a limit below the minimum is a mistake of the caller', () => {
    expect(() => shorten({}, MIN_FIT_BYTES - 1)).toThrow(RangeError);
    expect(() => shorten({}, Number.NaN)).toThrow(RangeError);
  });
});

describe('what does not fit', () => {
  test('a long string keeps its beginning and says what it was', () => {
    const long = 'abc'.repeat(100_000);
    const { value, cut } = shorten({ id: 'x', text: long }, 2048);
    expect(value.id).toBe('x');
    expect(value.text).toMatch(/^(abc)+a?b?… \[300000 bytes, sha256 [0-9a-f]{16}…\]$/);
    expect(value.text).toContain(sha256(long).slice(0, 16));
    expect(cut).toEqual([{ path: 'text', bytes: 300_000, sha256: sha256(long) }]);
  });

  test('the largest gives way, the small stays whole', () => {
    const value = { big: 'b'.repeat(50_000), middle: 'm'.repeat(1000), small: 's' };
    const result = shorten(value, 8192);
    expect(result.value.middle).toBe(value.middle);
    expect(result.cut.map(({ path }) => path)).toEqual(['big']);
    expect(bytesOf(result)).toBeGreaterThan(8000);
  });

  test('256 KiB of control characters, which are sixfold in JSON', () => {
    const annotation = '\u0001'.repeat(256 * 1024);
    const finding = {
      id: 'x',
      namespace: { annotations: { 'a.example/b': annotation } },
      actor: { username: annotation },
    };
    const result = shorten(finding, MAX_FINDING_BYTES, ['id']);
    expect(bytesOf(result)).toBeLessThanOrEqual(MAX_FINDING_BYTES);
    expect(result.cut).toEqual([
      { path: 'namespace.annotations["a.example/b"]', bytes: 262_144, sha256: sha256(annotation) },
      { path: 'actor.username', bytes: 262_144, sha256: sha256(annotation) },
    ]);
  });

  test('50,000 tiny entries lose the surplus', () => {
    const labels = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`label-${i}`, `value-${i}`]));
    const result = shorten({ id: 'x', labels, list: Object.keys(labels) }, MAX_FINDING_BYTES);
    expect(bytesOf(result)).toBeLessThanOrEqual(MAX_FINDING_BYTES);
    expect(bytesOf(result)).toBeGreaterThan(MAX_FINDING_BYTES * 0.9);
    expect(result.cut.map(({ path }) => path)).toEqual(['labels', 'list']);
    expect(result.value.list).toEqual(Object.keys(labels).slice(0, result.value.list.length));
    expect(result.value.labels).toEqual(expect.objectContaining({ 'label-0': 'value-0' }));
  });

  test('a key as long as a value goes with its entry', () => {
    const result = shorten({ labels: { ['k'.repeat(100_000)]: 'v', a: 'b' } }, 2048);
    expect(result.value).toEqual({ labels: { a: 'b' } });
    expect(result.cut.map(({ path }) => path)).toEqual(['labels']);
  });

  test('nesting costs no time', () => {
    let value: unknown = 'x'.repeat(1000);
    for (let depth = 0; depth < 500; depth++) value = { deeper: value };
    const result = shorten(value, 2048);
    expect(result.cut).toHaveLength(1);
    expect(bytesOf(result)).toBeLessThanOrEqual(2048);
    expect(JSON.stringify(result.value).split('{').length).toBeLessThan(40);
  });

  test('a key that means something to JavaScript is a key like others', () => {
    const value = JSON.parse(`{"labels":{"__proto__":"${'p'.repeat(5000)}","constructor":"c"}}`);
    const { value: small } = shorten(value, 1024);
    expect(Object.keys(small.labels)).toEqual(['__proto__', 'constructor']);
    expect(Object.getOwnPropertyDescriptor(small.labels, '__proto__')?.value).toMatch(/^p+… \[5000 bytes/);
  });

  test('a character is never split', () => {
    for (let limit = MIN_FIT_BYTES; limit < MIN_FIT_BYTES + 8; limit++) {
      const { value } = shorten({ text: `${'x'.repeat(limit % 4)}${'😀'.repeat(1000)}` }, limit);
      expect(value.text.isWellFormed()).toBe(true);
    }
  });
});

describe('what is to be kept', () => {
  const long = 'x'.repeat(3000);

  test.each([
    ['a field', { a: long, b: long }, ['a'], { a: long }],
    ['a field below', { a: { b: long, c: long }, d: long }, ['a.b'], { a: { b: long } }],
    ['all that it holds', { a: { b: { c: long } }, d: long }, ['a'], { a: { b: { c: long } } }],
    ['a key that is not an identifier', { a: { 'b/c': long }, d: long }, ['a["b/c"]'], { a: { 'b/c': long } }],
  ])('%s', (_, value, keep, expected) => {
    const result = shorten<unknown>(value, 4096, keep);
    expect(result.value).toMatchObject(expected);
    expect(bytesOf(result)).toBeLessThanOrEqual(4096);
    expect(result.cut.length).toBeGreaterThan(0);
  });

  test('in every element of an array', () => {
    const items = Array.from({ length: 20 }, (_, i) => ({ name: `name-${i}`, text: long }));
    const { value } = shorten({ items }, 16_384, ['items[].name']);
    expect(value.items.map(({ name }) => name)).toEqual(items.map(({ name }) => name));
  });

  test('an entry to keep outlasts smaller ones', () => {
    const labels = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`l${i}`, 'v']));
    const { value } = shorten({ labels: { ...labels, kept: 'k'.repeat(500) } }, 4096, ['labels.kept']);
    expect(value.labels).toMatchObject({ kept: 'k'.repeat(500) });
  });

  test('what alone exceeds the limit is cut like the rest, rather than lost', () => {
    const result = shorten({ a: long }, 1024, ['a']);
    expect(result.value.a).toMatch(/^x+… \[3000 bytes/);
  });
});

describe('properties', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)), maxLength: 30 }),
  );
  const longText = fc.tuple(text, fc.integer({ min: 1, max: 400 })).map(([piece, times]) => piece.repeat(times));
  const { value: json } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      longText,
      text,
      fc.constantFrom<unknown>(null, true, 12.5, -1e21),
      fc.array(tie('value'), { maxLength: 30 }),
      fc.dictionary(text, tie('value'), { maxKeys: 30 }),
    ),
  }));
  const limit = fc.integer({ min: MIN_FIT_BYTES, max: 6000 });

  test('the result fits, and what fits is not touched', () => {
    fc.assert(
      fc.property(json, limit, (value, maxBytes) => {
        const result = shorten(value, maxBytes);
        expect(bytesOf(result)).toBeLessThanOrEqual(maxBytes);
        if (jsonBytes(value) <= maxBytes) expect(result).toEqual({ value, cut: [] });
        else expect(result.cut.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  test('the result keeps its kind, and is the same each time', () => {
    fc.assert(
      fc.property(json, limit, (value, maxBytes) => {
        const result = shorten(value, maxBytes);
        expect(Array.isArray(result.value)).toBe(Array.isArray(value));
        expect(typeof result.value).toBe(typeof value);
        expect(shorten(structuredClone(value), maxBytes)).toEqual(result);
      }),
    );
  });

  test('each string is whole, or cut at a character and recorded with length and hash', () => {
    fc.assert(
      fc.property(json, limit, (value, maxBytes) => {
        const originals = new Map(strings(value));
        const result = shorten(value, maxBytes);
        const cuts = new Map(result.cut.map((cut) => [cut.path, cut]));
        for (const [path, small] of strings(result.value)) {
          const original = originals.get(path) ?? '';
          if (small === original) continue;
          const bytes = Buffer.byteLength(original);
          expect(cuts.get(path)).toEqual({ path, bytes, sha256: sha256(original) });
          const kept = small.slice(0, small.lastIndexOf('… ['));
          expect(original.startsWith(kept)).toBe(true);
          expect(/[\ud800-\udbff]$/.test(kept) && /^[\udc00-\udfff]/.test(original.slice(kept.length))).toBe(false);
        }
      }),
    );
  });

  test('the result fits in tight places too, where every element holds something to keep', () => {
    const items = fc.array(fc.record({ name: fc.string({ maxLength: 20 }), text: longText }), { maxLength: 12 });
    fc.assert(
      fc.property(items, fc.integer({ min: 512, max: 4000 }), (value, maxBytes) => {
        const result = shorten({ items: value }, maxBytes, ['items[].name']);
        expect(bytesOf(result)).toBeLessThanOrEqual(maxBytes);
      }),
      { numRuns: 1000 },
    );
  });

  test('what is kept is whole, unless it alone is too large', () => {
    fc.assert(
      fc.property(text, json, limit, (id, rest, maxBytes) => {
        const { value } = shorten({ id, rest }, maxBytes, ['id']);
        if (jsonBytes(id) < maxBytes - 256) expect(value.id).toBe(id);
      }),
    );
  });
});

/** Annotations up to what the API server takes: they are logged up to twice. */
import { createHash } from 'node:crypto';
import type { Case } from './case.ts';

const KIB = 1024;
/** Bytes of all keys and values together (`k8s.io/apimachinery/pkg/api/validation`). */
const LIMIT = 256 * KIB;
const KEY = 'example.com/pad';

/** Text that does not compress well, the same in every recording. */
const noise = (bytes: number): string => {
  let text = '';
  for (let i = 0; text.length < bytes; i++) text += createHash('sha256').update(`${i}`).digest('base64');
  return text.slice(0, bytes);
};

export const sizeCases: readonly Case[] = [
  {
    name: 'annotations from 1 KB to 256 KB',
    run: async ({ as }) => {
      for (const size of [1, 5, 10, 32, 64, 128, 200])
        await as('alice').create({ name: `size-${size}k`, annotations: { [KEY]: 'x'.repeat(size * KIB) } });
      await as('alice').create({ name: 'size-limit', annotations: { [KEY]: 'x'.repeat(LIMIT - KEY.length) } });
      await as('alice').create({ name: 'size-over', annotations: { [KEY]: 'x'.repeat(LIMIT - KEY.length + 1) } });
      await as('alice').apply('size-apply', { annotations: { [KEY]: 'x'.repeat(LIMIT - KEY.length) } });
    },
  },
  {
    name: 'an annotation of control characters, each logged as six',
    run: ({ as }) =>
      as('alice').create({ name: 'size-control', annotations: { [KEY]: '\u0001'.repeat(LIMIT - KEY.length) } }),
  },
  {
    name: 'an annotation of noise',
    run: ({ as }) => as('bob').create({ name: 'size-noise', annotations: { [KEY]: noise(16 * KIB) } }),
  },
  {
    name: 'many small annotations and labels',
    run: ({ as }) => {
      const entries = (count: number) =>
        Object.fromEntries(Array.from({ length: count }, (_, index) => [`example.com/key-${index}`, `value-${index}`]));
      return as('bob').create({ name: 'size-many', labels: entries(500), annotations: entries(3_000) });
    },
  },
  {
    name: 'a large one, dry and refused',
    run: async ({ as }) => {
      const annotations = { [KEY]: 'x'.repeat(100 * KIB) };
      await as('alice').create({ name: 'size-dry', annotations }, { query: 'dryRun=All', dryRun: true });
      await as('viewer').create({ name: 'size-refused', annotations });
      await as('alice').create({ name: 'refused-invalid-size', annotations });
    },
  },
];

/** Dry runs, and what only looks like one. What came of each is recognised by whether the namespace was seen to exist. */
import type { Case, Scene } from './case.ts';

/** Each in a request of its own to create a namespace. */
const each = (name: string, queries: readonly string[], dryRun: boolean): Case => {
  const prefix = name.replace(/[^a-z]+/gi, '-').toLowerCase();
  return {
    name,
    run: async ({ as }: Scene) => {
      for (const [index, query] of queries.entries())
        await as('alice').create({ name: `${prefix}-${index}` }, { query, dryRun });
    },
  };
};

export const dryRunCases: readonly Case[] = [
  each('dry run', ['dryRun=All'], true),
  each('dry run, encoded', ['dr%79Run=%41ll', '%64%72%79%52%75%6e=All', 'x=%zz&dryRun=All', 'dryRun=All&x=%ff'], true),
  each('dry run, twice', ['dryRun=All&dryRun=All'], true),
  each(
    'dry run, a value that does not exist',
    ['dryRun=', 'dryRun', 'dryRun=none', 'dryRun=All&dryRun=', 'dryRun=%ff'],
    true,
  ),
  each(
    'decoy',
    ['fieldManager=dryRun%3DAll&pretty=dryRun', 'DryRun=All', 'dryRun%5B%5D=All', '+dryRun=All', 'xdryRun=All'],
    false,
  ),
  each('dropped by Go', ['dryRun=%zz', 'a;dryRun=All', 'dryRun=All;a', '%zz&dryRun%=All'], false),
  {
    name: 'dry run by server-side apply: new and of what exists',
    run: async ({ as }) => {
      await as('alice').apply('dry-apply', {}, { query: 'dryRun=All', dryRun: true });
      await as('alice').apply('dry-apply', {}, { query: 'dr%79Run=%41ll', dryRun: true });
      await as('alice').apply('default', { labels: { dry: 'run' } }, { query: 'dryRun=All', dryRun: true });
    },
  },
  {
    name: 'decoy by server-side apply',
    run: ({ as }) => as('alice').apply('decoy-apply', {}, { query: 'pretty=dryRun&a;dryRun=All' }),
  },
  {
    name: 'dry run with generateName',
    run: ({ as }) => as('alice').create({ generateName: 'dry-' }, { query: 'dryRun=All', dryRun: true }),
  },
  {
    name: 'dry run, the answer as a table or metadata',
    run: async ({ as }) => {
      for (const form of ['Table', 'PartialObjectMetadata']) {
        const headers = { accept: `application/json;as=${form};v=v1;g=meta.k8s.io` };
        await as('alice').create({ name: 'dry-form' }, { query: 'dryRun=All', dryRun: true, headers });
      }
    },
  },
  {
    name: 'dry run, refused',
    run: async ({ as }) => {
      const options = { query: 'dryRun=All', dryRun: true };
      await as('viewer').create({ name: 'dry-refused' }, options);
      await as('alice').create({ name: 'refused-forbidden-dry' }, options);
      await as('alice').create({ name: 'Dry_Refused' }, options);
      await as('alice').create({ name: 'default' }, options);
      await as('viewer').apply('dry-refused', {}, options);
    },
  },
];

import fc from 'fast-check';
import type { Digest, DigestRow } from '../../functions/contract/digest-message.ts';
import { ACTOR_KINDS, DIGEST_REASONS, OUTCOMES, SEVERITIES } from '../../functions/contract/vocabulary.ts';
import { hostileText } from './hostility.ts';

const some = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
const text = some(hostileText);
const known = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const sample = fc.record({
  findingId: fc.stringMatching(/^[0-9A-Za-z][\w-]{0,127}$/),
  namespace: text,
  impersonated: text,
  address: text,
  at: text,
});
const row = fc.record({
  reason: fc.constantFrom(...DIGEST_REASONS),
  outcome: fc.constantFrom(...OUTCOMES),
  weight: fc.nat(5),
  count: fc.integer({ min: 1, max: 2_000_000 }),
  severity: some(fc.constantFrom(...SEVERITIES)),
  actor: fc.record({ kind: fc.constantFrom(...ACTOR_KINDS), name: text }),
  first: sample,
  latest: sample,
});

/** A digest with anything in any place that is not ours. */
export const hostileDigest: fc.Arbitrary<Digest> = fc
  .record({
    schemaVersion: fc.constant(1 as const),
    kind: fc.constant('digest' as const),
    id: fc.constant('digest-20261123T07-0123456789ab'),
    cluster: fc.record({ name: text, region: text, account: text }),
    from: hostileText,
    until: hostileText,
    total: fc.nat(3_000_000),
    rows: fc.array(row, { maxLength: 40 }) as fc.Arbitrary<DigestRow[]>,
    others: some(fc.record({ rows: fc.nat(1_000), findings: fc.nat(1_000_000) })),
    atLeast: some(fc.boolean()),
  })
  .map(known) as fc.Arbitrary<Digest>;

import fc from 'fast-check';
import type { FollowUp } from '../../functions/contract/follow-up.ts';
import { FINDING } from './examples.ts';
import { hostileText } from './hostility.ts';

const some = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
const text = some(hostileText);
const proof = fc.record({
  id: hostileText,
  claim: hostileText,
  verdict: fc.constantFrom('proven', 'not-proven', 'not-applicable'),
  how: hostileText,
  decisive: fc.boolean(),
});
const proposal = fc.record({
  text: hostileText,
  commands: some(
    fc.array(fc.tuple(fc.constantFrom('kubectl', 'aws'), fc.constantFrom('delete', 'eks', 'apply'), hostileText), {
      maxLength: 3,
    }),
  ),
  manifest: some(fc.dictionary(hostileText, hostileText, { maxKeys: 4 })),
});

/** A follow-up with anything in any place that is not ours. */
export const hostileFollowUp: fc.Arbitrary<FollowUp> = fc
  .record({
    schemaVersion: fc.constant(1),
    id: fc.constant(FINDING.id),
    messageId: fc.constant('message-1'),
    playbook: fc.constantFrom('contain', 'release', 'decide'),
    target: fc.record({
      cluster: fc.record({ name: text, region: text, account: text }),
      namespace: hostileText,
      uid: hostileText,
    }),
    severity: fc.constantFrom(undefined, 'LOW', 'CRITICAL'),
    mode: fc.constantFrom(undefined, 'plan', 'isolate', 'remove'),
    execution: hostileText,
    startedAt: hostileText,
    at: hostileText,
    outcome: fc.constantFrom('contained', 'partly-contained', 'planned', 'released', 'decided', 'refused'),
    summary: hostileText,
    steps: fc.array(
      fc.record({
        step: fc.oneof(hostileText, fc.constantFrom('snapshot', 'Snapshot', 'constructor')),
        status: fc.constantFrom('done', 'partly', 'failed', 'skipped', 'refused'),
        summary: hostileText,
      }),
      { maxLength: 4 },
    ),
    proofs: fc.array(proof, { maxLength: 4 }),
    open: fc.array(hostileText, { maxLength: 4 }),
    proposals: fc.array(proposal, { maxLength: 3 }),
    question: some(
      fc.record({
        id: hostileText,
        target: fc.constant({ cluster: {}, namespace: 'x', uid: 'y' }),
        execution: hostileText,
        askedAt: hostileText,
        expiresAt: hostileText,
        planHash: hostileText,
        plan: fc.array(fc.record({ kind: hostileText, name: hostileText, what: hostileText }), { maxLength: 4 }),
        planTotal: fc.nat(100),
      }),
    ),
    decision: some(
      fc.record({
        decision: fc.constantFrom('approve', 'refuse', 'legitimate'),
        reason: hostileText,
        decidedBy: hostileText,
      }),
    ),
    folder: text,
  })
  // As it would come out of JSON: absent keys are absent.
  .map((followUp) => JSON.parse(JSON.stringify(followUp)) as FollowUp);

import { once } from 'node:events';
import type { Proof } from '../../contract/containment.ts';
import type { StepKey } from '../../contract/playbook-steps.ts';
import { messageOf } from '../../kit/words.ts';
import { ClusterReader } from '../proofs/cluster-reader.ts';
import type { Verification } from '../proofs/proof.ts';
import type { StepContext, StepOutcome } from './step.ts';

/** What part of the step's time tests may take. */
const OF_BUDGET = 0.75;

/** How often what may still come is looked at: with the pause of the state machine (5 s) for more than half a minute. */
const MAX_ROUNDS = 7;

/**
 * Tests claims side by side. One that cannot be tested is not proven; only the decisive ones leave something open.
 *
 * @param repeated the step that the state machine runs again while something may still come
 */
export async function verify(
  verifications: readonly Verification[],
  context: StepContext,
  repeated?: StepKey,
): Promise<StepOutcome> {
  // Somebody's webhook or API server may keep one waiting, and must not keep us from the others.
  const limit = AbortSignal.any([context.signal, AbortSignal.timeout(context.settings.budgetMs * OF_BUDGET)]);
  const look = new ClusterReader({ ...context, signal: limit });
  const tested = await Promise.all(verifications.map((verification) => proofOf(verification, look, limit)));
  context.signal.throwIfAborted();
  const proofs = tested.map(({ proof }) => proof);
  const open = proofs.filter(({ decisive, verdict }) => decisive && verdict === 'not-proven');
  const count = (verdict: Proof['verdict']): number => proofs.filter((proof) => proof.verdict === verdict).length;
  return {
    status: 'done',
    summary: `Proven: ${count('proven')}, not proven: ${count('not-proven')} (${open.length} of them decisive), not applicable: ${count('not-applicable')}.`,
    open: open.map(({ claim, how }) => notProvenSentence(claim, how)),
    proofs,
    ...(repeated && (await roundOf(tested, context, repeated))),
  };
}

/** How a decisive claim that is not proven is left open. */
export const notProvenSentence = (claim: string, how: string): string => `Not proven: ${claim} ${how}`;

/** Whether something that is missing may still come, and is waited for. */
async function roundOf(
  tested: readonly Tested[],
  { folder }: StepContext,
  step: StepKey,
): Promise<Pick<StepOutcome, 'again' | 'round'>> {
  if (!tested.some(({ proof, pending }) => proof.decisive && pending)) return { again: false };
  // A record that cannot be read must not keep us looking for ever.
  const before = await folder.record(step).catch(() => ({ round: MAX_ROUNDS }));
  const round = (before?.round ?? 0) + 1;
  return { round, again: round < MAX_ROUNDS };
}

interface Tested {
  proof: Proof;
  pending: boolean;
}

async function proofOf(
  { id, claim, decisive, shows, prove }: Verification,
  look: ClusterReader,
  limit: AbortSignal,
): Promise<Tested> {
  const late = once(limit, 'abort').then(() => limit.throwIfAborted() as never);
  late.catch(() => undefined);
  try {
    // What is written (attempts) ends with the step, not with the limit.
    const { verdict, how, pending = false } = await Promise.race([prove(look), late]);
    return { proof: { id, claim, decisive, shows, verdict, how }, pending };
  } catch (error) {
    const why = messageOf(error);
    const how = `It could not be tested: ${why}`;
    return { proof: { id, claim, decisive, shows, verdict: 'not-proven', how }, pending: false };
  }
}

import { once } from 'node:events';
import type { Proof } from '../../contract/containment.ts';
import { messageOf } from '../../kit/words.ts';
import { ClusterReader } from '../proofs/cluster-reader.ts';
import type { Verification } from '../proofs/proof.ts';
import type { StepContext, StepOutcome } from './step.ts';

/** What part of the step's time tests may take. */
const OF_BUDGET = 0.75;

/** Tests claims side by side. One that cannot be tested is not proven; only the decisive ones leave something open. */
export async function verify(verifications: readonly Verification[], context: StepContext): Promise<StepOutcome> {
  // Somebody's webhook or API server may keep one waiting, and must not keep us from the others.
  const limit = AbortSignal.any([context.signal, AbortSignal.timeout(context.settings.budgetMs * OF_BUDGET)]);
  const look = new ClusterReader({ ...context, signal: limit });
  const proofs = await Promise.all(verifications.map((verification) => proofOf(verification, look, limit)));
  context.signal.throwIfAborted();
  const open = proofs.filter(({ decisive, verdict }) => decisive && verdict === 'not-proven');
  const count = (verdict: Proof['verdict']): number => proofs.filter((proof) => proof.verdict === verdict).length;
  return {
    status: 'done',
    summary: `Proven: ${count('proven')}, not proven: ${count('not-proven')} (${open.length} of them decisive), not applicable: ${count('not-applicable')}.`,
    open: open.map(({ claim, how }) => `Not proven: ${claim} ${how}`),
    proofs,
  };
}

async function proofOf(
  { id, claim, decisive, prove }: Verification,
  look: ClusterReader,
  limit: AbortSignal,
): Promise<Proof> {
  const late = once(limit, 'abort').then(() => limit.throwIfAborted() as never);
  late.catch(() => undefined);
  try {
    // What is written (attempts) ends with the step, not with the limit.
    return { id, claim, decisive, ...(await Promise.race([prove(look), late])) };
  } catch (error) {
    const why = messageOf(error);
    return { id, claim, decisive, verdict: 'not-proven', how: `It could not be tested: ${why}` };
  }
}

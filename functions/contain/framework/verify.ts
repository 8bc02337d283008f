import { once } from 'node:events';
import type { Proof } from '../../contract/containment.ts';
import type { StepKey } from '../../contract/playbook-steps.ts';
import { messageOf } from '../../kit/words.ts';
import { ClusterReader } from '../proofs/cluster-reader.ts';
import type { Verification } from '../proofs/proof.ts';
import type { StepContext, StepOutcome } from './step.ts';

/** What part of the step's time tests may take. */
const OF_BUDGET = 0.75;

/** What the state machine runs again while something may still come. */
export interface Repetition {
  step: StepKey;
  /** The claims that it is repeated for. */
  of: readonly Verification[];
  /** Whether it is run once more after so many rounds. */
  goesOn(round: number): boolean;
}

/** Tests claims side by side. One that cannot be tested is not proven; only the decisive ones leave something open. */
export async function verify(
  verifications: readonly Verification[],
  context: StepContext,
  repetition?: Repetition,
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
    ...(repetition && (await roundOf(tested, context, repetition))),
  };
}

/** How a decisive claim that is not proven is left open. */
export const notProvenSentence = (claim: string, how: string): string => `Not proven: ${claim} ${how}`;

/** Whether something that is missing may still come, and is waited for. */
async function roundOf(
  tested: readonly Tested[],
  { folder }: StepContext,
  { step, of, goesOn }: Repetition,
): Promise<Pick<StepOutcome, 'again' | 'round'>> {
  const awaited = new Set(of.map(({ id }) => id));
  if (!tested.some(({ proof, pending }) => proof.decisive && pending && awaited.has(proof.id))) return { again: false };
  // A record that cannot be read must not keep us looking for ever.
  const before = await folder.record(step).catch(() => ({ round: Number.POSITIVE_INFINITY }));
  const round = (before?.round ?? 0) + 1;
  return Number.isFinite(round) ? { round, again: goesOn(round) } : { again: false };
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

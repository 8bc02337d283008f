import type { Proof } from '../containment.ts';
import { Look } from './proofs/look.ts';
import type { Verification } from './proofs/proof.ts';
import type { Context, StepOutcome } from './step.ts';

/** Tests claims side by side. One that cannot be tested is not proven; only the decisive ones leave something open. */
export async function verify(verifications: readonly Verification[], context: Context): Promise<StepOutcome> {
  const look = new Look(context);
  const proofs = await Promise.all(verifications.map((verification) => proofOf(verification, look)));
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

async function proofOf({ id, claim, decisive, prove }: Verification, look: Look): Promise<Proof> {
  try {
    return { id, claim, decisive, ...(await prove(look)) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { id, claim, decisive, verdict: 'not-proven', how: `It could not be tested: ${why}` };
  }
}

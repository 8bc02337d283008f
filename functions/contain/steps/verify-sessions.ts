import { allNeeds, RECORD_NEEDS } from '../framework/needs.ts';
import type { PlaybookStep, StepContext } from '../framework/step.ts';
import { verify } from '../framework/verify.ts';
import { SESSIONS } from '../proofs/index.ts';

/**
 * By another identity than the one that acted. Late, as the audit log is: what could be done meanwhile is done, and a removal
 * has ended the sessions with the pods.
 */
export const verifySessions: PlaybookStep = {
  key: 'verifySessions',
  needs: allNeeds(RECORD_NEEDS, ...SESSIONS.map(({ needs }) => needs)),
  run: async (context) => {
    const until = await deadline(context);
    return verify(SESSIONS, context, { step: 'verifySessions', of: SESSIONS, goesOn: () => context.now() < until });
  },
};

/** Epoch milliseconds; what is not known is not waited for. */
async function deadline({ folder, run }: StepContext): Promise<number> {
  const quarantined = await folder.record('disableNamespace');
  return quarantined ? Date.parse(quarantined.finishedAt) + run.auditLogMinutes * 60_000 : 0;
}

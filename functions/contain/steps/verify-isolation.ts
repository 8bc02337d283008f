import { allNeeds } from '../framework/needs.ts';
import type { PlaybookStep } from '../framework/step.ts';
import { verify } from '../framework/verify.ts';
import { ISOLATION, SESSIONS } from '../proofs/index.ts';

/** How often what may still come is looked at: with the pause of the state machine (5 s) for more than half a minute. */
const MAX_ROUNDS = 7;

/** By another identity than the one that acted. */
export const verifyIsolation: PlaybookStep = {
  key: 'verifyIsolation',
  needs: allNeeds(...ISOLATION.map(({ needs }) => needs)),
  run: (context) =>
    verify(ISOLATION, context, {
      step: 'verifyIsolation',
      // The audit log has a step of its own.
      of: ISOLATION.filter((each) => !SESSIONS.includes(each)),
      goesOn: (round) => round < MAX_ROUNDS,
    }),
};

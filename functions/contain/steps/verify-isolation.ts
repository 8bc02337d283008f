import { allNeeds } from '../framework/needs.ts';
import type { PlaybookStep } from '../framework/step.ts';
import { verify } from '../framework/verify.ts';
import { ISOLATION } from '../proofs/index.ts';

/** By another identity than the one that acted. */
export const verifyIsolation: PlaybookStep = {
  key: 'verifyIsolation',
  needs: allNeeds(...ISOLATION.map(({ needs }) => needs)),
  run: (context) => verify(ISOLATION, context, 'verifyIsolation'),
};

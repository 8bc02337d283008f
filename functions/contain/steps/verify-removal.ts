import { allNeeds } from '../framework/needs.ts';
import type { PlaybookStep } from '../framework/step.ts';
import { verify } from '../framework/verify.ts';
import { REMOVAL } from '../proofs/index.ts';

/** By another identity than the one that acted. */
export const verifyRemoval: PlaybookStep = {
  key: 'verifyRemoval',
  needs: allNeeds(...REMOVAL.map(({ needs }) => needs)),
  run: (context) => verify(REMOVAL, context),
};

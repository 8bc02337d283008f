import { REMOVAL } from '../proofs/index.ts';
import type { Step } from '../step.ts';
import { verify } from '../verify.ts';

/** By another identity than the one that acted. */
export const verifyRemoval: Step = { key: 'verifyRemoval', run: (context) => verify(REMOVAL, context) };

import { ISOLATION } from '../proofs/index.ts';
import type { Step } from '../step.ts';
import { verify } from '../verify.ts';

/** By another identity than the one that acted. */
export const verifyIsolation: Step = { key: 'verifyIsolation', run: (context) => verify(ISOLATION, context) };

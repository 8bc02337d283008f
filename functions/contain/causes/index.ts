import type { FindCause } from './cause.ts';
import { entry } from './entry.ts';
import { right } from './right.ts';
import { grantedToAccounts, weaknesses } from './weaknesses.ts';

/** Every question about the root cause, in the order in which a person reads the answers. */
export const CAUSES: readonly FindCause[] = [entry, right, grantedToAccounts, weaknesses];

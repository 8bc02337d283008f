import type { CauseQuestion } from './cause.ts';
import { entry } from './entry.ts';
import { grantedToAccounts } from './granted-to-accounts.ts';
import { right } from './right.ts';
import { weaknesses } from './weaknesses.ts';

/** Every question about the root cause, in the order in which a person reads the answers. */
export const CAUSES: readonly CauseQuestion[] = [entry, right, grantedToAccounts, weaknesses];

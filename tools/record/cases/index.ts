import type { Case } from './case.ts';
import { createCases } from './create.ts';
import { dryRunCases } from './dry-run.ts';
import { hostileCases } from './hostile.ts';
import { identityCases } from './identities.ts';
import { kubectlCases } from './kubectl.ts';
import { lifecycleCases } from './lifecycle.ts';
import { lostCases } from './lost.ts';
import { otherGroupCases } from './other-groups.ts';
import { patchCases } from './patches.ts';
import { raceCases } from './races.ts';
import { refusedCases } from './refused.ts';
import { sizeCases } from './sizes.ts';

/** Everything that is recorded, in this order. */
export const CASES: readonly Case[] = [
  ...kubectlCases,
  ...createCases,
  ...dryRunCases,
  ...identityCases,
  ...refusedCases,
  ...raceCases,
  ...lifecycleCases,
  ...patchCases,
  ...hostileCases,
  ...sizeCases,
  ...otherGroupCases,
  ...lostCases,
];

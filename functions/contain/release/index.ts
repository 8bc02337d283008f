import type { PlaybookStep } from '../framework/step.ts';
import { reportStep } from '../steps/report.ts';
import { checkSnapshot } from './check-snapshot.ts';
import { liftQuarantine } from './lift-quarantine.ts';
import { restoreIdentity } from './restore-identity.ts';
import { restoreNetwork } from './restore-network.ts';
import { restoreWorkloads } from './restore-workloads.ts';
import { verifyRelease } from './verify-release.ts';

/** What the releasing function does. */
export const RELEASE_FUNCTION_STEPS: readonly PlaybookStep[] = [
  checkSnapshot,
  liftQuarantine,
  restoreIdentity,
  restoreNetwork,
  restoreWorkloads,
  verifyRelease,
  reportStep('release'),
];

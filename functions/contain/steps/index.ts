import type { PlaybookStep } from '../framework/step.ts';
import { askOnCall } from './ask-on-call.ts';
import { checkTarget } from './check-target.ts';
import { collectEvidence } from './collect-evidence.ts';
import { cutConnections } from './cut-connections.ts';
import { cutIdentity } from './cut-identity.ts';
import { disableNamespace } from './disable-namespace.ts';
import { findRootCause } from './find-root-cause.ts';
import { isolateNetwork } from './isolate-network.ts';
import { removeWorkloads } from './remove-workloads.ts';
import { reportStep } from './report.ts';
import { snapshot } from './snapshot.ts';
import { writeRemediation } from './write-remediation.ts';

/** The steps of the function that contains: of *contain*, by its own identity. */
export const CONTAIN_FUNCTION_STEPS: readonly PlaybookStep[] = [
  checkTarget,
  snapshot,
  disableNamespace,
  isolateNetwork,
  cutIdentity,
  cutConnections,
  collectEvidence,
  askOnCall,
  removeWorkloads,
  findRootCause,
  writeRemediation,
  reportStep('contain'),
];

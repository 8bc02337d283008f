import type { Step } from '../step.ts';
import { checkTarget } from './check-target.ts';
import { cutIdentity } from './cut-identity.ts';
import { disableNamespace } from './disable-namespace.ts';
import { isolateNetwork } from './isolate-network.ts';
import { snapshot } from './snapshot.ts';

/** The steps of the function that contains: of *contain*, by its own identity. */
export const CONTAIN_FUNCTION_STEPS: readonly Step[] = [
  checkTarget,
  snapshot,
  disableNamespace,
  isolateNetwork,
  cutIdentity,
];

import type { PlaybookStep } from '../framework/step.ts';
import { LIFTED } from './lifted.ts';
import { restore } from './restore.ts';

/** Accounts first: a binding may name one that is not there, but a pod needs its own. Wide bindings are proposed. */
export const restoreIdentity: PlaybookStep = {
  key: 'restoreIdentity',
  target: 'must-live',
  liftedBefore: LIFTED,
  run: (context) => restore('restoreIdentity', context),
};

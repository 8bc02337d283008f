import type { PlaybookStep } from '../framework/step.ts';
import { restore } from './restore.ts';

/** Accounts first: a binding may name one that is not there, but a pod needs its own. Wide bindings are proposed. */
export const restoreIdentity: PlaybookStep = {
  key: 'restoreIdentity',
  run: (context) => restore('restoreIdentity', context),
};

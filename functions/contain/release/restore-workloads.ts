import type { PlaybookStep } from '../framework/step.ts';
import { LIFTED } from './lifted.ts';
import { restore } from './restore.ts';

/** What was stopped runs again; what scales it last, so that it finds what it scales. */
export const restoreWorkloads: PlaybookStep = {
  key: 'restoreWorkloads',
  target: 'must-live',
  liftedBefore: LIFTED,
  run: (context) => restore('restoreWorkloads', context),
};

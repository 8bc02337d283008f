import { allNeeds } from '../framework/needs.ts';
import type { PlaybookStep } from '../framework/step.ts';
import { LIFTED } from './lifted.ts';
import { restorationNeeds } from './restoration.ts';
import { RESTORE_NEEDS, restore } from './restore.ts';

/** What was stopped runs again; what scales it last, so that it finds what it scales. */
export const restoreWorkloads: PlaybookStep = {
  key: 'restoreWorkloads',
  needs: allNeeds(RESTORE_NEEDS, restorationNeeds('restoreWorkloads')),
  target: 'must-live',
  liftedBefore: LIFTED,
  run: (context) => restore('restoreWorkloads', context),
};

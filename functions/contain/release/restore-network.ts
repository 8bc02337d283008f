import { allNeeds, rights } from '../framework/needs.ts';
import type { PlaybookStep } from '../framework/step.ts';
import { ALLOW_ABOVE_NEEDS, allowAbove } from '../isolation/admin-policy.ts';
import { resourceName } from '../isolation/api-kinds.ts';
import { LIFTED } from './lifted.ts';
import { POLICIES, removeOurs } from './made-by-us.ts';
import { restorationNeeds } from './restoration.ts';
import { RESTORE_NEEDS, restore } from './restore.ts';

/** Services and policies as they were, and last our own policy away: until then nothing goes in or out. */
export const restoreNetwork: PlaybookStep = {
  key: 'restoreNetwork',
  needs: allNeeds(RESTORE_NEEDS, restorationNeeds('restoreNetwork'), ALLOW_ABOVE_NEEDS, {
    kubernetes: rights(['list', 'delete'], resourceName(POLICIES)),
  }),
  target: 'must-live',
  liftedBefore: LIFTED,
  run: async (context) => {
    const outcome = await restore('restoreNetwork', context);
    await removeOurs(context, POLICIES, 'denies nothing any more');
    await allowAbove(context);
    return outcome;
  },
};

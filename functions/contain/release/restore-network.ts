import type { PlaybookStep } from '../framework/step.ts';
import { allowAbove } from '../isolation/admin-policy.ts';
import { LIFTED } from './lifted.ts';
import { POLICIES, removeOurs } from './made-by-us.ts';
import { restore } from './restore.ts';

/** Services and policies as they were, and last our own policy away: until then nothing goes in or out. */
export const restoreNetwork: PlaybookStep = {
  key: 'restoreNetwork',
  target: 'must-live',
  liftedBefore: LIFTED,
  run: async (context) => {
    const outcome = await restore('restoreNetwork', context);
    await removeOurs(context, POLICIES, 'denies nothing any more');
    await allowAbove(context);
    return outcome;
  },
};

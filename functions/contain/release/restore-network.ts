import { allowAbove } from '../admin-policy.ts';
import type { Step } from '../step.ts';
import { removeOurs } from './lift-quarantine.ts';
import { restore } from './restore.ts';

/** Services and policies as they were, and last our own policy away: until then nothing goes in or out. */
export const restoreNetwork: Step = {
  key: 'restoreNetwork',
  run: async (context) => {
    const outcome = await restore('restoreNetwork', context);
    const kind = { apiVersion: 'networking.k8s.io/v1', resource: 'networkpolicies', kind: 'NetworkPolicy' };
    await removeOurs(context, kind, 'denies nothing any more');
    await allowAbove(context);
    return outcome;
  },
};

import { allNeeds, rights } from '../framework/needs.ts';
import type { PlaybookStep } from '../framework/step.ts';
import { LIFTED } from './lifted.ts';
import { restorationNeeds } from './restoration.ts';
import { RESTORE_NEEDS, restore } from './restore.ts';

/** Accounts first: a binding may name one that is not there, but a pod needs its own. Wide bindings are proposed. */
export const restoreIdentity: PlaybookStep = {
  key: 'restoreIdentity',
  needs: allNeeds(RESTORE_NEEDS, restorationNeeds('restoreIdentity'), {
    kubernetes: rights(['get', 'bind'], 'clusterroles.rbac.authorization.k8s.io', 'roles.rbac.authorization.k8s.io'),
  }),
  target: 'must-live',
  liftedBefore: LIFTED,
  run: (context) => restore('restoreIdentity', context),
};

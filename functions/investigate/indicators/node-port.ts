import { defineRule } from '../rule.ts';
import { EXPOSURE_CHECKS, exposedBy } from './parts/exposed-services.ts';

/** Falco: NodePort service created. Much that is ordinary is reached that way, so it tells something beside a threat only. */
export const nodePort = defineRule({
  id: 'node-port',
  kind: 'commonplace',
  weight: 15,
  why: 'Applications are exposed in the same way.',
  technique: 'T1133',
  shownBy: EXPOSURE_CHECKS,
  judge: (_, details) => exposedBy('NodePort', details),
});

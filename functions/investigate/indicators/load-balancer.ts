import { defineRule } from '../rule.ts';
import { EXPOSURE_CHECKS, exposedBy } from './parts/exposed-services.ts';

/** Much that is ordinary is reached that way, so it tells something beside a threat only. */
export const loadBalancer = defineRule({
  id: 'load-balancer',
  kind: 'commonplace',
  weight: 15,
  why: 'Applications are exposed in the same way.',
  technique: 'T1133',
  shownBy: EXPOSURE_CHECKS,
  judge: (_, details) => exposedBy('LoadBalancer', details),
});

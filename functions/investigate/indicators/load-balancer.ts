import { defineRule } from '../rule.ts';
import { exposedBy } from './parts/exposed-services.ts';

/** Much that is ordinary is reached that way, so it tells something beside a threat only. */
export const loadBalancer = defineRule({
  id: 'load-balancer',
  kind: 'commonplace',
  weight: 15,
  technique: 'T1133',
  shownBy: ['network'],
  judge: (_, details) => exposedBy('LoadBalancer', details),
});

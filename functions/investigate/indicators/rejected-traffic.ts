import { listed } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';
import { traffic } from './parts/traffic.ts';

/** Rejected packets towards the API server, nodes or other pods. */
export const rejectedTraffic = defineRule({
  id: 'rejected-traffic',
  kind: 'commonplace',
  weight: 10,
  why: 'New applications are often refused something at first; with a threat, it is an attempt to spread.',
  technique: 'T1046',
  shownBy: ['network'],
  judge(_, details) {
    const found = traffic(details, 'rejected-inside');
    return found && { reason: `Its pods were refused inside the VPC: ${listed(found.addresses)}.`, check: 'network' };
  },
});

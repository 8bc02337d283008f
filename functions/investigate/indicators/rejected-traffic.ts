import { firstOf, listed } from '../../kit/words.ts';
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
    return (
      found && {
        reason: `Connections of the pods inside the VPC were refused: ${listed(found.addresses)}.`,
        brief: `Connections of the pods inside the VPC were refused: ${firstOf(found.addresses)}.`,
        check: 'network',
      }
    );
  },
});

import { firstOf, listed } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';
import { traffic } from './parts/traffic.ts';

/** Points out of the weight for peers on the ports that everything uses. */
const USUAL_SHARE = 1 / 2;

/** A new namespace has no peers of before: each outside the VPC is a new one. */
export const outsidePeer = defineRule({
  id: 'outside-peer',
  kind: 'commonplace',
  weight: 10,
  why: 'Applications talk to the internet, most of them by HTTPS, which is half; with a threat, it is where data leaves and commands come in.',
  technique: 'T1071',
  shownBy: ['network'],
  judge(_, details) {
    const unusual = traffic(details, 'unusual-port-outside');
    const found = unusual ?? traffic(details, 'outside-peer');
    if (!found) return undefined;
    const ports = unusual ? ' on unusual ports' : '';
    return {
      reason: `Pods of the namespace talk to addresses outside the VPC${ports}: ${listed(found.addresses)}.`,
      brief: `Pods of the namespace talk to addresses outside the VPC${ports}: ${firstOf(found.addresses)}.`,
      check: 'network',
      share: unusual ? 1 : USUAL_SHARE,
    };
  },
});

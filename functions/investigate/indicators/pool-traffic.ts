import { firstOf, listed } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';
import { traffic } from './parts/traffic.ts';

/** MITRE T1496, Falco: ports of mining pools. A pool can be reached on 443 as well, which this does not see. */
export const poolTraffic = defineRule({
  id: 'pool-traffic',
  kind: 'threat',
  weight: 25,
  why: 'A port is not a protocol, and other services may have it; outside the VPC it is MEDIUM by itself, HIGH with other signs of mining.',
  technique: 'T1496',
  shownBy: ['network'],
  judge(_, details) {
    const found = traffic(details, 'pool-port');
    return (
      found && {
        reason: `Pods of the namespace talk to ports of mining pools outside the VPC: ${listed(found.addresses)}.`,
        brief: `Pods of the namespace talk to ports of mining pools: ${firstOf(found.addresses)}.`,
        check: 'network',
      }
    );
  },
});

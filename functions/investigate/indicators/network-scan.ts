import { listed } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';
import { traffic } from './parts/traffic.ts';

/** MITRE T1046. Rejected packets towards the API server, nodes or other pods, at many places. */
export const networkScan = defineRule({
  id: 'network-scan',
  kind: 'threat',
  weight: 20,
  why: 'A wrong configuration is refused at a few places; at ten or more somebody is searching: MEDIUM with an unknown creator.',
  technique: 'T1046',
  shownBy: ['network'],
  judge(_, details) {
    const found = traffic(details, 'scan');
    return (
      found && {
        reason: `Pods of the namespace were refused at ${found.peers} addresses inside the VPC: ${listed(found.addresses)}.`,
        brief: `Pods of the namespace were refused at ${found.peers} addresses inside the VPC.`,
        check: 'network',
      }
    );
  },
});

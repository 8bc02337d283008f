import { defineRule } from '../rule.ts';
import { isPublicAddress } from './parts/addresses.ts';

/** Panther: system principal from a public address. A token or certificate of the cluster's own is used outside. */
export const systemFromPublicAddress = defineRule({
  id: 'system-from-public-address',
  kind: 'threat',
  weight: 35,
  why: "A token or certificate of the cluster's own is used outside of it: HIGH with an unknown creator.",
  technique: 'T1133',
  shownBy: ['cluster-posture'],
  judge(facts, details) {
    const { actor, request } = facts.finding;
    const { kind, username = '' } = actor;
    if (!username.startsWith('system:') || kind === 'anonymous') return undefined;
    // All others can be set by the client.
    const peer = request.sourceIps?.at(-1);
    if (peer === undefined || !isPublicAddress(peer)) return undefined;
    // Without a private endpoint, pods and nodes reach the API server by way of public addresses as well; EKS has none
    // unless told, so an endpoint that is not known is not a sign of anything.
    const inCluster = kind === 'service-account' || kind === 'node';
    const posture = details['cluster-posture'];
    if (inCluster && posture?.endpointPrivateAccess !== true) return undefined;
    return {
      reason: `${username} belongs inside the cluster, but the request came from the public address ${peer}.`,
      brief: `An identity of the cluster itself was used from the public address ${peer}.`,
    };
  },
});

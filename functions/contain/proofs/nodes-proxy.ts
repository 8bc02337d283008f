import { HOLDER_RIGHTS, holdersOf } from './holders.ts';
import { fewNames, notProven, proven, type Verification } from './proof.ts';

/**
 * Not decisive: somebody has to administer the cluster. A kubelet takes commands for every pod of its node from whoever may
 * use it through the API server, and the freeze sees requests for nodes, not for pods.
 * https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/
 */
export const nodesProxy: Verification = {
  id: 'nodes-proxy',
  claim:
    'Nobody but system:masters and the control plane can run commands in its pods through a kubelet (nodes/proxy).',
  decisive: false,
  shows: 'configuration',
  needs: { kubernetes: HOLDER_RIGHTS },
  async prove(look) {
    const requests = ['get', 'create'].map((verb) => ({ verb, resource: 'nodes', subresource: 'proxy' }));
    const holders = await holdersOf(look, requests);
    const how = 'Read all bindings and roles (not EKS access policies, which are not objects of the cluster)';
    if (holders.length === 0) return proven(`${how}: nobody else may use nodes/proxy.`);
    return notProven(`${how}: ${fewNames(holders)} may use nodes/proxy, which the freeze does not hold.`);
  },
};

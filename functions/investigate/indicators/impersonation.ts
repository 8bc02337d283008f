import { isTrustedProxy } from '../../checks/parts/automation.ts';
import { isControlPlane } from '../../kubernetes/control-plane.ts';
import { defineRule } from '../rule.ts';

/**
 * Groups that the API server or its bootstrap roles give everything, or a node's rights (Kubernetes, "User-facing roles",
 * "Core component roles"). Any other group of `system:` grants nothing that matters, or is somebody's own: Rancher puts
 * everybody into `system:cattle:authenticated`.
 */
const PRIVILEGED_GROUPS = ['system:masters', 'system:nodes', 'kubeadm:cluster-admins'];

/** The names of kubeadm's and the control plane's client certificates, and of EKS's own components. */
const PRIVILEGED_USER = /^(system:admin|system:apiserver|system:kube-[a-z-]+|kubernetes-admin|eks:.+)$/;
const KUBE_SYSTEM_ACCOUNT = 'system:serviceaccount:kube-system:';

const isPrivilegedUser = (username: string): boolean =>
  PRIVILEGED_USER.test(username) || isControlPlane(username) || username.startsWith(KUBE_SYSTEM_ACCOUNT);

/** Elastic: EKS API request impersonating privileged identity. A proxy that is trusted does it for administrators. */
export const impersonation = defineRule({
  id: 'impersonation',
  kind: 'threat',
  weight: 30,
  technique: 'T1078',
  judge({ finding: { actor }, proxies }) {
    if (!actor.impersonated || isTrustedProxy(actor, proxies)) return undefined;
    const { username = '(unknown)', groups = [] } = actor.impersonated;
    const group = groups.find((name) => PRIVILEGED_GROUPS.includes(name));
    if (group === undefined && !isPrivilegedUser(username)) return undefined;
    return {
      reason: `The creator acted as the privileged identity ${username}${group ? ` of group ${group}` : ''}.`,
    };
  },
});

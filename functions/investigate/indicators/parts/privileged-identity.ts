import type { Actor } from '../../../contract/finding.ts';
import { IN_KUBE_SYSTEM, isControlPlane } from '../../../kubernetes/control-plane.ts';

/**
 * Groups that the API server or its bootstrap roles give everything, or a node's rights (Kubernetes, "User-facing roles",
 * "Core component roles"). Any other group of `system:` grants nothing that matters, or is somebody's own: Rancher puts
 * everybody into `system:cattle:authenticated`.
 */
const PRIVILEGED_GROUPS = ['system:masters', 'system:nodes', 'kubeadm:cluster-admins'];

/** The names of kubeadm's and the control plane's client certificates, and of EKS's own components. */
const PRIVILEGED_USER = /^(system:admin|system:apiserver|system:kube-[a-z-]+|kubernetes-admin|eks:.+)$/;

/** What makes an identity privileged that was acted as: its group, or its name; undefined where nothing does. */
export function privilegeOf({ username = '', groups = [] }: NonNullable<Actor['impersonated']>): string | undefined {
  const group = groups.find((name) => PRIVILEGED_GROUPS.includes(name));
  if (group !== undefined) return `${username || '(unknown)'} of group ${group}`;
  const isPrivileged =
    PRIVILEGED_USER.test(username) || isControlPlane(username) || username.startsWith(IN_KUBE_SYSTEM);
  return isPrivileged ? username : undefined;
}

import { defined } from '../../kit/defined.ts';
import { defineRule } from '../rule.ts';

/** Every identity has these; they grant nothing that matters. */
const ORDINARY_GROUP = /^system:(authenticated|unauthenticated|serviceaccounts(:.*)?)$/;
/** Reserved to Kubernetes and EKS; service accounts outside kube-system are anybody's. */
const ORDINARY_USER = /^system:(anonymous$|serviceaccount:(?!kube-system:))/;
const RESERVED = /^(system|eks|kubeadm):/;
/** By custom: cluster-admin, kubernetes-admin, administrators. */
const ADMIN = /(^|[^a-z])(cluster-?admins?|(kubernetes-|super-)?admin(istrator)?s?|root|masters?)(@|$)/i;

const isPrivileged = (name: string, ordinary: RegExp): boolean =>
  !ordinary.test(name) && (RESERVED.test(name) || ADMIN.test(name));

/** Points out of {@link impersonation}'s weight for an identity that is not privileged. */
const ORDINARY_SHARE = 10 / 35;

/** Elastic: EKS API request impersonating privileged identity. */
export const impersonation = defineRule({
  id: 'impersonation',
  kind: 'threat',
  weight: 35,
  technique: 'T1078',
  judge({ finding: { actor } }) {
    if (!actor.impersonated) return undefined;
    const { username = '(unknown)', groups = [] } = actor.impersonated;
    const group = groups.find((name) => isPrivileged(name, ORDINARY_GROUP));
    const privileged = group !== undefined || isPrivileged(username, ORDINARY_USER);
    return {
      reason: `The creator acted as ${privileged ? 'the privileged' : 'another'} identity ${username}${group ? ` of group ${group}` : ''}.`,
      ...defined({ share: privileged ? undefined : ORDINARY_SHARE }),
    };
  },
});

import type { Cluster, Finding } from '../../contract/finding.ts';
import { defined } from '../../kit/defined.ts';
import { type CheckAnswer, notChecked } from '../check.ts';
import { isAnonymous, isEksComponent } from './actors.ts';

/**
 * What there is to say of an identity that neither IAM nor an access entry of its own stands behind: told by the
 * username alone, without asking AWS. Undefined for an IAM identity.
 */
export function identityOutsideIam(finding: Finding): CheckAnswer | undefined {
  const { kind, username } = finding.actor;
  if (isAnonymous(finding)) return found(kind, 'Nobody: the request was let in without saying who it is from.');
  if (!username && kind !== 'iam-role' && kind !== 'iam-user') return notChecked('the record does not say who it was');
  if (isEksComponent(finding))
    return found(kind, `A component that EKS manages, by its username ${username}: it needs no access entry.`);
  switch (kind) {
    case 'service-account':
      return serviceAccount(username ?? '');
    case 'node':
      return found(kind, `The kubelet of a node, ${username}: it is to look after its pods, not to make namespaces.`);
    case 'system':
      return found(kind, `A part of the control plane, ${username}: Kubernetes admits it by certificate, not by IAM.`);
    case 'user':
      return found(
        kind,
        `The user ${username}, whom IAM does not know: admitted by a client certificate or an OpenID Connect provider.`,
        identityProviders(finding.cluster),
      );
    default:
      return undefined;
  }
}

const found = (kind: string, summary: string, command?: string[]): CheckAnswer => ({
  status: 'found',
  summary,
  details: { kind },
  ...defined({ command }),
});

/** `system:serviceaccount:<namespace>:<name>`. */
function serviceAccount(username: string): CheckAnswer {
  const [, , namespace, name] = username.split(':');
  if (!namespace || !name) return notChecked('the username is not that of a ServiceAccount');
  return found(
    'service-account',
    `The ServiceAccount ${name} of namespace ${namespace}: whoever holds its token, mostly a pod; it needs no access entry.`,
    ['kubectl', 'get', 'serviceaccount', name, '--namespace', namespace, '--output', 'yaml'],
  );
}

const identityProviders = ({ name, region }: Cluster): string[] | undefined =>
  name
    ? ['aws', 'eks', 'list-identity-provider-configs', '--cluster-name', name, ...(region ? ['--region', region] : [])]
    : undefined;

import { text } from '../../kit/json.ts';
import { fewNames, notApplicable, notProven, proven, type Verification } from './proof.ts';

/** Decisive: an association hands out credentials of an IAM role to every pod of the account. */
export const podIdentityGone: Verification = {
  id: 'pod-identity-gone',
  claim: 'No EKS Pod Identity association gives its accounts an IAM role.',
  decisive: true,
  shows: 'configuration',
  needs: {
    aws: ['eks:DescribeCluster', 'eks:ListPodIdentityAssociations', 'eks:DescribePodIdentityAssociation'],
  },
  async prove(look) {
    const { podIdentity } = look.context.clients;
    const { cluster, namespace } = look.target;
    if (!podIdentity) {
      const version = text((await look.kubernetes.read('/version', look.signal))?.['gitVersion']);
      if (version?.includes('-eks-'))
        return notProven(`It is an EKS cluster (${version}), and EKS cannot be asked here.`);
      return notApplicable(`There is no EKS here to ask; the API server calls itself ${version ?? 'nothing'}.`);
    }
    const left = await podIdentity.associations(cluster, namespace, look.signal);
    if (left.length > 0)
      return notProven(
        `Asked EKS: ${fewNames(left.map(({ associationId, serviceAccount }) => `${serviceAccount} has ${associationId}`))}.`,
      );
    return proven('Asked EKS: there is none. Credentials that were handed out live on for some hours.');
  },
};

import type { Proposal } from '../containment.ts';
import type { Context } from './step.ts';

/**
 * What a person does about whoever created the namespace. EKS lets in every identity that has an access entry, by any
 * valid session: revoking IAM sessions alone does not stop access to the cluster.
 */
export async function creatorProposals({ run, clients }: Context): Promise<Proposal[]> {
  if (!run.findingId) return [];
  if (!clients.findings)
    return [{ text: 'Who created the namespace was not looked up: findings cannot be read here.' }];
  let alert: Awaited<ReturnType<typeof clients.findings.alert>>;
  try {
    alert = await clients.findings.alert(run.findingId, run.target.cluster);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [{ text: `Who created the namespace is not known: ${why}` }];
  }
  if (!alert) return [{ text: `Who created the namespace is not known: the finding ${run.findingId} was not kept.` }];
  const { actor, namespace } = alert.finding;
  if (namespace.uid && namespace.uid !== run.target.uid)
    return [{ text: `The finding ${run.findingId} is about another namespace, so its actor is not named here.` }];
  const { kind, principalArn, username = 'somebody unknown' } = actor;
  if (!principalArn)
    return [
      {
        text: `The namespace was created by ${username} (${kind}): if that was no honest request, take its rights away where it has them.`,
      },
    ];
  const { name = 'CLUSTER', region } = run.target.cluster;
  const where = ['--cluster-name', name, '--principal-arn', principalArn, ...(region ? ['--region', region] : [])];
  return [
    {
      text: `The namespace was created by ${principalArn}: if that was no honest request, look at its access to the cluster and take it away. Revoking its IAM sessions does not stop that access; without an access entry, look into the ConfigMap aws-auth in kube-system.`,
      commands: [
        ['aws', 'eks', 'describe-access-entry', ...where],
        ['aws', 'eks', 'list-associated-access-policies', ...where],
        ['aws', 'eks', 'delete-access-entry', ...where],
      ],
    },
  ];
}

import { CfnDeletionPolicy } from 'aws-cdk-lib';
import { CfnAccessEntry } from 'aws-cdk-lib/aws-eks';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { GROUPS } from '../../functions/kubernetes/quarantine.ts';

export interface AccessEntriesProps {
  /** Name of the EKS cluster; its authentication mode must include `API`. */
  readonly clusterName: string;
  /** Who gets in, by Kubernetes group (`functions/kubernetes/quarantine.ts`); what a group may do is said by `cluster/`. */
  readonly members: Readonly<Record<string, IRole>>;
}

/**
 * Lets the functions' roles into one cluster, each as a member of a group of our own and nothing else: no access policy
 * is associated, so until the manifests grant the group something, it may do no more than any authenticated user.
 *
 * The entry of *release* stays in a cluster that is taken out of the configuration, where a namespace may still wait for its
 * release (docs/adr/0029). A first deployment that fails leaves none, and where another role takes its place, the old entry goes.
 */
export class AccessEntries extends Construct {
  constructor(scope: Construct, id: string, { clusterName, members }: AccessEntriesProps) {
    super(scope, id);
    for (const [group, role] of Object.entries(members)) {
      const entry = new CfnAccessEntry(this, group.replace(/^.*:/, ''), {
        clusterName,
        principalArn: role.roleArn,
        type: 'STANDARD',
        kubernetesGroups: [group],
      });
      if (group !== GROUPS.release) continue;
      entry.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE;
      entry.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.DELETE;
    }
  }
}

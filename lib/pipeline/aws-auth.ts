import { Stack } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';

/**
 * What lets the functions into clusters that refuse access entries: the lines to append to `mapRoles` in the ConfigMap `aws-auth`
 * of `kube-system` (EKS user guide, "Add IAM principals to your ConfigMap"). The user names are those that an access entry would
 * give, so that the audit log tells the functions apart in the same way.
 *
 * @param members the roles by Kubernetes group
 */
export function mapRoles(clusterNames: readonly string[], members: Readonly<Record<string, IRole>>): string {
  const entries = Object.entries(members).map(([group, role]) => {
    const username = Stack.of(role).formatArn({
      service: 'sts',
      region: '',
      resource: 'assumed-role',
      resourceName: `${role.roleName}/{{SessionName}}`,
    });
    return `- rolearn: ${role.roleArn}\n  username: ${username}\n  groups:\n    - ${group}\n`;
  });
  return `# in ${clusterNames.join(', ')}\n${entries.join('')}`;
}

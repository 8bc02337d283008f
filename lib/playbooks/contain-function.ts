import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledgeWildcard } from '../base/acknowledge.ts';
import { allowAskingAbout } from './playbook.ts';
import { PlaybookFunction, type ResponderProps } from './playbook-function.ts';

/**
 * Changes the cluster: isolates, removes. Of AWS it may delete Pod Identity associations and nothing else; IAM roles, whose
 * trust it reads, and access entries are proposals to a person.
 */
export class ContainFunction extends PlaybookFunction {
  constructor(scope: Construct, id: string, props: ResponderProps) {
    const { table, bucket, alert, network, clusterNames, executions } = props;
    const description = 'Namespace Sentinel: isolates a namespace, and removes what runs in it';
    super(scope, id, { name: 'contain', description, network }, props);
    this.reach(clusterNames);
    this.seeAssociations(clusterNames);
    this.dissociate(clusterNames);
    this.#seeCapabilities(clusterNames);
    this.#readTrust();
    table.allowFinding(this.role);
    table.allowLeasing(this.role);
    table.allowAsking(this.role);
    table.allowNotingSnapshots(this.role);
    bucket.allowAdding(this.role, 'containment/*', 'snapshots/*', 'configmaps/*');
    bucket.allowReading(this.role, 'containment/*', 'snapshots/*', 'configmaps/*', 'alerts/*');
    alert.allowInvocationBy(this.role);
    allowAskingAbout(this.role, ...executions);
  }

  /** Lets it see what EKS runs for the clusters from outside, which may put back what it takes away. */
  #seeCapabilities(clusterNames: readonly string[]): void {
    const eks = (resource: string, resourceName: string) =>
      Stack.of(this).formatArn({ service: 'eks', resource, resourceName });
    for (const name of clusterNames) {
      const all = eks('capability', `${name}/*`);
      this.role.addToPrincipalPolicy(
        new PolicyStatement({ actions: ['eks:ListCapabilities'], resources: [eks('cluster', name)] }),
      );
      this.role.addToPrincipalPolicy(new PolicyStatement({ actions: ['eks:DescribeCapability'], resources: [all] }));
      acknowledgeWildcard(
        this.role,
        all,
        'EKS chooses the ids in the ARNs of capabilities. It only reads those of this cluster.',
      );
    }
  }

  /** Lets it read who may assume a role, before it proposes to take the role's access away. */
  #readTrust(): void {
    const roles = Stack.of(this).formatArn({ service: 'iam', region: '', resource: 'role', resourceName: '*' });
    this.role.addToPrincipalPolicy(new PolicyStatement({ actions: ['iam:GetRole'], resources: [roles] }));
    acknowledgeWildcard(
      this.role,
      roles,
      'Which roles the service accounts of a namespace name is not known before; it only reads.',
    );
  }
}

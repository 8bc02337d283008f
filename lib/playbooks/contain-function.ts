import type { Construct } from 'constructs';
import { allowAskingAbout } from './playbook.ts';
import { type ResponderProps, StepFunction } from './playbook-function.ts';

/**
 * Changes the cluster: isolates, removes. Of AWS it may delete Pod Identity associations and nothing else; IAM roles and
 * access entries are proposals to a person.
 */
export class Contain extends StepFunction {
  constructor(scope: Construct, id: string, props: ResponderProps) {
    const { table, bucket, alert, network, clusterNames, executions } = props;
    const description = 'Namespace Sentinel: isolates a namespace, and removes what runs in it';
    super(scope, id, { name: 'contain', description, network }, props);
    this.reach(clusterNames);
    this.seeAssociations(clusterNames);
    this.dissociate(clusterNames);
    table.allowLeasing(this.role);
    table.allowAsking(this.role);
    bucket.allowKeeping(this.role, 'containment');
    bucket.allowReading(this.role, 'alerts');
    alert.allowInvocationBy(this.role);
    allowAskingAbout(this.role, ...executions);
  }
}

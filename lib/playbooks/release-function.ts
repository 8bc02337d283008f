import type { Construct } from 'constructs';
import { allowAskingAbout } from './playbook.ts';
import { PlaybookFunction, type ResponderProps } from './playbook-function.ts';

/** Gives a contained namespace back what it had. Changes nothing in AWS: what lives there is a proposal to a person. */
export class ReleaseFunction extends PlaybookFunction {
  constructor(scope: Construct, id: string, props: ResponderProps) {
    const { table, bucket, alert, network, clusterNames, executions } = props;
    const description = 'Namespace Sentinel: restores a contained namespace from its snapshot';
    super(scope, id, { name: 'release', description, network }, props);
    this.reach(clusterNames);
    table.allowLeasing(this.role);
    bucket.allowKeeping(this.role, 'containment');
    bucket.allowReading(this.role, 'alerts');
    alert.allowInvocationBy(this.role);
    allowAskingAbout(this.role, ...executions);
  }
}

import { Stack } from 'aws-cdk-lib';
import { CfnSubscriptionFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { CUT_NAMESPACE_WRITES, NAMESPACE_WRITES } from '../../functions/kubernetes/filter-pattern.ts';
import { controlPlaneLogGroup } from '../../functions/kubernetes/names/aws.ts';
import type { DetectFunction } from './detect-function.ts';

export interface ClusterSubscriptionProps {
  /** Name of the EKS cluster. */
  readonly clusterName: string;
  /** Whether to watch lines that were cut for their length as well, by a second filter. */
  readonly cutLines: boolean;
  /** What the matching lines are sent to. */
  readonly detect: DetectFunction;
}

/**
 * Sends the audit log of one cluster to *detect*. The log group is EKS's and must exist (it does once a control-plane
 * log was switched on); it is neither created nor changed nor removed here.
 */
export class ClusterSubscription extends Construct {
  /** Where EKS writes the control-plane logs of a cluster; nothing else tells it. */
  readonly logGroupName: string;
  /** The filters on the log group: what each is for, and its name. */
  readonly filters: readonly { purpose: 'namespaces' | 'cut-lines'; name: string }[];

  constructor(scope: Construct, id: string, { clusterName, cutLines, detect }: ClusterSubscriptionProps) {
    super(scope, id);
    const stack = Stack.of(this);
    this.logGroupName = controlPlaneLogGroup(clusterName);
    // Named after the stack: the console shows whose they are, and a second stack does not overwrite them.
    const subscribe = (filterId: string, purpose: 'namespaces' | 'cut-lines', filterPattern: string) => {
      const name = `${stack.stackName}-${purpose}`;
      const filter = new CfnSubscriptionFilter(this, filterId, {
        filterName: name,
        logGroupName: this.logGroupName,
        filterPattern,
        destinationArn: detect.lambda.functionArn,
      });
      filter.addResourceDependency(detect.mayBeInvoked); // CloudWatch Logs tries the permission when the filter is made
      return { purpose, name };
    };
    this.filters = [
      subscribe('Namespaces', 'namespaces', NAMESPACE_WRITES),
      ...(cutLines ? [subscribe('CutLines', 'cut-lines', CUT_NAMESPACE_WRITES)] : []),
    ];
  }
}

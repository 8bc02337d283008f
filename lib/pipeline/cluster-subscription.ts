import { Stack } from 'aws-cdk-lib';
import { CfnSubscriptionFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { CUT_NAMESPACE_WRITES, NAMESPACE_WRITES } from '../../functions/kubernetes/filter-pattern.ts';
import { SYSTEM_FIELDS } from '../../functions/kubernetes/names/aws.ts';
import type { DetectFunction } from './detect-function.ts';

export interface ClusterSubscriptionProps {
  /** Where the control-plane logs of the cluster are; nothing else tells it. */
  readonly logGroupName: string;
  /** Whether logs of other accounts or Regions are copied into the group: CloudWatch Logs then says of each event where it is from. */
  readonly isCentral?: boolean;
  /** Whether to watch lines that were cut for their length as well, by a second filter. */
  readonly cutLines: boolean;
  /** What the matching lines are sent to. */
  readonly detect: DetectFunction;
}

/**
 * Sends the audit log in one log group to *detect*. The log group is EKS's, or the centralization rule's, and must exist (it does once
 * a control-plane log was switched on); it is neither created nor changed nor removed here.
 */
export class ClusterSubscription extends Construct {
  readonly logGroupName: string;
  /** The filters on the log group: what each is for, and its name. */
  readonly filters: readonly { purpose: 'namespaces' | 'cut-lines'; name: string }[];

  constructor(scope: Construct, id: string, props: ClusterSubscriptionProps) {
    super(scope, id);
    const { logGroupName, isCentral, cutLines, detect } = props;
    const stack = Stack.of(this);
    this.logGroupName = logGroupName;
    // Named after the stack: the console shows whose they are, and a second stack does not overwrite them.
    const subscribe = (filterId: string, purpose: 'namespaces' | 'cut-lines', filterPattern: string) => {
      const name = `${stack.stackName}-${purpose}`;
      const filter = new CfnSubscriptionFilter(this, filterId, {
        filterName: name,
        logGroupName,
        filterPattern,
        destinationArn: detect.lambda.functionArn,
        ...(isCentral && { emitSystemFields: [...SYSTEM_FIELDS] }),
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

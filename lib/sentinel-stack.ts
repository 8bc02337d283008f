import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { defined } from '../functions/kit/defined.ts';
import { capitalized } from '../functions/kit/words.ts';
import { allFunctions, allPlaybooks } from './alarms/sentinel-parts.ts';
import type { SentinelFunction } from './base/sentinel-function.ts';
import type { SentinelConfig } from './config/config-schema.ts';
import { NamespaceSentinel } from './namespace-sentinel.ts';
import { mapRoles } from './pipeline/aws-auth.ts';

export interface SentinelStackProps extends StackProps {
  /** A whole configuration; its `account` and `region` say where the stack goes. */
  readonly config: SentinelConfig;
}

/** The stack of `sentinel.config.yaml`: one for an account and Region. */
export class SentinelStack extends Stack {
  readonly sentinel: NamespaceSentinel;

  constructor(scope: Construct, id: string, { config, ...props }: SentinelStackProps) {
    const { account, region, stackName, ...options } = config;
    super(scope, id, {
      description:
        'Namespace Sentinel: detects, investigates, alerts on and contains new namespaces in Amazon EKS clusters',
      stackName,
      suppressTemplateIndentation: true, // with 40 clusters it comes near the largest template (1 MB)
      ...props,
      env: { ...defined({ account: account || undefined, region: region || undefined }), ...props.env },
    });
    this.sentinel = new NamespaceSentinel(this, 'Sentinel', options);
    this.#outputs();
  }

  #outputs(): void {
    const { containment, key, table, bucket, reader, drill, topics, buses, queues, subscriptions } = this.sentinel;
    const output = (id: string, value: string, description: string) => new CfnOutput(this, id, { value, description });
    for (const { name, description, topic } of topics.alerts) output(`${name}TopicArn`, topic.topicArn, description);
    for (const { name, description, bus } of buses.all) output(`${name}BusArn`, bus.eventBusArn, description);
    output('KeyArn', key.keyArn, 'Under which findings, evidence and alerts are encrypted');
    output('HealthTopicArn', topics.health.topicArn, 'Alarms of the sentinel itself');
    output('DeadLetterQueueUrl', queues.deadLetters.queueUrl, 'What detect and alert failed at in all tries');
    output('RejectedRecordsQueueUrl', queues.rejectedRecords.queueUrl, 'Log records that could not be read');
    output('FindingsTableName', table.table.tableName, 'What became of each finding');
    output('EvidenceBucketName', bucket.bucket.bucketName, 'Reports and evidence');
    // Those who read the outputs find a function and a playbook of each kind, whatever the networks are.
    const labelOf = ({ kind, name, first }: { kind: string; name: string; first: boolean }): string => {
      const plain = first ? kind : name;
      return capitalized(plain);
    };
    for (const each of allFunctions(this.sentinel)) {
      const { name, part } = each;
      const { lambda, role } = part;
      const label = labelOf(each);
      output(`${label}FunctionName`, lambda.functionName, `The function ${name}${inVpc(part)}`);
      output(`${label}RoleArn`, role.roleArn, `Whom ${name} acts as, also towards Kubernetes`);
    }
    for (const each of allPlaybooks(this.sentinel))
      output(`${labelOf(each)}PlaybookArn`, each.part.machine.stateMachineArn, `The state machine ${each.name}`);
    output('ReaderPolicyArn', reader.managedPolicyArn, 'Lets people read findings, alerts and containment reports');
    output('DrillPolicyArn', drill.managedPolicyArn, 'Lets people register drills, and follow them');
    if (containment) {
      const { starter, approver } = containment.policies;
      output('StarterPolicyArn', starter.managedPolicyArn, 'Lets people start, watch and stop contain and release');
      output('ApproverPolicyArn', approver.managedPolicyArn, 'Lets people start and watch decide');
    }
    for (const { network, clusterNames, members } of this.sentinel.mappedByHand)
      output(
        `AwsAuthMapRoles${network.id}`,
        mapRoles(clusterNames, members),
        'Append to mapRoles in the ConfigMap aws-auth of the clusters that refuse access entries (docs/troubleshooting.md)',
      );
    output(
      'SubscriptionFilters',
      JSON.stringify(
        Object.fromEntries(
          subscriptions.map(({ clusterName, subscription }) => [
            clusterName,
            subscription.filters.map(({ name }) => name),
          ]),
        ),
      ),
      'The subscription filters of each cluster, as JSON',
    );
  }
}

const inVpc = ({ network: { vpc } }: SentinelFunction): string =>
  vpc ? `, in ${vpc.id}: ${vpc.subnets.join(', ')}; ${vpc.securityGroups.join(', ')}` : '';

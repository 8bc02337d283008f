import { Aws, Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { ITEM_KEYS } from '../../functions/contract/item-keys.ts';
import { controlPlaneLogGroup } from '../../functions/kubernetes/names/aws.ts';
import { acknowledgeWildcard } from '../base/acknowledge.ts';
import type { EncryptionKey } from './encryption-key.ts';
import type { Topics } from './topics.ts';

export interface DrillPolicyProps {
  /** Of the findings. */
  readonly table: Table;
  /** Encrypts the table. */
  readonly key: EncryptionKey;
  readonly topics: Topics;
  readonly clusterNames: readonly string[];
}

/** What IAM takes of a managed policy, less what the policy has beside clusters. In characters. */
const ROOM_FOR_CLUSTERS = 3_500;
/** What the two ARNs of a cluster take beside its name, in the longest partition and Region. */
const ARNS_OF_A_CLUSTER = 150;

/** Whether each cluster can be named. Where they are too many, one pattern stands for all clusters of the account and Region. */
const hasRoom = (clusterNames: readonly string[]): boolean =>
  clusterNames.reduce((sum, { length }) => sum + 2 * length + ARNS_OF_A_CLUSTER, 0) <= ROOM_FOR_CLUSTERS;

/**
 * For the people who hold drills, attached to nobody, and of use beside *Reader* and *Starter*. It registers a drill, which only marks
 * what is told of it, and looks at what became of it: the finding by its id, the line in the log of a cluster, the subscribers of the
 * topics. It reads no token that answers a question, and starts nothing.
 */
export class DrillPolicy extends ManagedPolicy {
  constructor(scope: Construct, id: string, { table, key, topics, clusterNames }: DrillPolicyProps) {
    const stack = Stack.of(scope);
    const isEachNamed = hasRoom(clusterNames);
    const named = isEachNamed ? clusterNames : ['*'];
    const groups = named.map((name) =>
      stack.formatArn({ service: 'logs', resource: `log-group:${controlPlaneLogGroup(name)}:*` }),
    );
    const clusters = named.map((name) => stack.formatArn({ service: 'eks', resource: `cluster/${name}` }));
    const all = topics.alerts.map(({ topic }) => topic);
    // SNS names the groups of its delivery status after the topics.
    const deliveries = all.map(({ topicName }) =>
      stack.formatArn({
        service: 'logs',
        resource: `log-group:sns/${Aws.REGION}/${Aws.ACCOUNT_ID}/${topicName}*`,
      }),
    );
    const keys = (operator: string, pattern: string) => ({
      [`ForAllValues:${operator}`]: { 'dynamodb:LeadingKeys': [pattern] },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    });
    super(scope, id, {
      description: 'Namespace Sentinel: registers drills, and follows them',
      statements: [
        new PolicyStatement({
          actions: ['dynamodb:PutItem'],
          resources: [table.tableArn],
          conditions: keys('StringLike', `${ITEM_KEYS.drill}*`),
        }),
        new PolicyStatement({
          actions: ['dynamodb:GetItem'],
          resources: [table.tableArn],
          conditions: keys('StringNotLike', '*#*'),
        }),
        new PolicyStatement({
          actions: ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey', 'kms:Encrypt'],
          resources: [key.keyArn],
          conditions: {
            StringEquals: {
              'kms:ViaService': `dynamodb.${Aws.REGION}.${Aws.URL_SUFFIX}`,
              'kms:EncryptionContext:aws:dynamodb:tableName': table.tableName,
            },
          },
        }),
        ...(clusters.length > 0
          ? [new PolicyStatement({ actions: ['eks:DescribeCluster'], resources: clusters })]
          : []),
        new PolicyStatement({ actions: ['logs:FilterLogEvents'], resources: [...groups, ...deliveries] }),
        new PolicyStatement({
          actions: ['sns:ListSubscriptionsByTopic', 'sns:GetTopicAttributes', 'sns:GetSubscriptionAttributes'],
          resources: all.map(({ topicArn }) => topicArn),
        }),
      ],
    });
    if (!isEachNamed)
      for (const resource of clusters)
        acknowledgeWildcard(
          this,
          resource,
          'More clusters than the policy has room for. What EKS says of one is read-only.',
        );
    for (const resource of [...groups, ...deliveries])
      acknowledgeWildcard(
        this,
        resource,
        'Lines of a log group are asked for in all of its streams; those of failures have a group beside it.',
      );
  }
}

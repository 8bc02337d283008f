import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { EvidenceBucket } from './evidence-bucket.ts';
import type { FindingsTable } from './findings-table.ts';
import type { Queues } from './queues.ts';
import { SentinelFunction } from './sentinel-function.ts';
import type { Topics } from './topics.ts';

export interface AlertProps {
  readonly table: FindingsTable;
  readonly bucket: EvidenceBucket;
  readonly topics: Topics;
  readonly queues: Queues;
  /** How long a finding stays in the table. */
  readonly findingsDays: number;
  /** How long its logs are kept. */
  readonly logsDays: number;
  /** @default - shares the account's */
  readonly reservedConcurrency?: number | undefined;
}

/**
 * Words the alert, stores the report, publishes. Has no resource policy, and of our roles only that of *investigate* may
 * invoke it: Lambda does so with its result or its failure.
 */
export class Alert extends SentinelFunction {
  constructor(scope: Construct, id: string, props: AlertProps) {
    const { table, bucket, topics, queues } = props;
    super(scope, id, {
      room: 'alert',
      description: 'Namespace Sentinel: words the alert, stores the report and publishes both',
      environment: {
        FINDINGS_TABLE: table.table.tableName,
        FINDINGS_DAYS: String(props.findingsDays),
        ALERT_TOPIC_ARN: topics.alert.topicArn,
        ...(topics.chat && { CHAT_TOPIC_ARN: topics.chat.topicArn }),
        EVIDENCE_BUCKET: bucket.bucket.bucketName,
      },
      timeout: Duration.seconds(40), // shorter than the lease under which it delivers
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
      onFailure: queues.deadLetters,
      logsDays: props.logsDays,
      reservedConcurrency: props.reservedConcurrency,
    });
    table.allowNoting(this.role);
    bucket.allowAdding(this.role, 'alerts');
    topics.allowAlerting(this.role);
  }
}

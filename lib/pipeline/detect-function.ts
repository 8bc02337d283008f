import { Aws, Duration, Size, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Audiences } from '../../functions/contract/digest-audiences.ts';
import { SentinelFunction } from '../base/sentinel-function.ts';
import { audiencesEnvironment } from '../config/audiences-environment.ts';
import { type CentralGroup, centralEnvironment } from '../config/central-schema.ts';
import { routesEnvironment } from '../config/investigation-routes.ts';
import type { NonEmpty } from '../config/networks.ts';
import type { FindingsStorage } from '../storage/findings-storage.ts';
import type { Queues } from '../storage/queues.ts';
import type { InvestigateFunction } from './investigate-function.ts';

export interface DetectProps {
  readonly table: FindingsStorage;
  /** One for each network; the first is for every cluster that no other is for. */
  readonly investigations: NonEmpty<InvestigateFunction>;
  readonly queues: Queues;
  /** The log groups into which logs of other accounts or Regions are copied. */
  readonly centralGroups: readonly CentralGroup[];
  /** Who gets which digest. @default - everybody that of the hour */
  readonly audiences?: Audiences | undefined;
  /** Largest log delivery, unzipped, that is read. */
  readonly maxUnzipped: Size;
  /** How long a finding stays in the table. */
  readonly findingsDays: number;
  /** How long its logs are kept. */
  readonly logsDays: number;
  /** @default - shares the account's */
  readonly reservedConcurrency?: number | undefined;
}

/** Finds the creations in what CloudWatch Logs sends, and hands each to *investigate* once. */
export class DetectFunction extends SentinelFunction {
  /**
   * Lets CloudWatch Logs invoke it, for the log groups of EKS clusters of this account and Region alone. One statement for all:
   * a function's policy has at most 20,480 bytes, which a statement a cluster fills with 34 to 40 clusters.
   *
   * It rests on two conditions that the service sets. The source account is that of the log group; the source ARN is the group's,
   * with ":*" behind it. `*` stands for any text, so a group `/aws/eks/a/b/cluster` would match as well: whoever can make one here
   * and subscribe it could also write into the group of a cluster. What the filters let through comes from the groups that are
   * configured. A central group may have anything before that name.
   */
  readonly mayBeInvoked: CfnPermission;

  constructor(scope: Construct, id: string, props: DetectProps) {
    const { table, investigations, queues, maxUnzipped } = props;
    super(scope, id, {
      code: 'detect',
      description: 'Namespace Sentinel: finds the namespace creations in the audit log',
      environment: {
        FINDINGS_TABLE: table.table.tableName,
        FINDINGS_DAYS: String(props.findingsDays),
        ...routesEnvironment(investigations),
        ...centralEnvironment(props.centralGroups),
        REJECTED_QUEUE_URL: queues.rejectedRecords.queueUrl,
        MAX_UNZIPPED_BYTES: String(maxUnzipped.toKibibytes() * 1024),
        ...audiencesEnvironment(props.audiences),
      },
      timeout: Duration.seconds(30),
      // A delivery is in memory as bytes, as text (two bytes a character) and parsed.
      memory: Size.mebibytes(Math.max(512, 8 * maxUnzipped.toMebibytes())),
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
      onFailure: queues.deadLetters,
      logsDays: props.logsDays,
      reservedConcurrency: props.reservedConcurrency,
    });
    table.allowTakingUp(this.role);
    for (const investigate of investigations) investigate.allowInvocationBy(this.role);
    this.role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queues.rejectedRecords.queueArn] }),
    );
    const anyPrefix = props.centralGroups.length > 0 ? '*' : '';
    this.mayBeInvoked = new CfnPermission(this, 'MayInvoke', {
      action: 'lambda:InvokeFunction',
      functionName: this.lambda.functionArn,
      principal: 'logs.amazonaws.com',
      sourceAccount: Aws.ACCOUNT_ID,
      sourceArn: Stack.of(this).formatArn({ service: 'logs', resource: `log-group:${anyPrefix}/aws/eks/*/cluster:*` }),
    });
  }
}

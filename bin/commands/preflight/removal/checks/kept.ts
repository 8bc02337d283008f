import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeTableCommand, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { command } from '../../../../../functions/contract/commands/command.ts';
import { PRICES, PRICES_READ } from '../../../../prices.ts';
import type { AwsCheck, AwsContext, IamAction } from '../../aws/check.ts';
import { DELETED_NEEDS, keptName, STACK_NEEDS, stackState } from '../stack-state.ts';

const GB = 2 ** 30;
const DAY_MS = 86_400_000;

const needs: readonly IamAction[] = [...STACK_NEEDS, ...DELETED_NEEDS];
const common = { when: 'both', stopsDeployment: false } as const;

/** The evidence. First of what stays, as the key opens it, and the table says what of it is to be believed. */
export const bucket: AwsCheck = {
  ...common,
  id: 'bucket',
  question: 'Is the evidence bucket gone?',
  needs: [...needs, 'cloudwatch:GetMetricStatistics', 's3:ListBucket'],
  fix: 'keep it for as long as the evidence may be asked for. Then empty it with all versions ("Empty" in the console of S3), and delete it; with Object Lock that is refused until the time of each version is over',
  async run(context) {
    const name = keptName(await stackState(context), 'AWS::S3::Bucket');
    if (name === undefined || !(await isThere(name, context))) return [{ status: 'ok', says: 'There is none.' }];
    const bytes = await sizeOf(name, context);
    const cost =
      bytes === undefined
        ? `how large it is, CloudWatch does not say yet; a GB is ${dollars(PRICES.bucketKept)} a month`
        : `${(bytes / GB).toFixed(2)} GB, ${dollars((bytes / GB) * PRICES.bucketKept)} a month`;
    return [
      {
        status: 'note',
        says: `The evidence bucket ${name} stays, with alerts, reports and snapshots: ${cost} (${LIST}).`,
        fix: [command('aws s3api delete-bucket', [], { '--region': context.region, '--bucket': name })],
      },
    ];
  },
};

/** The findings. */
export const table: AwsCheck = {
  ...common,
  id: 'table',
  question: 'Is the findings table gone?',
  needs: [...needs, 'dynamodb:DescribeTable'],
  fix: 'delete it after the bucket, whose snapshots it confirms. It can be restored for 35 days, with the key',
  async run(context) {
    const name = keptName(await stackState(context), 'AWS::DynamoDB::Table');
    const live = name === undefined ? undefined : await tableNamed(name, context);
    if (name === undefined || !live) return [{ status: 'ok', says: 'There is none.' }];
    const { TableSizeBytes = 0, DeletionProtectionEnabled: isProtected = false } = live;
    const where = { '--region': context.region, '--table-name': name };
    const cost = (TableSizeBytes / GB) * (PRICES.tableKept + PRICES.tableBackedUp);
    return [
      {
        status: 'note',
        says: `The findings table ${name} stays: ${(TableSizeBytes / GB).toFixed(2)} GB with its backup, ${dollars(cost)} a month (${LIST}).`,
        fix: [
          ...(isProtected
            ? [command('aws dynamodb update-table', [], { ...where, '--no-deletion-protection-enabled': true })]
            : []),
          command('aws dynamodb delete-table', [], where),
        ],
      },
    ];
  },
};

/** The key: what was encrypted with it is unreadable without it, backups included. */
export const key: AwsCheck = {
  ...common,
  id: 'key',
  question: 'Is the key gone?',
  needs,
  fix: 'delete it last, and not before bucket and table are gone, their copies included: what it has encrypted can be read no longer then, by nobody. It is kept for 30 days more, in which that can be taken back',
  async run(context) {
    const id = keptName(await stackState(context), 'AWS::KMS::Key');
    if (id === undefined) return [{ status: 'ok', says: 'There is none.' }];
    return [
      {
        status: 'note',
        says: `The key ${id} stays: ${dollars(PRICES.key)} a month, and as much again for the first and for the second yearly rotation (${LIST}).`,
        fix: [
          command('aws kms schedule-key-deletion', [], {
            '--region': context.region,
            '--key-id': id,
            '--pending-window-in-days': '30',
          }),
        ],
      },
    ];
  },
};

const LIST = `list prices of us-east-1, ${PRICES_READ}`;
/** In cents, and no cost as none. */
const dollars = (amount: number): string =>
  amount > 0 && amount < 0.01 ? 'less than $0.01' : `$${amount.toFixed(amount < 0.1 && amount > 0 ? 3 : 2)}`;

async function isThere(Bucket: string, { view, signal }: AwsContext): Promise<boolean> {
  try {
    await view.clients.s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 1 }), { abortSignal: signal });
    return true;
  } catch (error) {
    if ((error as Error).name === 'NoSuchBucket') return false;
    throw error;
  }
}

/** Of all versions, as S3 counts once a day; undefined where it has not counted yet. */
async function sizeOf(name: string, { view, signal }: AwsContext): Promise<number | undefined> {
  const now = Date.now();
  const command = new GetMetricStatisticsCommand({
    Namespace: 'AWS/S3',
    MetricName: 'BucketSizeBytes',
    Dimensions: [
      { Name: 'BucketName', Value: name },
      { Name: 'StorageType', Value: 'StandardStorage' },
    ],
    StartTime: new Date(now - 3 * DAY_MS),
    EndTime: new Date(now),
    Period: 86_400,
    Statistics: ['Average'],
  });
  const { Datapoints = [] } = await view.clients.cloudwatch.send(command, { abortSignal: signal });
  return Datapoints.toSorted((a, b) => Number(a.Timestamp) - Number(b.Timestamp)).at(-1)?.Average;
}

async function tableNamed(TableName: string, { view, signal }: AwsContext) {
  try {
    const command = new DescribeTableCommand({ TableName });
    return (await view.clients.dynamodb.send(command, { abortSignal: signal })).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

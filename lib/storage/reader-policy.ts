import { Aws } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { EVIDENCE } from '../../functions/contract/evidence-keys.ts';
import { STORED_ATTRIBUTES } from '../../functions/contract/item-keys.ts';
import { acknowledgeWildcard } from '../base/acknowledge.ts';
import type { EncryptionKey } from './encryption-key.ts';
import { type EvidenceBucket, type EvidenceKey, ofRuns } from './evidence-bucket.ts';

export interface ReaderPolicyProps {
  readonly bucket: EvidenceBucket;
  /** Of the findings. */
  readonly table: Table;
  /** Encrypts the objects. */
  readonly key: EncryptionKey;
}

/** What a reader may open: alerts with their reports and follow-ups, and what the runs of playbooks came to. */
const READABLE: readonly EvidenceKey[] = [`${EVIDENCE.alerts}/*`, ...ofRuns(['report.json', 'hashes.txt'])];

/**
 * For the people who read alerts and reports, attached to nobody. It opens neither snapshots nor evidence, which hold logs and
 * manifests of a namespace. The S3 console gets what AWS's walkthrough for users of one bucket gives it: the names of buckets, the
 * place of this one, and the names of its objects and versions.
 *
 * The key opens through S3 for this bucket alone, which S3 names in the encryption context of a bucket key, and the object without
 * one; and through DynamoDB for the table. Of the table's items only those attributes are read that `sentinel findings` shows: not the
 * tokens that answer questions.
 */
export class ReaderPolicy extends ManagedPolicy {
  constructor(scope: Construct, id: string, { bucket: evidence, table, key }: ReaderPolicyProps) {
    const { bucket } = evidence;
    const { bucketArn } = bucket;
    const stack = `arn:${Aws.PARTITION}:cloudformation:${Aws.REGION}:${Aws.ACCOUNT_ID}:stack/${Aws.STACK_NAME}/*`;
    const objects = READABLE.map((pattern) => bucket.arnForObjects(pattern));
    super(scope, id, {
      description: 'Namespace Sentinel: reads findings, alerts and containment reports',
      statements: [
        new PolicyStatement({ actions: ['s3:ListAllMyBuckets'], resources: ['*'] }),
        new PolicyStatement({
          actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketVersions'],
          resources: [bucketArn],
        }),
        new PolicyStatement({ actions: ['s3:GetObject', 's3:GetObjectVersion'], resources: objects }),
        new PolicyStatement({
          actions: ['kms:Decrypt'],
          resources: [key.keyArn],
          conditions: {
            StringEquals: { 'kms:ViaService': `s3.${Aws.REGION}.${Aws.URL_SUFFIX}` },
            StringLike: { 'kms:EncryptionContext:aws:s3:arn': [bucketArn, `${bucketArn}/*`] },
          },
        }),
        new PolicyStatement({
          actions: ['dynamodb:Scan'],
          resources: [table.tableArn],
          conditions: {
            'ForAllValues:StringEquals': { 'dynamodb:Attributes': [...STORED_ATTRIBUTES] },
            StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
          },
        }),
        new PolicyStatement({
          actions: ['kms:Decrypt'],
          resources: [key.keyArn],
          conditions: {
            StringEquals: {
              'kms:ViaService': `dynamodb.${Aws.REGION}.${Aws.URL_SUFFIX}`,
              'kms:EncryptionContext:aws:dynamodb:tableName': table.tableName,
            },
          },
        }),
        new PolicyStatement({ actions: ['cloudformation:DescribeStacks'], resources: [stack] }),
      ],
    });
    acknowledgeWildcard(this, '*', 'The console lists the buckets of the account; their names cannot be confined.');
    acknowledgeWildcard(this, stack, 'The id of the stack is part of its ARN; its outputs are read by its name.');
    for (const object of objects)
      acknowledgeWildcard(this, object, 'The names of alerts and runs to come are not known. They can be read.');
  }
}

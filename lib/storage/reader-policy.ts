import { Aws } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { EVIDENCE } from '../../functions/contract/evidence-keys.ts';
import { acknowledgeWildcard } from '../base/acknowledge.ts';
import type { EncryptionKey } from './encryption-key.ts';
import { type EvidenceBucket, type EvidenceKey, ofRuns } from './evidence-bucket.ts';

export interface ReaderPolicyProps {
  readonly bucket: EvidenceBucket;
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
 * The key opens through S3 alone and for this bucket alone: S3 names the bucket in the encryption context of a bucket key, and the
 * object without one.
 */
export class ReaderPolicy extends ManagedPolicy {
  constructor(scope: Construct, id: string, { bucket: evidence, key }: ReaderPolicyProps) {
    const { bucket } = evidence;
    const { bucketArn } = bucket;
    const objects = READABLE.map((pattern) => bucket.arnForObjects(pattern));
    super(scope, id, {
      description: 'Namespace Sentinel: reads alerts and containment reports',
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
      ],
    });
    acknowledgeWildcard(this, '*', 'The console lists the buckets of the account; their names cannot be confined.');
    for (const object of objects)
      acknowledgeWildcard(this, object, 'The names of alerts and runs to come are not known. They can be read.');
  }
}

import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectLockRetention, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { defined } from '../../functions/kit/defined.ts';
import { acknowledgeWildcard } from '../base/acknowledge.ts';
import type { EncryptionKey } from './encryption-key.ts';

export interface EvidenceBucketProps {
  /** Encrypts the objects. */
  readonly key: EncryptionKey;
  /** How long objects are kept, and how long a version is kept that was overwritten or deleted. */
  readonly evidenceDays: number;
  /** How long no version can be deleted. @default - until {@link evidenceDays}, by nobody but who may delete versions */
  readonly objectLockDays?: number | undefined;
}

/** Reports and evidence. Kept when the stack goes; every version is kept, so evidence cannot be overwritten unseen. */
export class EvidenceBucket extends Construct {
  readonly bucket: Bucket;
  readonly #key: EncryptionKey;

  constructor(scope: Construct, id: string, { key, evidenceDays, objectLockDays }: EvidenceBucketProps) {
    super(scope, id);
    this.#key = key;
    this.bucket = new Bucket(this, 'Bucket', {
      versioned: true,
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
      // Not COMPLIANCE: too long a time, or what must not be kept, could then be mended by nobody at all.
      ...defined({
        objectLockDefaultRetention: objectLockDays
          ? ObjectLockRetention.governance(Duration.days(objectLockDays))
          : undefined,
      }),
      lifecycleRules: [
        {
          expiration: Duration.days(evidenceDays),
          noncurrentVersionExpiration: Duration.days(evidenceDays),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Server access logs are delivered on a best-effort basis. Who must know every reader switches on CloudTrail data events, which name the principal.',
    });
  }

  /** Lets the role add objects under the prefix; not read, list or delete any. */
  allowAdding(role: Role, prefix: string): void {
    const objects = this.bucket.arnForObjects(`${prefix}/*`);
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:PutObject'], resources: [objects] }));
    acknowledgeWildcard(role, objects, 'The names of the objects to come are not known; they can only be added.');
    this.#key.allowUse(role, 's3');
  }

  /** Lets the role add objects under the prefix, and read and list them; not delete any. */
  allowKeeping(role: Role, prefix: string): void {
    this.#allow(role, prefix, ['s3:GetObject', 's3:PutObject']);
  }

  /** Lets the role read objects under the prefix. */
  allowReading(role: Role, prefix: string): void {
    this.#allow(role, prefix, ['s3:GetObject']);
  }

  #allow(role: Role, prefix: string, actions: string[]): void {
    const objects = this.bucket.arnForObjects(`${prefix}/*`);
    role.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [objects] }));
    acknowledgeWildcard(role, objects, 'The names of the objects to come are not known. No version can be deleted.');
    // Also what makes S3 answer "not found": without it, an object that is not there is refused like one that may not be
    // read. That question has no prefix, so a condition on the prefix would not do. Tells names, not content.
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }));
    this.#key.allowUse(role, 's3');
  }
}

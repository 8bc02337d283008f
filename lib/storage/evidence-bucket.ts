import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectLockRetention, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { EVIDENCE, RELEASED_TAG } from '../../functions/contract/evidence-keys.ts';
import { defined } from '../../functions/kit/defined.ts';
import { acknowledgeWildcard } from '../base/acknowledge.ts';
import type { EncryptionKey } from './encryption-key.ts';

/** Keys of objects, in the form of IAM: `alerts/*`. */
export type EvidenceKey = `${(typeof EVIDENCE)[keyof typeof EVIDENCE]}/${string}`;

/** What is deleted by its age alone. That a namespace was released stays: it is a few bytes, and counts snapshots. */
const EXPIRING = [EVIDENCE.alerts, EVIDENCE.runs];
/** What is kept for as long as its namespace is contained. */
const WHILE_CONTAINED = [EVIDENCE.snapshots, EVIDENCE.configMaps];

/** Files of the runs of playbooks, by their names in a run. Only the end of a key is fixed: so is the file's name. */
export const ofRuns = (files: readonly string[]): EvidenceKey[] =>
  files.map((file): EvidenceKey => `${EVIDENCE.runs}/*/runs/*/${file}`);

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
    const kept = Duration.days(evidenceDays);
    this.bucket = new Bucket(this, 'Bucket', {
      versioned: true,
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, // a first deployment that fails leaves none
      // Not COMPLIANCE: too long a time, or what must not be kept, could then be corrected by nobody.
      ...defined({
        objectLockDefaultRetention: objectLockDays
          ? ObjectLockRetention.governance(Duration.days(objectLockDays))
          : undefined,
      }),
      lifecycleRules: [
        { noncurrentVersionExpiration: kept, abortIncompleteMultipartUploadAfter: Duration.days(7) },
        ...EXPIRING.map((prefix) => ({ prefix: `${prefix}/`, expiration: kept })),
        // Days count from when it was stored: one that is older goes when its namespace is released.
        ...WHILE_CONTAINED.map((prefix) => ({
          prefix: `${prefix}/`,
          tagFilters: { [RELEASED_TAG.Key]: RELEASED_TAG.Value },
          expiration: kept,
        })),
      ],
    });
    this.#writeOnce(EVIDENCE.snapshots, EVIDENCE.configMaps, EVIDENCE.releases);
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Server access logs are delivered on a best-effort basis. Who must know every reader switches on CloudTrail data events, which name the principal.',
    });
  }

  /** Lets the role add objects of these keys; not read, list or delete any. */
  allowAdding(role: Role, ...keys: EvidenceKey[]): void {
    this.#allow(
      role,
      ['s3:PutObject'],
      keys,
      'The names of the objects to come are not known; they can only be added.',
    );
  }

  /** Lets the role read objects of these keys, and see which there are in the bucket. */
  allowReading(role: Role, ...keys: EvidenceKey[]): void {
    this.#allow(role, ['s3:GetObject'], keys, 'The names of the objects to come are not known. They can be read.');
    this.allowListing(role);
  }

  /**
   * Lets the role see which objects there are. Also what makes S3 answer "not found": without it, an object that is not
   * there is refused like one that may not be read. That question has no prefix, so a condition on the prefix would not do.
   * Tells names, not content.
   */
  allowListing(role: Role): void {
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }));
  }

  /** Lets the role mark snapshots as those of a released namespace, which need not be kept any longer. */
  allowMarkingReleased(role: Role): void {
    const keys = WHILE_CONTAINED.map((prefix) => `${prefix}/*` as const);
    this.#allow(role, ['s3:PutObjectTagging'], keys, 'Which namespace will be released is not known. A tag is set.');
  }

  #allow(role: Role, actions: string[], keys: readonly EvidenceKey[], why: string): void {
    const resources = keys.map((key) => this.bucket.arnForObjects(key));
    role.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
    for (const resource of resources) acknowledgeWildcard(role, resource, why);
    this.#key.allowUse(role, 's3');
  }

  /** Who stores one of these has to say that there must be none yet: nobody writes over it, whoever they are. */
  #writeOnce(...prefixes: string[]): void {
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'WrittenOnce',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: prefixes.map((prefix) => this.bucket.arnForObjects(`${prefix}/*`)),
        conditions: { Null: { 's3:if-none-match': 'true' } },
      }),
    );
  }
}

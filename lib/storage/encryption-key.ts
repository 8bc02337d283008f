import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/** The AWS services through which a role may use the key. */
type ThroughService = 'dynamodb' | 's3' | 'sns';

/**
 * The one key under which findings, evidence and alerts are encrypted. What says that the key is disabled (the health topic, the
 * queues) does without it. Retained with the table and the bucket, which are unreadable without it; only a first deployment that
 * fails takes it away again, as it would cost for nothing.
 */
export class EncryptionKey extends Key {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      description: 'Namespace Sentinel: findings, evidence and alerts',
      enableKeyRotation: true,
      // The longest that KMS takes: whoever deletes it by mistake makes evidence and findings unreadable at its end.
      pendingWindow: Duration.days(30),
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }

  /**
   * Lets the role use the key, but only through these services. DynamoDB asks for the whole list (its guide,
   * "Authorizing use of a customer managed key"), S3 and SNS for part of it. Spelt out, so that no wildcard is needed.
   */
  allowUse(role: IRole, ...services: ThroughService[]): void {
    const dynamodb = ['kms:DescribeKey', 'kms:Encrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['kms:Decrypt', 'kms:GenerateDataKey', ...(services.includes('dynamodb') ? dynamodb : [])],
        resources: [this.keyArn],
        conditions: {
          StringEquals: {
            'kms:ViaService': services.map((service) => `${service}.${Aws.REGION}.${Aws.URL_SUFFIX}`),
          },
        },
      }),
    );
  }

  /** Lets the role see whether the key can be used. */
  allowDescription(role: IRole): void {
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['kms:DescribeKey'], resources: [this.keyArn] }));
  }
}

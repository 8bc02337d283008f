import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { EncryptionKey } from './encryption-key.ts';

export interface FindingsTableProps {
  /** Encrypts the table. */
  readonly key: EncryptionKey;
}

/**
 * What became of each finding. Kept when the stack goes, and protected from deletion: it is the record of what was
 * alerted, and the reason why redelivered log events do not alert again.
 */
export class FindingsTable extends Construct {
  readonly table: Table;
  readonly #key: EncryptionKey;

  constructor(scope: Construct, id: string, { key }: FindingsTableProps) {
    super(scope, id);
    this.#key = key;
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'expires',
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  /** Lets the role take findings up and note how far they got; not list or delete them. */
  allowKeepingTrack(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['dynamodb:PutItem', 'dynamodb:UpdateItem'],
        resources: [this.table.tableArn],
      }),
    );
    this.#key.allowUse(role, 'dynamodb');
  }
}

import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { defined } from '../../functions/kit/defined.ts';
import type { EncryptionKey } from './encryption-key.ts';

/** The index that holds only the items that have something due; the functions know it by this name. */
export const AGENDA_INDEX = 'agenda';

/** Items that lead from a finding, or from a namespace's UID, to the question about it. */
const POINTERS: readonly string[] = ['asked-about#*', 'asked-in#*'];

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
    // Sparse: an item without these attributes is not in it.
    this.table.addGlobalSecondaryIndex({
      indexName: AGENDA_INDEX,
      partitionKey: { name: 'agenda', type: AttributeType.STRING },
      sortKey: { name: 'due', type: AttributeType.NUMBER },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ['tries'],
    });
  }

  /** Lets the role take findings up and note how far they got; not list or delete them. */
  allowTakingUp(role: IRole): void {
    this.#allow(role, ['dynamodb:PutItem', 'dynamodb:UpdateItem']);
  }

  /** Lets the role note how far a finding got. */
  allowNoting(role: IRole): void {
    this.#allow(role, ['dynamodb:UpdateItem']);
  }

  /** Lets the role see what is due, and take it on. */
  allowAgenda(role: IRole): void {
    this.#allow(role, ['dynamodb:Query'], { resource: `${this.table.tableArn}/index/${AGENDA_INDEX}` });
    this.#allow(role, ['dynamodb:UpdateItem']);
  }

  /** Lets the role ask whom the baseline knows, and count what it reads of the logs; not touch a finding. */
  allowInvestigating(role: IRole): void {
    this.#allow(role, ['dynamodb:BatchGetItem'], { keys: ['baseline#*'] });
    this.#allow(role, ['dynamodb:UpdateItem'], { keys: ['log-budget#*'] });
  }

  /** Lets the role take the lease on a namespace and give it back; not touch a finding. */
  allowLeasing(role: IRole): void {
    this.#allow(role, ['dynamodb:PutItem', 'dynamodb:UpdateItem'], { keys: ['lease#*'] });
  }

  /** Lets the role keep a question with what answers it; not read it again, nor answer it. */
  allowAsking(role: IRole): void {
    this.#allow(role, ['dynamodb:PutItem'], { keys: ['question#*', ...POINTERS] });
  }

  /** Lets the role answer questions, close findings, and teach the baseline; a lease it cannot touch. */
  allowDeciding(role: IRole): void {
    this.#allow(role, ['dynamodb:GetItem', 'dynamodb:UpdateItem'], { keys: ['question#*'] });
    this.#allow(role, ['dynamodb:GetItem'], { keys: POINTERS });
    this.#allow(role, ['dynamodb:PutItem'], { keys: ['baseline#*'] });
    // A finding's id is all of an item's key, and has no such sign.
    this.#allow(role, ['dynamodb:GetItem', 'dynamodb:UpdateItem'], { keysUnlike: ['*#*'] });
  }

  /** @param only `keys`: items whose partition key is like one of these; `keysUnlike`: like none of them */
  #allow(
    role: IRole,
    actions: readonly string[],
    only: { resource?: string; keys?: readonly string[]; keysUnlike?: readonly string[] } = {},
  ): void {
    const condition = only.keys ? 'ForAllValues:StringLike' : 'ForAllValues:StringNotLike';
    const keys = only.keys ?? only.keysUnlike;
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: [...actions],
        resources: [only.resource ?? this.table.tableArn],
        ...defined({ conditions: keys && { [condition]: { 'dynamodb:LeadingKeys': [...keys] } } }),
      }),
    );
    this.#key.allowUse(role, 'dynamodb');
  }
}

import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ITEM_KEYS } from '../../functions/contract/item-keys.ts';
import type { EncryptionKey } from './encryption-key.ts';

/** The index that holds only the items that have something due; the functions know it by this name. */
const AGENDA_INDEX = 'agenda';
/** The index that finds a finding by the first digits of its id. */
const SHORT_ID_INDEX = 'short-id';

export interface FindingsStorageProps {
  /** Encrypts the table. */
  readonly key: EncryptionKey;
  /**
   * Whether nobody can delete the table, CloudFormation included: a first deployment that fails could then not be rolled
   * back.
   */
  readonly protect: boolean;
}

/**
 * What became of each finding. Kept when the stack goes: it is the record of what was alerted, and the reason why
 * redelivered log events do not alert again. A table that is deleted by hand can be restored for 35 days, because point-in-time
 * recovery is on.
 */
export class FindingsStorage extends Construct {
  readonly table: Table;
  readonly #key: EncryptionKey;

  constructor(scope: Construct, id: string, { key, protect }: FindingsStorageProps) {
    super(scope, id);
    this.#key = key;
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'expires',
      deletionProtection: protect,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    // Sparse: an item without these attributes is not in it.
    this.table.addGlobalSecondaryIndex({
      indexName: AGENDA_INDEX,
      partitionKey: { name: 'agenda', type: AttributeType.STRING },
      sortKey: { name: 'due', type: AttributeType.NUMBER },
      projectionType: ProjectionType.INCLUDE,
      // What a fair choice among many needs.
      nonKeyAttributes: ['tries', 'shareCluster', 'shareActor', 'shareRank'],
    });
    this.table.addGlobalSecondaryIndex({
      indexName: SHORT_ID_INDEX,
      partitionKey: { name: 'shortId', type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
  }

  /** Lets *detect* take findings up, recognise canaries and drills, and count those for a digest; not list or delete an item, or read one. */
  allowTakingUp(role: IRole): void {
    this.#allow(role, ['dynamodb:PutItem', 'dynamodb:UpdateItem'], FINDINGS);
    this.#allow(role, ['dynamodb:UpdateItem'], only('canary', 'canaryState', 'drill'));
    this.#allowCounting(role);
  }

  /** What is reported on its own in an hour, and the digest of what is not. */
  #allowCounting(role: IRole): void {
    this.#allow(role, ['dynamodb:UpdateItem'], only('speaker', 'digestRow'));
    this.#allow(role, ['dynamodb:PutItem'], only('digest'));
  }

  /** Lets *alert* note how far the alert of a finding got, and what followed it, and count those for a digest. */
  allowNoting(role: IRole): void {
    this.#allow(role, ['dynamodb:UpdateItem'], FINDINGS);
    this.#allow(role, ['dynamodb:UpdateItem'], only('look', 'followUp', 'digest', 'digestMessage'));
    this.#allowCounting(role);
  }

  /** Lets *alert* count the playbooks that it starts. */
  allowCountingStarts(role: IRole): void {
    this.#allow(role, ['dynamodb:UpdateItem'], only('starts'));
  }

  /** Lets *watch* see what is due, take it on, and read the digests. */
  allowAgenda(role: IRole): void {
    this.#allow(role, ['dynamodb:Query'], {}, `${this.table.tableArn}/index/${AGENDA_INDEX}`);
    this.#allow(role, ['dynamodb:UpdateItem'], FINDINGS);
    this.#allow(role, ['dynamodb:UpdateItem'], only('digest'));
    this.#allow(role, ['dynamodb:GetItem', 'dynamodb:BatchGetItem'], only('digest', 'digestRow'));
  }

  /** Lets *watch* keep the canaries that it sends, see which arrived, and note what is broken on their way. */
  allowCanaries(role: IRole): void {
    this.#allow(role, ['dynamodb:PutItem'], only('canary'));
    this.#allow(role, ['dynamodb:GetItem', 'dynamodb:UpdateItem'], only('canaryState', 'chain'));
  }

  /** Lets *watch* see what explains a namespace, keep the stock of namespaces, and note which part of a log is to be read again. */
  allowCoverage(role: IRole): void {
    this.#allow(role, ['dynamodb:BatchGetItem'], FINDINGS);
    this.#allow(role, ['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'], only('stock'));
    this.#allow(role, ['dynamodb:GetItem', 'dynamodb:PutItem'], only('replay'));
  }

  /** Lets *watch* note when each job ran last. */
  allowJobRuns(role: IRole): void {
    this.#allow(role, ['dynamodb:UpdateItem'], only('jobRun'));
  }

  /** Lets *investigate* ask which creators the baseline knows, count what it reads of the logs, and remember it. */
  allowInvestigating(role: IRole): void {
    this.#allow(role, ['dynamodb:BatchGetItem'], only('baseline', 'answer'));
    this.#allow(role, ['dynamodb:UpdateItem'], only('logBudget', 'answer'));
  }

  /** Lets a playbook find the finding that a person names by its id, or by the first digits of it. */
  allowFinding(role: IRole): void {
    this.#allow(role, ['dynamodb:GetItem'], FINDINGS);
    // The index holds the ids of findings, and nothing else of anything.
    this.#allow(role, ['dynamodb:Query'], {}, `${this.table.tableArn}/index/${SHORT_ID_INDEX}`);
  }

  /** Lets *securityhub* see when a finding was made. */
  allowReadingFindings(role: IRole): void {
    this.#allow(role, ['dynamodb:GetItem'], FINDINGS);
  }

  /** Lets *contain* and *release* take the lease on a namespace and give it back. */
  allowLeasing(role: IRole): void {
    this.#allow(role, ['dynamodb:PutItem', 'dynamodb:UpdateItem'], only('lease'));
  }

  /** Lets *contain* keep a question with what answers it; it may neither read it again nor answer it. */
  allowAsking(role: IRole): void {
    this.#allow(role, ['dynamodb:PutItem'], only('question', 'askedAbout', 'askedIn'));
  }

  /** Lets *contain* note the hashes of snapshots and of the list of a run's files. */
  allowNotingSnapshots(role: IRole): void {
    this.#allow(role, ['dynamodb:UpdateItem'], only('snapshot', 'hashList'));
  }

  /** Lets *release* see what was noted of snapshots, and note the hash of the list of its own files. */
  allowConfirmingSnapshots(role: IRole): void {
    this.#allow(role, ['dynamodb:GetItem'], only('snapshot'));
    this.#allow(role, ['dynamodb:UpdateItem'], only('hashList'));
  }

  /** Lets *decide* answer questions, close findings, and teach the baseline. */
  allowDeciding(role: IRole): void {
    this.#allow(role, ['dynamodb:GetItem', 'dynamodb:UpdateItem'], only('question'));
    this.#allow(role, ['dynamodb:GetItem'], only('askedAbout', 'askedIn'));
    this.#allow(role, ['dynamodb:PutItem'], only('baseline'));
    this.#allow(role, ['dynamodb:UpdateItem'], FINDINGS);
    this.allowFinding(role);
  }

  #allow(role: IRole, actions: string[], conditions: Conditions, resource = this.table.tableArn): void {
    role.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [resource], conditions }));
    this.#key.allowUse(role, 'dynamodb');
  }
}

type Conditions = Record<string, Record<string, string | string[]>>;

/** A set operator alone would let a request pass that names no key. */
const onKeys = (operator: 'StringLike' | 'StringNotLike', ...patterns: string[]): Conditions => ({
  [`ForAllValues:${operator}`]: { 'dynamodb:LeadingKeys': patterns },
  Null: { 'dynamodb:LeadingKeys': 'false' },
});

/** Items of these kinds alone. */
const only = (...kinds: (keyof typeof ITEM_KEYS)[]): Conditions =>
  onKeys('StringLike', ...kinds.map((kind) => `${ITEM_KEYS[kind]}*`));

/** Findings alone: the id is all of their key, and has no such sign. */
const FINDINGS = onKeys('StringNotLike', '*#*');

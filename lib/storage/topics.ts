import { Aws } from 'aws-cdk-lib';
import { type IRole, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Severity } from '../../functions/contract/vocabulary.ts';
import type { SentinelOptions } from '../config/config-schema.ts';
import type { EncryptionKey } from './encryption-key.ts';

export interface TopicsProps {
  /** Encrypts the topics. */
  readonly key: EncryptionKey;
  /** Who gets the alerts, and from which severity on. */
  readonly emails: SentinelOptions['emails'];
  /** Who is told when Namespace Sentinel itself is unwell. */
  readonly healthEmails: readonly string[];
  /** Whether there is a topic for chat. */
  readonly chat: boolean;
}

const ASCENDING: readonly Severity[] = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];

/**
 * The values of the message attribute `severity` that reach someone who asked for `minSeverity` and above. `UNKNOWN`
 * is that of an alert whose investigation failed: it reaches everybody.
 */
export const severitiesFrom = (minSeverity: Severity): string[] => [
  ...ASCENDING.slice(ASCENDING.indexOf(minSeverity)),
  'UNKNOWN',
];

/** Where alerts go out, and, apart from them, where trouble with the sentinel itself is told. */
export class Topics extends Construct {
  readonly alert: Topic;
  readonly health: Topic;
  /** Takes only the schema of Amazon Q Developer in chat applications; other messages would be dropped there. */
  readonly chat: Topic | undefined;
  readonly #key: EncryptionKey;

  constructor(scope: Construct, id: string, { key, emails, healthEmails, chat }: TopicsProps) {
    super(scope, id);
    this.#key = key;
    const topic = (name: string, displayName: string) =>
      new Topic(this, name, { displayName, masterKey: key, enforceSSL: true });
    this.alert = topic('Alert', 'Namespace Sentinel');
    this.health = topic('Health', 'Namespace Sentinel health');
    this.chat = chat ? topic('Chat', 'Namespace Sentinel chat') : undefined;

    for (const { address, minSeverity } of emails) {
      const filterPolicy = { severity: SubscriptionFilter.stringFilter({ allowlist: severitiesFrom(minSeverity) }) };
      // Who wants all gets all, whatever a later version calls its severities.
      this.alert.addSubscription(new EmailSubscription(address, minSeverity === 'LOW' ? {} : { filterPolicy }));
    }
    for (const address of healthEmails) this.health.addSubscription(new EmailSubscription(address));
    this.health.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsPublish',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.health.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
  }

  /** Lets the role publish alerts; not health messages, which only alarms send. */
  allowAlerting(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['sns:Publish'],
        resources: [this.alert, this.chat].flatMap((topic) => (topic ? [topic.topicArn] : [])),
      }),
    );
    this.#key.allowUse(role, 'sns');
  }
}
